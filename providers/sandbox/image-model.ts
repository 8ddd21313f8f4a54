import { type ImageModelV4, InvalidArgumentError } from "@ai-sdk/provider";
import { chooseSize, type Size } from "./choose-size.ts";
import { readDirectives } from "./directives.ts";
import { editPicture } from "./edit-picture.ts";
import { failOnDemand } from "./fail-on-demand.ts";
import { fontsExist } from "./find-fonts.ts";
import { bytesOf, type InputFile, ratioOf } from "./open-picture.ts";
import { paintPicture } from "./paint-picture.ts";
import { planPicture } from "./plan-picture.ts";

export interface SandboxImageModelOptions {
  modelId: string;
  /** `{width}x{height}`; the first is the one used when none is asked for. */
  sizes: readonly string[];
  /** How many images it takes at most: what is edited, and what that refers to. */
  maxFiles: number;
}

/**
 * An image model that paints shapes and the prompt's headline, into and around the images that it gets; the same prompt,
 * seed, size and images give the same picture.
 */
export function sandboxImageModel({
  modelId,
  sizes,
  maxFiles,
}: SandboxImageModelOptions): ImageModelV4 {
  return {
    specificationVersion: "v4",
    provider: "sandbox",
    modelId,
    maxImagesPerCall: 1,
    supportsFileInputs: true,
    supportsMaskInputs: true,
    async doGenerate({ prompt = "", size, aspectRatio, seed, abortSignal, files = [], mask, n }) {
      const inputs = readInputs({ files, mask, maxFiles });
      const directives = readDirectives([prompt]);
      await failOnDemand({ directives, signal: abortSignal });
      const [source] = inputs.images;
      const wantsRatio = size === undefined && aspectRatio === undefined;
      const ratio =
        wantsRatio && source !== undefined
          ? await ratioOf({ data: source, argument: "files" })
          : aspectRatio;
      const { width, height } = chooseSize({ sizes, size, ratio });
      const chosen = { width, height };
      const headline = await fontsExist();
      const images: Uint8Array[] = [];
      for (let index = 0; index < n; index += 1) {
        const seeded = `${seed ?? directives.get("seed") ?? prompt}/${index}`;
        const plan = (room: Size) => planPicture({ prompt, seed: seeded, ...room });
        const painted = { headline, signal: abortSignal };
        images.push(
          source === undefined
            ? await paintPicture({ ...painted, picture: plan(chosen) })
            : await editPicture({ ...painted, ...inputs, plan, size: chosen }),
        );
      }
      return {
        images,
        warnings: [],
        providerMetadata: { sandbox: { images: images.map(() => ({ offline: true })) } },
        response: { timestamp: new Date(), modelId, headers: undefined },
      };
    },
  };
}

function readInputs({
  files,
  mask,
  maxFiles,
}: {
  files: readonly InputFile[];
  mask: InputFile | undefined;
  maxFiles: number;
}): { images: Uint8Array[]; mask: Uint8Array | undefined } {
  if (files.length > maxFiles) {
    const message = `The sandbox takes ${maxFiles} images at most.`;
    throw new InvalidArgumentError({ argument: "files", message });
  }
  if (mask !== undefined && files.length === 0) {
    const message = "A mask needs the image that it is laid over.";
    throw new InvalidArgumentError({ argument: "mask", message });
  }
  return {
    images: files.map((file) => bytesOf({ file, argument: "files" })),
    mask: mask === undefined ? undefined : bytesOf({ file: mask, argument: "mask" }),
  };
}

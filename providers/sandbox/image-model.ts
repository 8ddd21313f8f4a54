import { type ImageModelV4, InvalidArgumentError } from "@ai-sdk/provider";
import { readDirectives } from "./directives.ts";
import { failOnDemand } from "./fail-on-demand.ts";
import { fontsExist } from "./find-fonts.ts";
import { paintPicture } from "./paint-picture.ts";
import { planPicture } from "./plan-picture.ts";

export interface SandboxImageModelOptions {
  modelId: string;
  /** `{width}x{height}`; the first is the one used when none is asked for. */
  sizes: readonly string[];
}

/** An image model that paints shapes and the prompt's headline; the same prompt, seed and size give the same picture. */
export function sandboxImageModel({ modelId, sizes }: SandboxImageModelOptions): ImageModelV4 {
  return {
    specificationVersion: "v4",
    provider: "sandbox",
    modelId,
    maxImagesPerCall: 1,
    supportsFileInputs: false,
    supportsMaskInputs: false,
    async doGenerate({ prompt = "", size, aspectRatio, seed, abortSignal, files, n }) {
      if (files !== undefined && files.length > 0) {
        throw new InvalidArgumentError({
          argument: "files",
          message: "The sandbox's image model takes no images as input.",
        });
      }
      const directives = readDirectives([prompt]);
      await failOnDemand({ directives, signal: abortSignal });
      const { width, height } = chooseSize({ sizes, size, aspectRatio });
      const headline = await fontsExist();
      const images: Uint8Array[] = [];
      for (let index = 0; index < n; index += 1) {
        const picture = planPicture({
          prompt,
          seed: `${seed ?? directives.get("seed") ?? prompt}/${index}`,
          width,
          height,
        });
        images.push(await paintPicture({ picture, headline, signal: abortSignal }));
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

function chooseSize({
  sizes,
  size,
  aspectRatio,
}: {
  sizes: readonly string[];
  size: string | undefined;
  aspectRatio: string | undefined;
}): { width: number; height: number } {
  const offered = sizes.map((text) => ({ text, ...parseSize(text) }));
  if (size !== undefined) {
    const exact = offered.find(({ text }) => text === size);
    if (exact !== undefined) return exact;
    throw new InvalidArgumentError({
      argument: "size",
      message: `The sandbox makes images of ${sizes.join(", ")}.`,
    });
  }
  const [first] = offered;
  if (first === undefined)
    throw new InvalidArgumentError({ argument: "size", message: "This model lists no sizes." });
  if (aspectRatio === undefined) return first;
  const [across = 1, down = 1] = aspectRatio.split(":").map(Number);
  const miss = ({ width, height }: { width: number; height: number }): number =>
    Math.abs(Math.log((width / height) * (down / across)));
  return offered.reduce((best, next) => (miss(next) < miss(best) ? next : best), first);
}

function parseSize(size: string): { width: number; height: number } {
  const [width = 0, height = 0] = size.split("x").map(Number);
  return { width, height };
}

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Asset, type Generation } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import type { InputLimit } from "#domain/model-limits.ts";
import { checkInputBytes } from "#domain/check-input-bytes.ts";
import { MediaError } from "#domain/errors.ts";
import { canBeFitted, isTakenAsItIs } from "#domain/fit-input.ts";
import { fitImage } from "#media/image/fit-image.ts";
import { withTempFolder } from "#media/with-temp-folder.ts";
import type { ImageFormat } from "#platforms/contract.ts";
import type { ActivityDeps } from "../deps.ts";
import { ModelInputError } from "./classify-model-error.ts";
import type { LoadedInput } from "./plan-provider-call.ts";

/** As much as any model looks at; each shrinks what is larger by itself. Pixels. */
const MAX_SIDE = 8_192;
const FORMATS: readonly ImageFormat[] = ["jpeg", "png", "webp", "avif"];

/**
 * Reads the assets that a generation works from; an image that the model does not take as it is, in a format that it takes
 * and with as many bytes. Throws ModelInputError where one is not there any more or can't be made to fit, and, before any
 * is read, where they are too many bytes in all.
 */
export async function loadInputs(
  deps: ActivityDeps,
  generation: Generation,
  signal: AbortSignal,
): Promise<LoadedInput[]> {
  const em = inWorkspace(deps.orm, generation.workspaceId);
  const assets = await em.find(Asset, {
    id: { $in: generation.inputs.map(({ assetId }) => assetId) },
    status: "ready",
  });
  const model = deps.providers
    .get(generation.provider)
    ?.manifest.models.find(({ id }) => id === generation.model);
  const found = generation.inputs.map(({ assetId, role }) => {
    const asset = assets.find(({ id }) => id === assetId);
    if (!asset) throw new ModelInputError("A file that it was to work from is not there any more.");
    return { role, asset };
  });
  const [tooMuch] = checkInputBytes(found.map(({ asset }) => asset));
  if (tooMuch) throw new ModelInputError(tooMuch.detail);
  const loaded: LoadedInput[] = [];
  for (const { role, asset } of found) {
    signal.throwIfAborted();
    const limit = model?.inputs?.[role];
    const fits = !limit || isTakenAsItIs(asset, limit);
    const read =
      !fits && canBeFitted({ media: asset.kind }, limit, generation.inputs)
        ? await fitted(deps, { asset, limit, signal })
        : await asItIs(deps, asset);
    loaded.push({ role, ...read });
  }
  return loaded;
}

type Read = Omit<LoadedInput, "role">;

async function asItIs(deps: ActivityDeps, asset: Asset): Promise<Read> {
  const data = await new Response(await deps.storage.open(asset.blobKey)).bytes();
  return { contentType: asset.contentType, data };
}

async function fitted(
  deps: ActivityDeps,
  { asset, limit, signal }: { asset: Asset; limit: InputLimit; signal: AbortSignal },
): Promise<Read> {
  const { types, maxBytes = Number.MAX_SAFE_INTEGER } = limit;
  const formats = FORMATS.filter((format) => types.includes(`image/${format}`));
  return withTempFolder(async (folder) => {
    const [inputPath, outputPath] = [join(folder, "input"), join(folder, "fitted")];
    await deps.storage.toFile({ key: asset.blobKey, filePath: inputPath, signal });
    try {
      const { contentType } = await fitImage({
        inputPath,
        outputPath,
        limits: { maxCount: 1, formats, maxBytes, maxWidth: MAX_SIDE, maxHeight: MAX_SIDE },
        signal,
      });
      return { contentType, data: await readFile(outputPath) };
    } catch (error) {
      if (!(error instanceof MediaError)) throw error;
      throw new ModelInputError(
        `An image can't be made such as the model takes: ${error.message}.`,
      );
    }
  });
}

import { rm, writeFile } from "node:fs/promises";
import sharp from "sharp";
import type { Sharp } from "sharp";
import type { DigitalSource } from "#domain/digital-source.ts";
import { MediaError } from "#domain/errors.ts";
import type { ImageFormat, ImageLimits } from "#platforms/contract.ts";
import { findFileType } from "../file-types.ts";
import type { Box } from "../fit-box.ts";
import { writeAtomically } from "../write-atomically.ts";
import { imageMetadata, imageWork, openImage } from "./open-image.ts";
import { planImage } from "./plan-image.ts";
import { underLimit } from "./under-limit.ts";

export interface FittedImage extends Box {
  contentType: `image/${ImageFormat}`;
  bytes: number;
  /** Whether parts of the picture were cut off to reach an allowed ratio. */
  cropped: boolean;
}

export interface ImageTarget {
  limits: ImageLimits;
  /** Absolute. */
  outputPath: string;
}

/**
 * Makes of one image all that its targets take, decoding it once: upright, inside the limits for pixels, cropped to the
 * nearest allowed ratio around what draws attention, sRGB, without any metadata but the mark of what models make, in a
 * format that the target takes, and at most `maxBytes`: by a format that packs better first, then by lower quality, then
 * by fewer pixels. Never enlarges. Of an animation it takes the first frame.
 *
 * Gives for each target what was made, or the MediaError `cannot_fit` that says why it can't be. Throws MediaError where
 * the image can't be read: `corrupt`, `unsupported_type`, `too_many_pixels`; then none of the outputs is there.
 */
export async function fitImages(input: {
  inputPath: string;
  targets: ImageTarget[];
  /** What the outputs are marked as. */
  digitalSource?: DigitalSource | undefined;
  signal?: AbortSignal | undefined;
}): Promise<(FittedImage | MediaError)[]> {
  const { inputPath, targets, digitalSource, signal } = input;
  const type = await findFileType(inputPath);
  if (type.reader !== "sharp")
    throw new MediaError(`${type.contentType} is no image`, { code: "unsupported_type" });
  const metadata = await imageMetadata({ path: inputPath, contentType: type.contentType });
  // Of an animation, `height` is that of all frames on top of each other.
  const size = metadata.pageHeight
    ? { width: metadata.width, height: metadata.pageHeight }
    : metadata.autoOrient;
  const source = {
    ...size,
    hasAlpha: metadata.hasAlpha,
    isPng: type.contentType === "image/png",
  };
  const planned = targets.map((target) => ({ ...target, ...planImage({ source, ...target }) }));
  signal?.throwIfAborted();
  const base = await decode({ inputPath, size, boxes: planned.map(({ box }) => box) });
  try {
    const work = planned.map((one) =>
      orWhyNot(() => make({ ...one, base, digitalSource, signal })),
    );
    // All have ended before anything is taken away.
    await Promise.allSettled(work);
    return await Promise.all(work);
  } catch (error) {
    for (const { outputPath } of targets) await rm(outputPath, { force: true });
    throw error;
  }
}

/** The pixels of the whole picture, as small as the largest of the boxes lets them be: read once for all. */
async function decode(input: { inputPath: string; size: Box; boxes: Box[] }): Promise<() => Sharp> {
  const { inputPath, size, boxes } = input;
  const scale = Math.max(
    ...boxes.map((box) => Math.max(box.width / size.width, box.height / size.height)),
  );
  const { data, info } = await imageWork(() =>
    openImage({ path: inputPath })
      .autoOrient()
      .resize(Math.round(size.width * scale), Math.round(size.height * scale), { fit: "fill" })
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true }),
  );
  const { width, height, channels } = info;
  return () => sharp(data, { raw: { width, height, channels } });
}

async function make(
  input: ImageTarget &
    ReturnType<typeof planImage> & {
      base: () => Sharp;
      digitalSource: DigitalSource | undefined;
      signal: AbortSignal | undefined;
    },
): Promise<FittedImage> {
  const { box, cropped, formats, limits, base, digitalSource, signal } = input;
  if (formats.length === 0) {
    throw new MediaError(`the platform takes images as ${limits.formats.join(", ")} only`, {
      code: "cannot_fit",
    });
  }
  const how = cropped
    ? ({ fit: "cover", position: "attention" } as const)
    : ({ fit: "fill" } as const);
  // Shrunk once; every try then starts from these few pixels.
  const { data, info } = await base()
    .resize(box.width, box.height, how)
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const shrunk = () => sharp(data, { raw: { width, height, channels } });
  const { maxBytes } = limits;
  const best = await underLimit({ base: shrunk, box, formats, maxBytes, digitalSource, signal });
  await writeAtomically(input.outputPath, (path) => writeFile(path, best.data));
  return {
    contentType: `image/${best.format}`,
    bytes: best.data.length,
    ...best.box,
    cropped,
  };
}

async function orWhyNot<T>(work: () => Promise<T>): Promise<T | MediaError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MediaError) return error;
    throw error;
  }
}

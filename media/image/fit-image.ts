import { writeFile } from "node:fs/promises";
import sharp from "sharp";
import type { Sharp } from "sharp";
import { MediaError } from "#domain/errors.ts";
import type { ImageFormat, ImageLimits } from "#platforms/contract.ts";
import { findFileType } from "../file-types.ts";
import { fitBox } from "../fit-box.ts";
import type { Box } from "../fit-box.ts";
import { writeAtomically } from "../write-atomically.ts";
import { imageMetadata, imageWork, openImage } from "./open-image.ts";

/** JPEG qualities that are tried, best first; below the last, fewer pixels look better. */
const QUALITIES = [85, 80, 75, 70, 65, 60] as const;

/** An image smaller than this is of no use to anybody. */
const MIN_SIDE = 16;

export interface FittedImage extends Box {
  contentType: "image/jpeg" | "image/png";
  bytes: number;
  /** Whether parts of the picture were cut off to reach an allowed ratio. */
  cropped: boolean;
}

/** What to make of an upright image of this size: decided before a pixel is read. Pure. */
export function planImage(input: {
  source: Box & { hasAlpha: boolean; isPng: boolean };
  limits: ImageLimits;
}): {
  box: Box;
  cropped: boolean;
  /** In order of preference. */
  formats: ImageFormat[];
} {
  const { source, limits } = input;
  const box = fitBox({ source, limits, how: "crop" });
  const ratioChange = box.width / box.height / (source.width / source.height);
  // PNG keeps transparency, and drawings and screenshots sharp; photographs are better as JPEG.
  const wanted: ImageFormat[] = source.hasAlpha || source.isPng ? ["png", "jpeg"] : ["jpeg", "png"];
  return {
    box,
    // A pixel lost by rounding is no crop.
    cropped: Math.abs(ratioChange - 1) > 2 / Math.min(box.width, box.height, 100),
    formats: wanted.filter((format) => limits.formats.includes(format)),
  };
}

/**
 * Makes an image that a platform takes: upright, inside the limits for pixels, cropped to the nearest allowed ratio
 * around what draws attention, sRGB, without any metadata, as JPEG or PNG, and at most `maxBytes`: by lower quality
 * first, then by fewer pixels. Never enlarges. Of an animation it takes the first frame.
 *
 * Throws MediaError: those of reading (`corrupt`, `unsupported_type`, `too_many_pixels`), and `cannot_fit`.
 */
export async function fitImage(input: {
  inputPath: string;
  outputPath: string;
  limits: ImageLimits;
  signal?: AbortSignal;
}): Promise<FittedImage> {
  const { inputPath, limits, signal } = input;
  const type = await findFileType(inputPath);
  if (type.reader !== "sharp")
    throw new MediaError(`${type.contentType} is no image`, { code: "unsupported_type" });
  const metadata = await imageMetadata({ path: inputPath, contentType: type.contentType });
  // Of an animation, `height` is that of all frames on top of each other.
  const size = metadata.pageHeight
    ? { width: metadata.width, height: metadata.pageHeight }
    : metadata.autoOrient;
  const { box, cropped, formats } = planImage({
    source: { ...size, hasAlpha: metadata.hasAlpha, isPng: type.contentType === "image/png" },
    limits,
  });
  if (formats.length === 0) {
    throw new MediaError(`the platform takes images as ${limits.formats.join(", ")} only`, {
      code: "cannot_fit",
    });
  }
  signal?.throwIfAborted();

  // Read and shrunk once; every try then starts from these few pixels.
  const { data, info } = await imageWork(() =>
    openImage({ path: inputPath })
      .autoOrient()
      .resize(
        box.width,
        box.height,
        cropped ? { fit: "cover", position: "attention" } : { fit: "fill" },
      )
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true }),
  );
  const base = () =>
    sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } });

  const best = await underLimit({ base, box, formats, maxBytes: limits.maxBytes, signal });
  await writeAtomically(input.outputPath, (path) => writeFile(path, best.data));
  return {
    contentType: best.format === "jpeg" ? "image/jpeg" : "image/png",
    bytes: best.data.length,
    ...best.box,
    cropped,
  };
}

async function encode(image: Sharp, format: ImageFormat, quality: number): Promise<Buffer> {
  return format === "jpeg"
    ? image
        .flatten({ background: "#fff" })
        .jpeg({ quality, mozjpeg: true, chromaSubsampling: "4:2:0" })
        .toBuffer()
    : image.png({ compressionLevel: 9 }).toBuffer();
}

async function underLimit(input: {
  base: () => Sharp;
  box: Box;
  formats: ImageFormat[];
  maxBytes: number;
  signal: AbortSignal | undefined;
}): Promise<{ data: Buffer; format: ImageFormat; box: Box }> {
  for (let { box } = input; ;) {
    const image = () =>
      box.width === input.box.width
        ? input.base()
        : input.base().resize(box.width, box.height, { fit: "fill" });
    let smallest = Number.POSITIVE_INFINITY;
    for (const format of input.formats) {
      const { data, bytes } = await bestQuality({ ...input, image, format });
      if (data) return { data, format, box };
      smallest = Math.min(smallest, bytes);
    }
    // Bytes go about with the pixels; at least a tenth less, at most half, so that it ends soon and not too small.
    const shrink = Math.min(0.9, Math.max(0.5, Math.sqrt(input.maxBytes / smallest) * 0.97));
    const width = Math.floor(box.width * shrink);
    box = { width, height: Math.max(1, Math.round((input.box.height / input.box.width) * width)) };
    if (Math.min(box.width, box.height) < Math.min(MIN_SIDE, input.box.width, input.box.height)) {
      throw new MediaError(`the image can't be made as small as ${input.maxBytes} bytes`, {
        code: "cannot_fit",
      });
    }
  }
}

/** The best quality that fits, found in at most four tries; without one, how many bytes the smallest try has. */
async function bestQuality(input: {
  image: () => Sharp;
  format: ImageFormat;
  maxBytes: number;
  signal: AbortSignal | undefined;
}): Promise<{ data?: Buffer; bytes: number }> {
  const attempt = async (quality: number) => {
    input.signal?.throwIfAborted();
    return encode(input.image(), input.format, quality);
  };
  const first = await attempt(QUALITIES[0]);
  if (first.length <= input.maxBytes) return { data: first, bytes: first.length };
  let best: { data?: Buffer; bytes: number } = { bytes: first.length };
  if (input.format === "png") return best;
  let low = 1;
  let high = QUALITIES.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const data = await attempt(QUALITIES[middle] ?? QUALITIES[0]);
    if (data.length <= input.maxBytes) {
      best = { data, bytes: data.length };
      high = middle - 1;
    } else {
      if (!best.data) best = { bytes: Math.min(best.bytes, data.length) };
      low = middle + 1;
    }
  }
  return best;
}

import type { Sharp } from "sharp";
import type { DigitalSource } from "#domain/digital-source.ts";
import { MediaError } from "#domain/errors.ts";
import type { ImageFormat } from "#platforms/contract.ts";
import type { Box } from "../fit-box.ts";
import { xmpOf } from "../mark-generated.ts";

/** Qualities that are tried, best first; below the last, fewer pixels look better. PNG has one. */
const QUALITIES = {
  jpeg: [85, 80, 75, 70, 65, 60],
  png: [100],
  webp: [85, 80, 75, 70, 65, 60],
  // Its numbers mean more: 50 looks as JPEG does at 80.
  avif: [65, 60, 55, 50, 45, 40],
} as const satisfies Record<ImageFormat, readonly number[]>;

/** An image smaller than this is of no use to anybody. */
const MIN_SIDE = 16;

function encode(image: Sharp, format: ImageFormat, quality: number): Promise<Buffer> {
  switch (format) {
    case "jpeg":
      return image
        .flatten({ background: "#fff" })
        .jpeg({ quality, mozjpeg: true, chromaSubsampling: "4:2:0" })
        .toBuffer();
    case "png":
      return image.png({ compressionLevel: 9 }).toBuffer();
    case "webp":
      return image.webp({ quality, smartSubsample: true }).toBuffer();
    case "avif":
      // More effort takes many times as long for a few bytes.
      return image.avif({ quality, effort: 2, chromaSubsampling: "4:2:0" }).toBuffer();
  }
}

interface Search {
  /** The image at the size of `box`. */
  base: () => Sharp;
  box: Box;
  /** Groups of those that keep as much of the picture, best first. */
  formats: ImageFormat[][];
  maxBytes: number;
  /** What it is marked as. */
  digitalSource: DigitalSource | undefined;
  signal: AbortSignal | undefined;
}

/**
 * Encodes an image of at most so many bytes: of each group, as the first format that fits at its best, else the one that
 * packs best at a lower quality; then with fewer pixels. Throws MediaError `cannot_fit`.
 */
export async function underLimit(
  input: Search,
): Promise<{ data: Buffer; format: ImageFormat; box: Box }> {
  for (let { box } = input; ;) {
    let smallest = Number.POSITIVE_INFINITY;
    const attempt = async (format: ImageFormat, quality: number) => {
      input.signal?.throwIfAborted();
      const data = await encode(imageOf(input, box), format, quality);
      smallest = Math.min(smallest, data.length);
      return data.length <= input.maxBytes ? data : undefined;
    };
    for (const group of input.formats) {
      for (const format of group) {
        const data = await attempt(format, QUALITIES[format][0]);
        if (data) return { data, format, box };
      }
      for (const format of group.toReversed()) {
        const data = await lowerQuality(format, attempt);
        if (data) return { data, format, box };
      }
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

function imageOf({ base, box: full, digitalSource }: Search, box: Box): Sharp {
  const image =
    box.width === full.width ? base() : base().resize(box.width, box.height, { fit: "fill" });
  return digitalSource ? image.withXmp(xmpOf(digitalSource)) : image;
}

/** The best of the lower qualities that fits, found in at most three tries. */
async function lowerQuality(
  format: ImageFormat,
  attempt: (format: ImageFormat, quality: number) => Promise<Buffer | undefined>,
): Promise<Buffer | undefined> {
  const qualities: readonly number[] = QUALITIES[format];
  let best: Buffer | undefined;
  let low = 1;
  let high = qualities.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const data = await attempt(format, qualities[middle] ?? QUALITIES[format][0]);
    if (data) {
      best = data;
      high = middle - 1;
    } else low = middle + 1;
  }
  return best;
}

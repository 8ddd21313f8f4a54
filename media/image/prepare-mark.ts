import sharp from "sharp";
import type { Box } from "../fit-box.ts";
import { imageWork } from "./open-image.ts";
import { readImage } from "./read-image.ts";

export type Corner = "top-left" | "top-right" | "bottom-left" | "bottom-right";

export interface Mark {
  /** Of the image that is laid over. */
  path: string;
  /** Default `bottom-right`. */
  corner?: Corner;
  /** 0 (not to be seen) to 1; default 0.8. */
  opacity?: number;
  /** The mark's longer side as a part of the picture's shorter one, 0.02 to 1; default 0.18. */
  size?: number;
}

/** Between the mark and the edges, as a part of the picture's shorter side. */
const MARGIN = 0.04;

function between(least: number, value: number, most: number): number {
  return Number.isNaN(value) ? most : Math.min(most, Math.max(least, value));
}

/** Where a mark of this size goes. Pure. */
export function placeMark(input: { canvas: Box; mark: Box; corner: Corner }): {
  left: number;
  top: number;
} {
  const { canvas, mark, corner } = input;
  const margin = Math.round(Math.min(canvas.width, canvas.height) * MARGIN);
  const farthest = { left: canvas.width - mark.width, top: canvas.height - mark.height };
  const right = corner.endsWith("right");
  const bottom = corner.startsWith("bottom");
  return {
    left: between(0, right ? farthest.left - margin : margin, Math.max(0, farthest.left)),
    top: between(0, bottom ? farthest.top - margin : margin, Math.max(0, farthest.top)),
  };
}

/**
 * A mark as it is laid over a picture: PNG in its final size and opacity, and where it goes.
 * Throws MediaError `corrupt`, `unsupported_type`, `too_many_pixels`.
 */
export async function prepareMark(input: {
  mark: Mark;
  canvas: Box;
}): Promise<{ png: Buffer; left: number; top: number }> {
  const { mark, canvas } = input;
  const short = Math.min(canvas.width, canvas.height);
  const side = Math.max(1, Math.round(short * between(0.02, mark.size ?? 0.18, 1)));
  const opacity = between(0, mark.opacity ?? 0.8, 1);
  return imageWork(async () => {
    const image = await readImage(mark.path);
    const { data, info } = await image
      .resize(side, side, { fit: "inside" })
      .ensureAlpha()
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    for (let alpha = channels - 1; alpha < data.length; alpha += channels)
      data[alpha] = Math.round((data[alpha] ?? 0) * opacity);
    const png = await sharp(data, { raw: { width, height, channels } }).png().toBuffer();
    return { png, ...placeMark({ canvas, mark: info, corner: mark.corner ?? "bottom-right" }) };
  });
}

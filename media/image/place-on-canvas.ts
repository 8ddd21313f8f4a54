import sharp from "sharp";
import type { Sharp } from "sharp";
import type { Box } from "../fit-box.ts";
import { imageWork } from "./open-image.ts";
import { readImage } from "./read-image.ts";

/**
 * How an image of another shape fills a canvas: `crop` around what draws attention; `blur`: whole, on a blurred picture of
 * itself; `pad`: whole, on black.
 */
export type Fill = "crop" | "blur" | "pad";

/** The blurred picture is made this much smaller first: nobody sees it, and it is quick. */
const BLUR_SHRINK = 12;

/**
 * Fills a canvas with an image, enlarged where it is smaller: PNG without transparency and metadata.
 * Throws MediaError `corrupt`, `unsupported_type`, `too_many_pixels`.
 */
export async function placeOnCanvas(input: {
  path: string;
  canvas: Box;
  fill: Fill;
}): Promise<Buffer> {
  const { path, canvas, fill } = input;
  const { width, height } = canvas;
  return imageWork(async () => {
    const image = (await readImage(path)).flatten({ background: "#fff" });
    if (fill === "crop")
      return quickPng(image.resize(width, height, { fit: "cover", position: "attention" }));
    if (fill === "pad")
      return quickPng(image.resize(width, height, { fit: "contain", background: "#000" }));
    // Read once: both the picture and what is behind it come from these pixels.
    const { data, info } = await image
      .resize(width, height, { fit: "inside" })
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const raw = { width: info.width, height: info.height, channels: info.channels };
    const small = {
      width: Math.max(1, Math.round(width / BLUR_SHRINK)),
      height: Math.max(1, Math.round(height / BLUR_SHRINK)),
    };
    const blurred = await sharp(data, { raw })
      .resize(small.width, small.height, { fit: "cover" })
      .blur(3)
      .modulate({ brightness: 0.7 })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const behind = sharp(blurred.data, { raw: { ...small, channels: blurred.info.channels } });
    return quickPng(
      behind
        .resize(width, height, { fit: "fill" })
        .composite([{ input: data, raw, gravity: "centre" }]),
    );
  });
}

/** ffmpeg reads it once and it is thrown away. */
function quickPng(image: Sharp): Promise<Buffer> {
  return image.removeAlpha().png({ compressionLevel: 1 }).toBuffer();
}

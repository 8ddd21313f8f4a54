import sharp from "sharp";
import { writeAtomically } from "../write-atomically.ts";
import { imageWork } from "./open-image.ts";
import { prepareMark } from "./prepare-mark.ts";
import type { Mark } from "./prepare-mark.ts";
import { readImage } from "./read-image.ts";

/**
 * Lays a mark over an image: upright, sRGB, no metadata; PNG where the image has transparency, else JPEG.
 * Throws MediaError `corrupt`, `unsupported_type`, `too_many_pixels` for either.
 */
export async function watermarkImage(input: {
  inputPath: string;
  outputPath: string;
  mark: Mark;
}): Promise<{ contentType: "image/jpeg" | "image/png"; width: number; height: number }> {
  const { data, info } = await imageWork(async () =>
    (await readImage(input.inputPath))
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true }),
  );
  const { width, height, channels } = info;
  const { png, left, top } = await prepareMark({ mark: input.mark, canvas: { width, height } });
  const marked = sharp(data, { raw: { width, height, channels } }).composite([
    { input: png, left, top },
  ]);
  const hasAlpha = channels === 2 || channels === 4;
  await writeAtomically(input.outputPath, async (path) => {
    await (hasAlpha ? marked.png() : marked.jpeg({ quality: 92, mozjpeg: true })).toFile(path);
  });
  return { contentType: hasAlpha ? "image/png" : "image/jpeg", width, height };
}

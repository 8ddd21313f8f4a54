import { stat } from "node:fs/promises";
import type { Metadata, Sharp } from "sharp";
import type { DigitalSource } from "#domain/digital-source.ts";
import { MediaError } from "#domain/errors.ts";
import type { ImageType } from "../contract.ts";
import { findFileType } from "../file-types.ts";
import type { Box } from "../fit-box.ts";
import { xmpOf } from "../mark-generated.ts";
import { writeAtomically } from "../write-atomically.ts";
import { imageMetadata, imageWork, openImage } from "./open-image.ts";

/** Nothing to be seen is lost at these; smaller files are the renditions' business. */
function sameFormat(image: Sharp, contentType: ImageType, { chromaSubsampling }: Metadata): Sharp {
  switch (contentType) {
    case "image/jpeg":
      // Colour that was halved already is not made whole again, only larger.
      return image.jpeg({
        quality: 92,
        chromaSubsampling: chromaSubsampling === "4:2:0" ? "4:2:0" : "4:4:4",
      });
    case "image/png":
      return image.png();
    case "image/webp":
      return image.webp({ quality: 95 });
    case "image/gif":
      return image.gif();
    case "image/avif":
      return image.avif({ quality: 80, effort: 2 });
  }
}

/**
 * Makes the copy of an uploaded image that is kept: the same type and size, upright, sRGB, and nothing but the picture:
 * no EXIF, no place, no thumbnail of what was cut off, nothing hidden behind the picture. Every pixel is written anew,
 * which also takes away what would make the file something else as well. Animated GIF and WebP stay animated. With
 * `digitalSource` it carries that mark; a GIF can't.
 *
 * Throws MediaError `corrupt`, `unsupported_type`, `too_many_pixels`.
 */
export async function stripImage(input: {
  inputPath: string;
  outputPath: string;
  digitalSource?: DigitalSource | undefined;
}): Promise<Box & { contentType: ImageType; bytes: number }> {
  const { inputPath, outputPath, digitalSource } = input;
  const type = await findFileType(inputPath);
  if (type.reader !== "sharp")
    throw new MediaError(`${type.contentType} is no image`, { code: "unsupported_type" });
  const { contentType } = type;
  const metadata = await imageMetadata({ path: inputPath, contentType });
  const { pages = 1 } = metadata;
  return writeAtomically(outputPath, async (path) => {
    const image = openImage({ path: inputPath, animated: pages > 1 });
    // An animation has no orientation, and can't be turned.
    const upright = (pages > 1 ? image : image.autoOrient()).toColourspace("srgb");
    const kept = digitalSource ? upright.withXmp(xmpOf(digitalSource)) : upright;
    const info = await imageWork(() => sameFormat(kept, contentType, metadata).toFile(path));
    const { size: bytes } = await stat(path);
    return { contentType, bytes, width: info.width, height: info.pageHeight ?? info.height };
  });
}

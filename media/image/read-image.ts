import type { Sharp } from "sharp";
import { MediaError } from "#domain/errors.ts";
import { findFileType } from "../file-types.ts";
import { imageMetadata, openImage } from "./open-image.ts";

/** Opens a file that is to be an image, upright and in sRGB. Throws MediaError where it is none. */
export async function readImage(path: string): Promise<Sharp> {
  const type = await findFileType(path);
  if (type.reader !== "sharp")
    throw new MediaError(`${type.contentType} is no image`, { code: "unsupported_type" });
  await imageMetadata({ path, contentType: type.contentType });
  return openImage({ path }).autoOrient().toColourspace("srgb");
}

import sharp from "sharp";
import type { Metadata, Sharp } from "sharp";
import { MediaError } from "#domain/errors.ts";
import { MEDIA_LIMITS } from "../contract.ts";
import type { ImageType } from "../contract.ts";

// One thread per image: how many images are made at once is the queue's decision, not libvips'.
sharp.concurrency(1);
// No file is read twice, and a worker lives for weeks.
sharp.cache(false);

const LOADERS = ["Jpeg", "Png", "Webp", "Nsgif", "Heif"];

/**
 * Lets libvips open JPEG, PNG, WebP, GIF and AVIF only, for the rest of this process: for a process that does nothing
 * but media. (Elsewhere SVG is drawn by our own hand.)
 */
export function blockOtherImageLoaders(): void {
  sharp.block({ operation: ["VipsForeignLoad"] });
  sharp.unblock({
    operation: LOADERS.flatMap((name) => [
      `VipsForeignLoad${name}File`,
      `VipsForeignLoad${name}Buffer`,
    ]),
  });
}

/** Opens a file whose type was found by content. Reads nothing yet. */
export function openImage(input: { path: string; animated?: boolean }): Sharp {
  return sharp(input.path, {
    limitInputPixels: MEDIA_LIMITS.pixels,
    failOn: "warning",
    animated: input.animated ?? false,
    sequentialRead: true,
  });
}

const FORMATS: Record<ImageType, string> = {
  "image/jpeg": "jpeg",
  "image/png": "png",
  "image/webp": "webp",
  "image/gif": "gif",
  "image/avif": "heif",
};

/** Reads an image's header. Throws MediaError when it can't be read as the type that its first bytes say. */
export async function imageMetadata(input: {
  path: string;
  contentType: ImageType;
}): Promise<Metadata> {
  const metadata = await imageWork(() =>
    openImage({ path: input.path, animated: true }).metadata(),
  );
  if (metadata.format !== FORMATS[input.contentType]) {
    throw new MediaError(
      `the image begins as ${input.contentType} but is read as ${metadata.format}`,
      {
        code: "unsupported_type",
      },
    );
  }
  return metadata;
}

/** Runs work of sharp on an input that may be broken, and tells what its errors mean. */
export async function imageWork<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MediaError || !(error instanceof Error)) throw error;
    if (/pixel limit/i.test(error.message)) {
      throw new MediaError(`the image has more than ${MEDIA_LIMITS.pixels / 1e6} megapixels`, {
        code: "too_many_pixels",
        cause: error,
      });
    }
    // A full disk or a missing folder is not the image's fault.
    if (
      /ENOSPC|ENOENT|EACCES|No space left|unable to open for write|Input file is missing/i.test(
        error.message,
      )
    )
      throw error;
    throw new MediaError("the image is damaged or not complete", { code: "corrupt", cause: error });
  }
}

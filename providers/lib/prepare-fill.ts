import { type ImageModelV4File, InvalidArgumentError } from "@ai-sdk/provider";
import sharp from "sharp";
import { MEDIA_LIMITS } from "#media/contract.ts";

/** Decoded upright, or not at all. */
const careful = {
  limitInputPixels: MEDIA_LIMITS.pixels,
  failOn: "error",
  autoOrient: true,
} as const;

/**
 * What models take that fill a part of a picture: the picture, and another of its very size, white where it may change and
 * black where it stays. Our masks are transparent where it may change. With `mostPixels` both are made smaller where the
 * picture has more. Throws InvalidArgumentError where one of them can't be read.
 */
export async function prepareFill(input: {
  picture: ImageModelV4File;
  mask: ImageModelV4File;
  mostPixels?: number;
}): Promise<{ picture: ImageModelV4File; mask: ImageModelV4File }> {
  const { mostPixels = Infinity } = input;
  const picture = await reading("picture", async () => {
    const opened = sharp(bytesOf(input.picture, "picture"), careful);
    const { autoOrient: size } = await opened.metadata();
    const scale = Math.min(1, Math.sqrt(mostPixels / (size.width * size.height)));
    const smaller = scale < 1 ? { width: Math.max(1, Math.floor(size.width * scale)) } : {};
    return opened.resize(smaller).toColourspace("srgb").png().toBuffer({ resolveWithObject: true });
  });
  const { width, height } = picture.info;
  const mask = await reading("mask", () =>
    sharp(bytesOf(input.mask, "mask"), careful)
      .ensureAlpha()
      .extractChannel("alpha")
      .resize({ width, height, fit: "fill" })
      .negate()
      .png()
      .toBuffer(),
  );
  return { picture: png(picture.data), mask: png(mask) };
}

function png(data: Uint8Array): ImageModelV4File {
  return { type: "file", mediaType: "image/png", data };
}

/** Throws InvalidArgumentError for an address: nothing is fetched here. */
function bytesOf(file: ImageModelV4File, argument: string): Uint8Array {
  if (file.type === "url")
    throw new InvalidArgumentError({ argument, message: `The ${argument} must be a file.` });
  return typeof file.data === "string" ? Buffer.from(file.data, "base64") : file.data;
}

async function reading<T>(argument: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (InvalidArgumentError.isInstance(cause)) throw cause;
    throw new InvalidArgumentError({ argument, message: `The ${argument} can't be read.`, cause });
  }
}

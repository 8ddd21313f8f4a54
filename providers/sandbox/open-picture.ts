import { InvalidArgumentError } from "@ai-sdk/provider";
import { fileTypeFromBuffer } from "file-type";
import sharp from "sharp";
import { MEDIA_LIMITS } from "#media/contract.ts";

/** A file as `ai` hands it to a model. */
export type InputFile =
  | { type: "file"; mediaType: string; data: string | Uint8Array }
  | { type: "url"; url: string };

/** Types that the sandbox takes as pictures; what they are is told by their bytes. */
export const pictureTypes = ["image/png", "image/jpeg", "image/webp"] as const;

/** The bytes of a file. Throws InvalidArgumentError for an address: the sandbox fetches nothing. */
export function bytesOf({ file, argument }: { file: InputFile; argument: string }): Uint8Array {
  if (file.type === "url") {
    throw new InvalidArgumentError({
      argument,
      message: "The sandbox takes files, and fetches none from an address.",
    });
  }
  return typeof file.data === "string" ? Buffer.from(file.data, "base64") : file.data;
}

/** A picture's pixels: rows from the top, `channels` bytes each. */
export interface Pixels {
  data: Buffer;
  width: number;
  height: number;
  channels: 3 | 4;
}

/**
 * Decodes a picture that a call brings, upright and in sRGB, cropped to `size` from its middle, or inside of it.
 * Throws InvalidArgumentError where it is none that the sandbox takes, or is damaged.
 */
export async function openPicture(input: {
  data: Uint8Array;
  argument: string;
  size: { width: number; height: number };
  fit: "cover" | "inside";
  channels: 3 | 4;
}): Promise<Pixels> {
  const { data, argument, size, fit, channels } = input;
  await checkType({ data, argument });
  const opened = sharp(data, options)
    .autoOrient()
    .toColourspace("srgb")
    .resize({ ...size, fit });
  const picture = channels === 4 ? opened.ensureAlpha() : opened.flatten({ background: "white" });
  const { data: pixels, info } = await reading(argument, () =>
    picture.raw().toBuffer({ resolveWithObject: true }),
  );
  return { data: pixels, width: info.width, height: info.height, channels };
}

/** A picture's ratio as it is seen, `{width}:{height}`. Throws as `openPicture` does. */
export async function ratioOf(input: { data: Uint8Array; argument: string }): Promise<string> {
  await checkType(input);
  const metadata = await reading(input.argument, () => sharp(input.data, options).metadata());
  return `${metadata.autoOrient.width}:${metadata.autoOrient.height}`;
}

const options = { limitInputPixels: MEDIA_LIMITS.pixels, failOn: "error" } as const;

async function checkType({ data, argument }: { data: Uint8Array; argument: string }) {
  const found = await fileTypeFromBuffer(data);
  // Before any loader is chosen: libvips would also open an SVG, a PDF and what else it was built with.
  if (pictureTypes.some((type) => type === found?.mime)) return;
  throw new InvalidArgumentError({
    argument,
    message: `The sandbox takes pictures as ${pictureTypes.join(", ")}.`,
  });
}

async function reading<T>(argument: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new InvalidArgumentError({
      argument,
      message: "The sandbox can't read this picture: it is damaged or too large.",
      cause: error,
    });
  }
}

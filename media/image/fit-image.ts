import type { DigitalSource } from "#domain/digital-source.ts";
import { MediaError } from "#domain/errors.ts";
import type { ImageLimits } from "#platforms/contract.ts";
import { fitImages } from "./fit-images.ts";
import type { FittedImage } from "./fit-images.ts";

/** `fitImages` for one target. Throws all of its MediaErrors: those of reading, and `cannot_fit`. */
export async function fitImage(input: {
  inputPath: string;
  outputPath: string;
  limits: ImageLimits;
  digitalSource?: DigitalSource;
  signal?: AbortSignal;
}): Promise<FittedImage> {
  const { limits, outputPath, ...rest } = input;
  const [made] = await fitImages({ ...rest, targets: [{ limits, outputPath }] });
  if (made === undefined || made instanceof MediaError)
    throw made ?? new Error("no result of the one target");
  return made;
}

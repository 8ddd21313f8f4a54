import { PlatformError } from "#domain/errors.ts";
import type { MediaPart } from "#platforms/contract.ts";

/** Reads `length` bytes of the part from `start`; throws `retry` when the file gives fewer or more. */
export async function readPart(input: {
  part: MediaPart;
  start: number;
  length: number;
}): Promise<Uint8Array<ArrayBuffer>> {
  const { part, start, length } = input;
  const bytes = new Uint8Array(length);
  let filled = 0;
  for await (const chunk of await part.open({ start, length })) {
    if (filled + chunk.length > length) throw changed(part);
    bytes.set(chunk, filled);
    filled += chunk.length;
  }
  if (filled < length) throw changed(part);
  return bytes;
}

function changed(part: MediaPart): PlatformError {
  return new PlatformError(
    `The file of rendition ${part.renditionId} does not have the size it was made with.`,
    {
      fate: "retry",
      code: "media_unreadable",
    },
  );
}

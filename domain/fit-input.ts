import type { InputLimit } from "./model-limits.ts";
import type { InputMedia, InputRole } from "./generation-tasks.ts";

interface Input {
  role: InputRole;
  media: InputMedia;
  contentType: string;
  bytes: number;
}

/** Whether a model takes a file just as it is. Pure. */
export function isTakenAsItIs(input: Pick<Input, "contentType" | "bytes">, limit: InputLimit) {
  return (
    limit.types.includes(input.contentType) && input.bytes <= (limit.maxBytes ?? Number.MAX_VALUE)
  );
}

/**
 * Whether a file that a model does not take as it is can be made such a one before it is sent: an image, in another format
 * or with fewer pixels. Where there is a mask, all stays as it is: it lies over the picture pixel for pixel. Pure.
 */
export function canBeFitted(
  input: Pick<Input, "media">,
  limit: InputLimit,
  all: readonly Pick<Input, "role">[],
): boolean {
  return (
    input.media === "image" &&
    limit.media === "image" &&
    limit.types.some((type) => type === "image/jpeg" || type === "image/png") &&
    !all.some(({ role }) => role === "mask")
  );
}

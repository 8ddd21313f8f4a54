const KEY = /^[a-z0-9_-][a-z0-9._-]*(\/[a-z0-9_-][a-z0-9._-]*)*$/;
const PREFIX = /^([a-z0-9_-][a-z0-9._-]*(\/|$))*$/;

/** S3's own limit for a key; also below every file system's limit for a path. */
const MAX_KEY = 1024;
/** The common limit of a file's name. */
const MAX_SEGMENT = 255;

/**
 * Refuses keys that no store may see: other characters than `[a-z0-9/._-]`, empty segments, and segments that start
 * with a dot, so that `.` and `..` can't occur. Throws a RangeError.
 */
export function checkBlobKey(key: string): void {
  if (
    !KEY.test(key) ||
    key.length > MAX_KEY ||
    key.split("/").some((segment) => segment.length > MAX_SEGMENT)
  ) {
    throw new RangeError(
      `${JSON.stringify(key.slice(0, 80))} is no blob key: use segments of a-z 0-9 . _ - that do not start with a dot, separated by /`,
    );
  }
}

/** As checkBlobKey, for the beginning of a key: may be empty and may end anywhere. */
export function checkBlobPrefix(prefix: string): void {
  if (!PREFIX.test(prefix) || prefix.length > MAX_KEY) {
    throw new RangeError(`${JSON.stringify(prefix.slice(0, 80))} is no prefix of blob keys`);
  }
}

/** Refuses what is no range inside a blob of `size` bytes, so that no answer is silently short. Throws a RangeError. */
export function checkBlobRange(range: { start: number; length: number }, size: number): void {
  const whole = Number.isSafeInteger(range.start) && Number.isSafeInteger(range.length);
  if (!whole || range.start < 0 || range.length < 0 || range.start + range.length > size) {
    throw new RangeError(
      `bytes ${range.start}+${range.length} are not inside a blob of ${size} bytes`,
    );
  }
}

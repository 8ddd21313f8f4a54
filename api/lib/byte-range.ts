/** Bytes of a file, `start` first, `length` of them. */
export interface ByteRange {
  start: number;
  length: number;
}

/**
 * Reads a Range header (RFC 9110, 14.1.2) against a file of `size` bytes. `undefined`: answer with the whole file, as
 * also for several ranges and for what is no range of bytes; `unsatisfiable`: 416.
 */
export function parseByteRange(
  header: string | undefined,
  size: number,
): ByteRange | "unsatisfiable" | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? "");
  const [first, last] = [match?.[1], match?.[2]];
  if (first === undefined || last === undefined || (first === "" && last === "")) return undefined;
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? "unsatisfiable" : { start: size - length, length };
  }
  const start = Number(first);
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== "" && Number(last) < start) return undefined;
  return start >= size ? "unsatisfiable" : { start, length: end - start + 1 };
}

import { createHash } from "node:crypto";

/** SHA-256 of a file's bytes, in hexadecimal. */
export function fingerprintOf(data: Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

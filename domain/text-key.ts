import { createHash } from "node:crypto";

/**
 * SHA-256, hex, of a text without what readers do not see as a difference: case, kinds of white space and of characters
 * that look alike. Two texts with one key are the same to an audience. Null for a text without words. Pure.
 */
export function textKey(text: string): string | null {
  const plain = text.normalize("NFKC").toLowerCase().replaceAll(/\s+/gu, " ").trim();
  return plain === "" ? null : createHash("sha256").update(plain).digest("hex");
}

import { createHash, randomBytes } from "node:crypto";

/** A token that nobody can guess; only its hash is kept. */
export function newSecret(prefix: string): string {
  return `${prefix}_${randomBytes(32).toString("base64url")}`;
}

/** A short public id. */
export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(9).toString("hex")}`;
}

/** Secrets are 256 random bits, so one plain SHA-256 keeps them. */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

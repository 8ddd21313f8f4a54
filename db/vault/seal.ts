import { createCipheriv, randomBytes } from "node:crypto";
import type { KeyRing } from "./key-ring.ts";
import { additionalData, wrapContext, type SealContext } from "./envelope.ts";

export interface Sealed {
  /** `v1.A256GCM.<iv>.<ciphertext>.<tag>`, base64url. */
  sealed: string;
  /** The data key, wrapped by the key ring. */
  wrappedKey: string;
}

/** Seals the secrets of a connection under a fresh data key (AES-256-GCM), bound to `context`. */
export function sealSecrets(input: {
  keyRing: KeyRing;
  context: SealContext;
  secrets: Record<string, string>;
}): Sealed {
  const dataKey = randomBytes(32);
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", dataKey, iv).setAAD(additionalData(input.context));
  const bytes = Buffer.concat([
    cipher.update(JSON.stringify(input.secrets), "utf8"),
    cipher.final(),
  ]);
  const parts = [iv, bytes, cipher.getAuthTag()].map((part) => part.toString("base64url"));
  const wrappedKey = input.keyRing.wrap(dataKey, wrapContext(input.context));
  dataKey.fill(0);
  return { sealed: ["v1", "A256GCM", ...parts].join("."), wrappedKey };
}

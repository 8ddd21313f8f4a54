import { createDecipheriv } from "node:crypto";
import { authTagLength, type KeyRing } from "./key-ring.ts";
import { additionalData, wrapContext, type SealContext } from "./envelope.ts";
import type { Sealed } from "./seal.ts";

export class SealBroken extends Error {
  override name = "SealBroken";
  constructor(context: SealContext) {
    super(
      `the secrets of ${context.ownerId} do not open: they were changed, moved or sealed elsewhere`,
    );
  }
}

/** Opens what `sealSecrets` sealed. Throws SealBroken when anything of it or its place was changed, UnknownKey. */
export function openSecrets(
  input: { keyRing: KeyRing; context: SealContext } & Sealed,
): Record<string, string> {
  const [version, algorithm, iv, bytes, tag] = input.sealed.split(".");
  if (version !== "v1" || algorithm !== "A256GCM" || !iv || !bytes || !tag)
    throw new SealBroken(input.context);
  // Throws UnknownKey by itself: that is not a broken seal but a missing key.
  input.keyRing.key(input.keyRing.wrappingKeyId(input.wrappedKey));
  let text: string;
  try {
    const dataKey = input.keyRing.unwrap(input.wrappedKey, wrapContext(input.context));
    const decipher = createDecipheriv("aes-256-gcm", dataKey, Buffer.from(iv, "base64url"), {
      authTagLength,
    });
    decipher.setAAD(additionalData(input.context)).setAuthTag(Buffer.from(tag, "base64url"));
    text = Buffer.concat([
      decipher.update(Buffer.from(bytes, "base64url")),
      decipher.final(),
    ]).toString("utf8");
    dataKey.fill(0);
  } catch {
    // The cause says nothing more, and may quote bytes.
    throw new SealBroken(input.context);
  }
  return JSON.parse(text) as Record<string, string>;
}

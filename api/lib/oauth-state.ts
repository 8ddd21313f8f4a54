import { createHash, createHmac, randomBytes } from "node:crypto";
import type { KeyRing } from "#db/vault/key-ring.ts";

/** How long a begun authorization may take. Milliseconds. */
export const oauthStateLifeMs = 10 * 60_000;

/** A fresh state: 256 random bits that go into the browser's address and nowhere else. */
export function newOauthState(): string {
  return randomBytes(32).toString("base64url");
}

/** What is stored of a state. Hex. */
export function hashOauthState(state: string): string {
  return createHash("sha256").update(state).digest("hex");
}

/**
 * The PKCE verifier that belongs to a state (RFC 7636). Made anew when it is needed: it is stored nowhere, and without
 * our key ring nobody can make it.
 */
export function pkceVerifier(keyRing: KeyRing, state: string): string {
  return createHmac("sha256", keyRing.pepper(keyRing.activePepperId))
    .update(`pkce|${state}`)
    .digest("base64url");
}

/** The challenge of a verifier, by the method S256. */
export function pkceChallenge(verifier: string): string {
  return createHash("sha256").update(verifier).digest("base64url");
}

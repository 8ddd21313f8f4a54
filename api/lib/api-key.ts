import { createHmac, randomInt, timingSafeEqual } from "node:crypto";
import { crc32 } from "node:zlib";
import type { ApiKey } from "#db/entities/index.ts";
import type { KeyRing } from "#db/vault/key-ring.ts";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** What a key of ours looks like, for secret scanners: prefix, 12 characters of id, 43 of secret, 6 of checksum. */
export const apiKeyPattern = /^drumbeat_live_([0-9A-Za-z]{12})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/;

export interface NewApiKey {
  id: string;
  /** Shown once, never stored. */
  key: string;
  prefix: string;
  lastFour: string;
  verifier: string;
  pepperId: string;
}

/** Makes a key (256 bits of randomness) and what is stored of it. */
export function newApiKey(keyRing: KeyRing): NewApiKey {
  const id = randomText(12);
  const body = `drumbeat_live_${id}_${randomText(43)}`;
  const key = body + checksum(body);
  return {
    id,
    key,
    prefix: `drumbeat_live_${id}`,
    lastFour: key.slice(-4),
    pepperId: keyRing.activePepperId,
    verifier: verifierOf(keyRing, keyRing.activePepperId, key),
  };
}

/** The key's id, or undefined when it is mistyped or none of ours: decided without the database. */
export function parseApiKey(key: string): { id: string } | undefined {
  const match = apiKeyPattern.exec(key);
  const id = match?.[1];
  if (!id || checksum(key.slice(0, -6)) !== key.slice(-6)) return undefined;
  return { id };
}

/** True when the presented key is the stored one. Takes as long for an unknown id. */
export function verifyApiKey(input: {
  keyRing: KeyRing;
  presented: string;
  stored: Pick<ApiKey, "verifier" | "pepperId"> | null;
}): boolean {
  const { keyRing, presented, stored } = input;
  const expected = Buffer.from(stored?.verifier ?? "0".repeat(64), "hex");
  const actual = Buffer.from(
    verifierOf(keyRing, stored?.pepperId ?? keyRing.activePepperId, presented),
    "hex",
  );
  return timingSafeEqual(expected, actual) && stored !== null;
}

function verifierOf(keyRing: KeyRing, pepperId: string, key: string): string {
  return createHmac("sha256", keyRing.pepper(pepperId)).update(key).digest("hex");
}

function randomText(length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
}

function checksum(text: string): string {
  let left = crc32(text);
  let out = "";
  for (let place = 0; place < 6; place += 1) {
    out = (alphabet[left % alphabet.length] ?? "0") + out;
    left = Math.floor(left / alphabet.length);
  }
  return out;
}

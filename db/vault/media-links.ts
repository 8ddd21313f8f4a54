import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import type { KeyRing } from "./key-ring.ts";

/** A file of the workspace that a link leads to. */
export interface LinkedMedia {
  workspaceId: string;
  kind: "assets" | "renditions";
  id: string;
}

/** What makes a link to it genuine; the link's query. */
export interface MediaLinkProof {
  /** Seconds since 1970. */
  expires: number;
  /** Id of the pepper that it is signed under. */
  key: string;
  /** HMAC-SHA-256 of path and expiry, base64url. */
  signature: string;
}

/** Links that are made within one such span are the same, so that a browser knows the file by its address. */
const spanSeconds = 60 * 60;

/**
 * An address under which whoever has it may read the file, without signing in, for one to two hours.
 *
 * `origin` is where media is served, without a trailing slash.
 */
export function mediaLink(input: {
  keyRing: KeyRing;
  origin: string;
  media: LinkedMedia;
  now: Date;
}): string {
  const { keyRing, origin, media } = input;
  const seconds = Math.floor(input.now.getTime() / 1000);
  const expires = (Math.floor(seconds / spanSeconds) + 2) * spanSeconds;
  const key = keyRing.activePepperId;
  const signature = sign(keyRing.pepper(key), media, expires).toString("base64url");
  const query = new URLSearchParams({ expires: String(expires), key, signature });
  return `${origin}${mediaPath(media)}?${query.toString()}`;
}

/** Whether the link is one of ours, and still good. */
export function checkMediaLink(input: {
  keyRing: KeyRing;
  media: LinkedMedia;
  proof: MediaLinkProof;
  now: Date;
}): "good" | "expired" | "forged" {
  const { keyRing, media, proof } = input;
  const given = Buffer.from(proof.signature, "base64url");
  let pepper: Buffer;
  try {
    pepper = keyRing.pepper(proof.key);
  } catch {
    // An unknown key: nobody here has signed it.
    return "forged";
  }
  const right = sign(pepper, media, proof.expires);
  if (given.length !== right.length || !timingSafeEqual(given, right)) return "forged";
  return input.now.getTime() < proof.expires * 1000 ? "good" : "expired";
}

function mediaPath({ workspaceId, kind, id }: LinkedMedia): string {
  return `/media/${workspaceId}/${kind}/${id}`;
}

function sign(pepper: Buffer, media: LinkedMedia, expires: number): Buffer {
  // A key of its own: what verifies API keys signs nothing else.
  const key = Buffer.from(hkdfSync("sha256", pepper, "", "drumbeat/media-links", 32));
  return createHmac("sha256", key)
    .update(`${mediaPath(media)}\n${expires}`)
    .digest();
}

import { mediaLink, type LinkedMedia } from "#db/vault/media-links.ts";
import type { ApiContext } from "../context.ts";
import { mediaOriginOf } from "./media-origin.ts";

/** A file's link as views show it. */
export function mediaUrl(context: ApiContext, media: LinkedMedia): string {
  const { keyRing } = context;
  return mediaLink({ keyRing, origin: mediaOriginOf(context), media, now: context.now() });
}

/** How views say what it is. */
export const mediaUrlMeans =
  "The same file without signing in, from an origin of its own, for one to two hours: for <img> and <video>, and for whoever is to fetch it";

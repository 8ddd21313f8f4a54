/**
 * Where media is served from: what is set, or else another name of this very machine, where people reach it by one. A
 * machine that is reached by any other name has no second one of itself: media then comes from the product's own origin.
 * Origins without a trailing slash.
 */
export function mediaOriginOf(input: {
  publicUrl: string;
  mediaOrigin?: string | undefined;
}): string {
  if (input.mediaOrigin !== undefined) return input.mediaOrigin;
  const url = new URL(input.publicUrl);
  const other = otherNames[url.hostname];
  if (other === undefined || url.protocol !== "http:") return url.origin;
  url.hostname = other;
  return url.origin;
}

/** For a browser these are two sites; on the way they are one. */
const otherNames: Record<string, string> = {
  "127.0.0.1": "localhost",
  "[::1]": "localhost",
  localhost: "127.0.0.1",
};

/** What this network accepts; also answered by `GET /api/limits` and listed in README.md. */
export const limits = {
  text: { maxGraphemes: 500, maxBytes: 8_000 },
  altText: { maxCodepoints: 1_000 },
  marker: { maxLength: 128 },
  images: {
    maxCount: 4,
    contentTypes: ["image/jpeg", "image/png"],
    maxBytes: 2_000_000,
    maxSide: 4_096,
  },
  video: {
    maxCount: 1,
    contentTypes: ["video/mp4"],
    maxBytes: 64_000_000,
    maxSeconds: 120,
    maxSide: 4_096,
  },
  chunkBytes: 4_194_304,
} as const;

/** How often one account may ask, and how long its tokens live, unless an admin route says otherwise. */
export const accountDefaults = {
  markers: true,
  listing: true,
  deletable: true,
  tokenSeconds: 3_600,
  refreshSeconds: 30 * 24 * 3_600,
  rateLimit: { requests: 6_000, windowSeconds: 60 },
  publishLimit: null,
} as const;

/** An authorization code is exchanged by a machine right after the redirect. */
export const codeSeconds = 60;

export const scopes = ["read", "publish"] as const;
export type Scope = (typeof scopes)[number];

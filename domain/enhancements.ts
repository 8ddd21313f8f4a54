/** What can be made better in a video. */
export const enhancements = [
  "upscale",
  "denoise",
  "stabilise",
  "colour",
  "loudness",
  "captions",
] as const;
export type Enhancement = (typeof enhancements)[number];

/** What nearly every video gains by, where nobody says what to better. */
export const usualEnhancements: readonly Enhancement[] = ["denoise", "colour", "loudness"];

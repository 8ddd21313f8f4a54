import type { Colour } from "./plan-picture.ts";

/** Covers one pixel of 8 bits per channel, 0…1, by a colour. */
export function blend({
  pixels,
  at,
  colour,
  cover,
}: {
  pixels: Buffer;
  /** Where the pixel's first byte is. */
  at: number;
  colour: Colour;
  cover: number;
}): void {
  for (let channel = 0; channel < 3; channel += 1) {
    pixels[at + channel] = mix(pixels[at + channel] ?? 0, colour[channel] ?? 0, cover);
  }
}

export function mix(a: number, b: number, share: number): number {
  return Math.round(a + (b - a) * Math.min(1, Math.max(0, share)));
}

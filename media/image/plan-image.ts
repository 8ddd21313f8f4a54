import type { ImageFormat, ImageLimits } from "#platforms/contract.ts";
import { fitBox } from "../fit-box.ts";
import type { Box } from "../fit-box.ts";

/** What to make of an upright image of this size: decided before a pixel is read. Pure. */
export function planImage(input: {
  source: Box & { hasAlpha: boolean; isPng: boolean };
  limits: ImageLimits;
}): {
  box: Box;
  cropped: boolean;
  /** In order of preference: groups of those that keep as much of the picture. */
  formats: ImageFormat[][];
} {
  const { source, limits } = input;
  const box = fitBox({ source, limits, how: "crop" });
  const ratioChange = box.width / box.height / (source.width / source.height);
  return {
    box,
    // A pixel lost by rounding is no crop.
    cropped: Math.abs(ratioChange - 1) > 2 / Math.min(box.width, box.height, 100),
    formats: wantedFormats(source)
      .map((group) => group.filter((format) => limits.formats.includes(format)))
      .filter((group) => group.length > 0),
  };
}

/** PNG keeps drawings and screenshots sharp, JPEG alone loses transparency, and photographs are too large as PNG. */
function wantedFormats(source: { hasAlpha: boolean; isPng: boolean }): ImageFormat[][] {
  if (source.hasAlpha) return [["png", "webp", "avif"], ["jpeg"]];
  if (source.isPng) return [["png"], ["jpeg", "webp", "avif"]];
  return [["jpeg", "webp", "avif"], ["png"]];
}

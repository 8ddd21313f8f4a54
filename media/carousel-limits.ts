import type { PlatformLimits } from "#platforms/contract.ts";
import type { Box } from "./fit-box.ts";

/**
 * The limits of an image that goes out with others: where the platform wants them all of one shape, that of the first, as
 * far as it may have it. Pure.
 */
export function carouselLimits(input: {
  limits: PlatformLimits;
  /** The first image of the set, as it is shown. */
  first: Box;
}): PlatformLimits {
  const { limits, first } = input;
  const { images } = limits;
  if (!images?.sameRatio) return limits;
  const { minRatio = 0, maxRatio = Number.POSITIVE_INFINITY } = images;
  const ratio = Math.min(maxRatio, Math.max(minRatio, first.width / first.height));
  return { ...limits, images: { ...images, minRatio: ratio, maxRatio: ratio } };
}

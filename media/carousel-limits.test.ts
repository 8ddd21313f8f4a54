import { describe, expect, test } from "vitest";
import type { ImageLimits, PlatformLimits } from "#platforms/contract.ts";
import { carouselLimits } from "./carousel-limits.ts";
import { planImage } from "./image/plan-image.ts";

const limitsWith = (images: Partial<ImageLimits>): PlatformLimits => ({
  text: { max: 500, unit: "graphemes" },
  altTextMax: 500,
  requires: "either",
  checkedAt: "2026-11-22",
  source: "https://example.org/limits",
  images: {
    maxCount: 4,
    formats: ["jpeg"],
    maxBytes: 1e6,
    maxWidth: 1000,
    maxHeight: 1000,
    ...images,
  },
});

const ratioOf = (size: { width: number; height: number }, limits: PlatformLimits) => {
  const source = { ...size, hasAlpha: false, isPng: false };
  const { box } = planImage({ source, limits: limits.images! });
  return box.width / box.height;
};

describe("carouselLimits", () => {
  test("gives all images of a set the shape of the first", () => {
    const first = { width: 1600, height: 900 };
    const limits = carouselLimits({ limits: limitsWith({ sameRatio: true }), first });
    for (const size of [first, { width: 900, height: 1600 }, { width: 4000, height: 3000 }])
      expect(ratioOf(size, limits)).toBeCloseTo(16 / 9, 1);
  });

  test("as far as the platform lets it", () => {
    const limits = carouselLimits({
      limits: limitsWith({ sameRatio: true, minRatio: 0.8, maxRatio: 1.91 }),
      first: { width: 300, height: 3000 },
    });
    expect(ratioOf({ width: 2000, height: 1000 }, limits)).toBeCloseTo(0.8, 2);
  });

  test("changes nothing where shapes may differ", () => {
    const limits = limitsWith({});
    expect(carouselLimits({ limits, first: { width: 1, height: 2 } })).toBe(limits);
  });
});

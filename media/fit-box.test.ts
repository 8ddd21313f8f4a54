import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitBox } from "./fit-box.ts";

describe("fitBox", () => {
  const limits = { maxWidth: 1000, maxHeight: 800 };

  it.each([
    ["leaves what fits", { width: 640, height: 480 }, {}, { width: 640, height: 480 }],
    [
      "shrinks by the side that is too long",
      { width: 2000, height: 500 },
      {},
      { width: 1000, height: 250 },
    ],
    ["shrinks by the other side", { width: 500, height: 1600 }, {}, { width: 250, height: 800 }],
    [
      "crops what is too wide",
      { width: 900, height: 300 },
      { maxRatio: 2 },
      { width: 600, height: 300 },
    ],
    [
      "crops what is too high",
      { width: 200, height: 600 },
      { minRatio: 0.5 },
      { width: 200, height: 400 },
    ],
    ["keeps a side of 1", { width: 5000, height: 1 }, {}, { width: 1000, height: 1 }],
  ])("%s", (_what, source, ratios, expected) => {
    expect(fitBox({ source, limits: { ...limits, ...ratios }, how: "crop" })).toEqual(expected);
  });

  it("pads around the source", () => {
    const wide = { source: { width: 900, height: 300 }, how: "pad" as const };
    expect(fitBox({ ...wide, limits: { ...limits, maxRatio: 2 } })).toEqual({
      width: 900,
      height: 450,
    });
    const high = { source: { width: 200, height: 600 }, how: "pad" as const };
    expect(fitBox({ ...high, limits: { ...limits, minRatio: 0.5 } })).toEqual({
      width: 300,
      height: 600,
    });
  });

  it("never leaves the limits, whatever the rounding", () => {
    const side = fc.integer({ min: 16, max: 8000 });
    fc.assert(
      fc.property(
        fc.record({ width: side, height: side }),
        fc.record({ maxWidth: side, maxHeight: side }),
        fc.tuple(
          fc.double({ min: 0.4, max: 1, noNaN: true }),
          fc.double({ min: 1, max: 2.5, noNaN: true }),
        ),
        fc.constantFrom("crop" as const, "pad" as const),
        fc.constantFrom(1, 2),
        (source, maximum, [minRatio, maxRatio], how, step) => {
          const box = fitBox({ source, limits: { ...maximum, minRatio, maxRatio }, how, step });
          expect(box.width % step).toBe(0);
          expect(box.height % step).toBe(0);
          expect(box.width).toBeLessThanOrEqual(maximum.maxWidth);
          expect(box.height).toBeLessThanOrEqual(maximum.maxHeight);
          if (how === "crop") {
            expect(box.width).toBeLessThanOrEqual(source.width);
            expect(box.height).toBeLessThanOrEqual(source.height);
          }
          expect(box.width / box.height).toBeLessThanOrEqual(maxRatio + 1e-3);
          expect(box.width / box.height).toBeGreaterThanOrEqual(minRatio - 1e-3);
        },
      ),
    );
  });
});

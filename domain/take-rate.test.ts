import { describe, expect, it } from "vitest";
import { takeRate, type RateSlice } from "./take-rate.ts";

const start = Date.parse("2026-03-01T10:00:00Z");
const perMinute = { name: "posts per minute", requests: 3, windowSeconds: 60 };

/** Asks at each of these milliseconds after the start; gives how long each has to wait. */
function waits(moments: number[], rate = perMinute): number[] {
  let uses: RateSlice[] = [];
  return moments.map((at) => {
    const taken = takeRate({ rate, uses, now: new Date(start + at) });
    uses = taken.uses;
    return taken.waitMs;
  });
}

describe("takeRate", () => {
  it("gives room to as many as are allowed, then says to the millisecond when there is room again", () => {
    expect(waits([0, 10_000, 20_000, 20_000, 59_999, 60_000])).toEqual([0, 0, 0, 40_000, 1, 0]);
    expect(waits([0, 10_000, 20_000, 60_000, 60_000])).toEqual([0, 0, 0, 0, 10_000]);
  });

  it("lets uses that were put together leave together, with the last of them", () => {
    expect(waits([0, 999, 999, 1_000, 60_000, 60_999, 60_999])).toEqual([
      0, 0, 0, 59_999, 999, 0, 0,
    ]);
  });

  it("never allows more in any window, wherever it begins", () => {
    const rate = { name: "posts per hour", requests: 100, windowSeconds: 3_600 };
    let uses: RateSlice[] = [];
    const taken: number[] = [];
    let state = 1;
    for (let at = 0; at < 4 * 3_600_000;) {
      // A small linear congruential generator: the same uneven steps in every run.
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      at += state % 40_000;
      const decided = takeRate({ rate, uses, now: new Date(start + at) });
      uses = decided.uses;
      if (decided.waitMs === 0) taken.push(at);
      else
        expect(
          takeRate({ rate, uses, now: new Date(start + at + decided.waitMs) }).waitMs,
          "there is room when it says so",
        ).toBe(0);
      expect(uses.length).toBeLessThanOrEqual(62);
    }
    for (const [index, at] of taken.entries())
      expect((taken[index + 100] ?? Infinity) - at).toBeGreaterThanOrEqual(3_600_000);
    expect(taken.length).toBeGreaterThan(380);
  });

  it("holds uses of before against a rate that has become smaller", () => {
    const uses = [0, 1, 2, 3].map((second) => {
      const at = start + second * 10_000;
      return { from: at, to: at, count: 1 };
    });
    const rate = { ...perMinute, requests: 2 };
    // Three have to leave, the last of them 20 s after the start.
    expect(takeRate({ rate, uses, now: new Date(start + 30_000) }).waitMs).toBe(50_000);
  });

  it("has no room ever where nothing is allowed", () => {
    expect(waits([0, 60_000], { ...perMinute, requests: 0 })).toEqual([60_000, 60_000]);
  });

  it("stands a clock that goes back", () => {
    expect(waits([10_000, 0, 0, 0])).toEqual([0, 0, 0, 70_000]);
  });
});

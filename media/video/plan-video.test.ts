import { describe, expect, it } from "vitest";
import type { VideoLimits } from "#platforms/contract.ts";
import { frameRate, planVideo } from "./plan-video.ts";

const source = { width: 1920, height: 1080, durationSeconds: 60, fps: 30, hasAudio: true };
const limits: VideoLimits = {
  maxCount: 1,
  maxBytes: 100e6,
  maxSeconds: 120,
  maxWidth: 1920,
  maxHeight: 1080,
};

describe("frameRate", () => {
  it.each([
    [60, "30"],
    [59.94, "30000/1001"],
    [50, "25"],
    [120, "30"],
    [30, "30"],
    [29.97, "30000/1001"],
    [25, "25"],
    [24, "24"],
    [23.976, "24000/1001"],
    [27.3, "30"],
    [5, "30"],
  ])("makes of %d frames a second %s", (fps, expected) => {
    expect(frameRate(fps)).toBe(expected);
  });
});

describe("planVideo", () => {
  it("leaves a video that fits as it is", () => {
    expect(planVideo({ source, limits })).toEqual({
      picture: { width: 1920, height: 1080 },
      canvas: { width: 1920, height: 1080 },
      fill: "pad",
      fps: "30",
      seconds: 60,
      cut: false,
      videoKbps: 8000,
      audioKbps: 128,
    });
  });

  it("makes both sides even", () => {
    const plan = planVideo({ source: { ...source, width: 161, height: 121 }, limits });
    expect(plan.canvas).toEqual({ width: 160, height: 120 });
    expect(plan.picture).toEqual(plan.canvas);
  });

  it("puts bars around what is too high or too wide, and centres an even picture in them", () => {
    const high = planVideo({
      source: { ...source, width: 1080, height: 1920 },
      limits: { ...limits, minRatio: 0.8 },
    });
    expect(high.canvas).toEqual({ width: 864, height: 1080 });
    expect(high.picture).toEqual({ width: 608, height: 1080 });
    const wide = planVideo({
      source: { ...source, width: 2560 },
      limits: { ...limits, maxRatio: 1.91 },
    });
    expect(wide.canvas.width / wide.canvas.height).toBeLessThanOrEqual(1.91);
    expect(wide.picture.width).toBe(wide.canvas.width);
  });

  it("cuts what is too long, with room for the last frame", () => {
    const plan = planVideo({ source: { ...source, durationSeconds: 300 }, limits });
    expect(plan.cut).toBe(true);
    expect(plan.seconds).toBeLessThan(120);
    expect(plan.seconds).toBeGreaterThan(119);
  });

  it("keeps the bit rate within the bytes, and gives up pixels where it is low", () => {
    const plan = planVideo({ source, limits: { ...limits, maxBytes: 12e6 } });
    expect((plan.videoKbps + plan.audioKbps) * 1000 * 60).toBeLessThan(12e6 * 8);
    expect(plan.canvas).toEqual({ width: 1920, height: 1080 });
    const low = planVideo({ source, limits: { ...limits, maxBytes: 2e6 } });
    expect(low.audioKbps).toBe(32);
    expect(low.canvas.width).toBeLessThan(1000);
    expect(low.canvas.width / low.canvas.height).toBeCloseTo(16 / 9, 1);
    const mute = planVideo({ source: { ...source, hasAudio: false }, limits });
    expect(mute.audioKbps).toBe(0);
  });

  it("refuses what is too short, and what the bytes can't hold", () => {
    expect(() => planVideo({ source, limits: { ...limits, minSeconds: 61 } })).toThrow(
      /none under 61 s/,
    );
    expect(() => planVideo({ source, limits: { ...limits, maxBytes: 100_000 } })).toThrow(
      /shorter/,
    );
  });
});

import { describe, expect, it } from "vitest";
import type { VideoProbe } from "../contract.ts";
import { enhancedBox, enhanceFilters } from "./enhance-plan.ts";

const probe: VideoProbe = {
  kind: "video",
  contentType: "video/mp4",
  bytes: 1000,
  width: 1280,
  height: 720,
  rotation: 0,
  pixels: 921_600,
  durationSeconds: 1,
  fps: 30,
  codec: "h264",
  pixelFormat: "yuv420p",
  hdr: false,
  hasAudio: true,
};

describe("enhancedBox", () => {
  it.each([
    [1280, 720, 2, 2560, 1440],
    [1280, 720, 1.5, 1920, 1080],
    [1920, 1080, 2, 3840, 2160],
    [2560, 1440, 2, 3840, 2160],
    [1440, 2560, 2, 2160, 3840],
    [4000, 3000, 2, 4000, 3000],
    [131, 97, 1.5, 194, 144],
    [1, 400, 2, 4, 800],
    [2000, 2000, 2, 2160, 2160],
  ])("%i×%i by %f is %i×%i", (width, height, upscale, toWidth, toHeight) => {
    expect(enhancedBox({ ...probe, width, height }, upscale)).toEqual({
      width: toWidth,
      height: toHeight,
    });
  });
});

describe("enhanceFilters", () => {
  it("does only what is asked, noise first and size last", () => {
    expect(enhanceFilters({ probe, wanted: {}, stabiliser: "vidstab" })).toEqual([]);
    const all = { upscale: 2, denoise: true, stabilise: true, colour: true } as const;
    const names = enhanceFilters({ probe, wanted: all, stabiliser: "vidstab" }).map(
      (filter) => filter.split("=")[0],
    );
    expect(names).toEqual(["hqdn3d", "vidstabtransform", "normalize", "eq", "scale", "unsharp"]);
    expect(
      enhanceFilters({ probe, wanted: { stabilise: true }, stabiliser: "deshake" })[0],
    ).toMatch(/^deshake/);
  });

  it("does not enlarge what is 4K already", () => {
    const large = { ...probe, width: 3840, height: 2160 };
    expect(enhanceFilters({ probe: large, wanted: { upscale: 2 }, stabiliser: "vidstab" })).toEqual(
      [],
    );
  });
});

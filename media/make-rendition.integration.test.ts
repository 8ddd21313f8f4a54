import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import type { PlatformLimits } from "#platforms/contract.ts";
import type { Probe } from "./contract.ts";
import { makeRendition } from "./make-rendition.ts";
import { makeRenditions } from "./make-renditions.ts";
import { makeClip, makePhoto, makeWithFfmpeg, testFolder, tools } from "./media-fixtures.ts";
import { probe } from "./probe.ts";
import { recipeFor } from "./recipe-for.ts";

const text: PlatformLimits = {
  text: { max: 500, unit: "graphemes" },
  altTextMax: 500,
  requires: "either",
  checkedAt: "2026-11-22",
  source: "https://example.org/limits",
};
const images: PlatformLimits = {
  ...text,
  images: {
    maxCount: 4,
    formats: ["jpeg", "png"],
    maxBytes: 1e6,
    maxWidth: 400,
    maxHeight: 300,
    maxRatio: 1.5,
  },
};
const both: PlatformLimits = {
  ...images,
  video: { maxCount: 1, maxBytes: 1e6, maxSeconds: 5, maxWidth: 320, maxHeight: 240 },
};

const photo: Probe = {
  kind: "image",
  contentType: "image/jpeg",
  bytes: 1000,
  width: 40,
  height: 60,
  oriented: true,
  pixels: 2400,
  frames: 1,
  animated: false,
  hasAlpha: false,
};
const gif: Probe = {
  ...photo,
  contentType: "image/gif",
  frames: 5,
  animated: true,
  durationSeconds: 1,
};
const clip: Probe = {
  kind: "video",
  contentType: "video/mp4",
  bytes: 1000,
  width: 160,
  height: 120,
  rotation: 0,
  pixels: 19200,
  durationSeconds: 1,
  fps: 30,
  codec: "h264",
  pixelFormat: "yuv420p",
  hdr: false,
  hasAudio: true,
};
const song: Probe = {
  kind: "audio",
  contentType: "audio/mpeg",
  bytes: 1,
  durationSeconds: 1,
  codec: "mp3",
  channels: 1,
  sampleRate: 48000,
};

async function render(
  path: string,
  limits: PlatformLimits,
  more: { animated?: "video" | "still" } = {},
) {
  const workDir = testFolder();
  const source = { path, probe: await probe({ path, ...tools }) };
  const heard: number[] = [];
  const rendition = await makeRendition({
    ...tools,
    ...more,
    source,
    limits,
    workDir,
    onProgress: (f) => heard.push(f),
  });
  expect(heard.at(-1)).toBe(1);
  // What it says is what is there, and nothing else is.
  const data = await readFile(rendition.path);
  expect(rendition.bytes).toBe(data.length);
  expect(rendition.sha256).toBe(createHash("sha256").update(data).digest("hex"));
  expect(await readdir(workDir)).toHaveLength(1);
  const { kind, contentType, width, height } = rendition;
  expect(await probe({ path: rendition.path, ...tools })).toMatchObject({
    kind,
    contentType,
    width,
    height,
  });
  expect(rendition.recipe).toBe(recipeFor(limits, source.probe, more));
  return rendition;
}

describe("recipeFor", () => {
  it("names the recipe, its version and the limits that count, whatever their order", () => {
    expect(recipeFor(both, photo)).toBe(
      "fit-image@1;formats=jpeg+png;bytes=1000000;box=400x300;ratio=..1.5",
    );
    expect(recipeFor(both, clip)).toBe(
      "fit-video@2;seconds=0..5;bytes=1000000;box=320x240;ratio=..",
    );
    const turned = {
      ...both,
      images: { ...both.images!, formats: ["png" as const, "jpeg" as const] },
    };
    expect(recipeFor(turned, photo)).toBe(recipeFor(both, photo));
    expect(recipeFor({ ...both, altTextMax: 3 }, photo)).toBe(recipeFor(both, photo));
    expect(recipeFor({ ...both, images: { ...both.images!, maxBytes: 5 } }, photo)).not.toBe(
      recipeFor(both, photo),
    );
  });

  it("makes a video of an animated GIF where there may be one, and was not asked for a still", () => {
    const recipe = (limits: PlatformLimits, source: Probe, choice = {}) =>
      recipeFor(limits, source, choice).split("@")[0];
    expect(recipe(both, gif)).toBe("fit-video");
    expect(recipe(both, gif, { animated: "still" })).toBe("fit-image");
    expect(recipe(images, gif)).toBe("fit-image");
    expect(recipe({ ...both, video: { ...both.video!, minSeconds: 3 } }, gif)).toBe("fit-image");
    expect(recipe(both, { ...gif, contentType: "image/webp" })).toBe("fit-image");
  });

  it("refuses what the platform takes nothing of", () => {
    for (const [limits, source] of [
      [text, photo],
      [text, clip],
      [images, clip],
      [both, song],
    ] as const) {
      expect(() => recipeFor(limits, source)).toThrow(
        expect.objectContaining({ code: "not_supported_by_platform" }),
      );
    }
  });
});

describe("makeRendition", () => {
  it("makes an image", async () => {
    const path = await makePhoto(join(testFolder(), "a.jpg"));
    expect(await render(path, both)).toMatchObject({
      kind: "image",
      width: 40,
      height: 60,
      changes: [],
    });
  });

  it("tells that an image was cropped", async () => {
    const path = join(testFolder(), "a.png");
    await sharp({ create: { width: 300, height: 100, channels: 3, background: "red" } })
      .png()
      .toFile(path);
    expect(await render(path, both)).toMatchObject({
      width: 150,
      height: 100,
      changes: ["cropped"],
    });
  });

  it("makes a video", async () => {
    const path = await makeClip(join(testFolder(), "a.mp4"));
    const rendition = await render(path, both);
    expect(rendition).toMatchObject({ kind: "video", contentType: "video/mp4", changes: [] });
    expect(rendition.durationSeconds).toBeCloseTo(1, 0);
  });

  it("tells that a video was cut and that it got bars", async () => {
    const path = await makeClip(join(testFolder(), "a.mp4"), { sound: false });
    const narrow = { ...both, video: { ...both.video!, maxRatio: 1, maxSeconds: 0.8 } };
    expect(await render(path, narrow)).toMatchObject({
      width: 160,
      height: 160,
      changes: ["padded", "cut"],
    });
  });

  it("makes of an animated GIF a video as long as it, or a still", async () => {
    const path = await makeWithFfmpeg(
      join(testFolder(), "a.gif"),
      "-f lavfi -i testsrc=s=65x49:d=1:r=5",
    );
    expect(await render(path, both)).toMatchObject({
      kind: "video",
      width: 64,
      height: 48,
      durationSeconds: 1,
    });
    expect(await render(path, both, { animated: "still" })).toMatchObject({
      kind: "image",
      changes: ["still"],
    });
  });

  it("leaves nothing in the work folder when it fails or is aborted", async () => {
    const path = await makeClip(join(testFolder(), "a.mp4"));
    const workDir = testFolder();
    const source = { path, probe: clip };
    const work = { ...tools, source, limits: both, workDir };
    const aborted = makeRendition({ ...work, signal: AbortSignal.abort(new Error("enough")) });
    await expect(aborted).rejects.toThrow("enough");
    const tiny = { ...both, video: { ...both.video!, maxBytes: 1500 } };
    await expect(makeRendition({ ...work, limits: tiny })).rejects.toMatchObject({
      name: "MediaError",
    });
    expect(await readdir(workDir)).toEqual([]);
  });
});

describe("makeRenditions", () => {
  it("makes one file for all targets of the same recipe, and says of each other why not", async () => {
    const path = await makeClip(join(testFolder(), "a.mp4"));
    const workDir = testFolder();
    const small = { ...both, video: { ...both.video!, maxWidth: 80 } };
    const work = { ...tools, source: { path, probe: await probe({ path, ...tools }) }, workDir };
    const heard: number[] = [];
    const made = await makeRenditions({
      ...work,
      targets: [{ limits: both }, { limits: small }, { limits: images }, { limits: both }],
      onProgress: (fraction) => heard.push(fraction),
    });
    expect(made).toMatchObject([
      { kind: "video", width: 160, height: 120, recipe: recipeFor(both, clip) },
      { kind: "video", width: 80, height: 60, recipe: recipeFor(small, clip) },
      { name: "MediaError", code: "not_supported_by_platform" },
      { kind: "video", width: 160, height: 120 },
    ]);
    expect(made[3]).toEqual(made[0]);
    expect(await readdir(workDir)).toHaveLength(2);
    expect(heard).toEqual(heard.toSorted((a, b) => a - b));
  });

  it("decodes an image once for images of several sizes", async () => {
    const path = await makePhoto(join(testFolder(), "a.jpg"));
    const small = { ...both, images: { ...both.images!, maxWidth: 20 } };
    const made = await makeRenditions({
      ...tools,
      source: { path, probe: await probe({ path, ...tools }) },
      workDir: testFolder(),
      targets: [{ limits: both }, { limits: small }],
    });
    expect(made).toMatchObject([
      { width: 40, height: 60 },
      { width: 20, height: 30 },
    ]);
  });
});

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inspectMedia, sniffType } from "./inspect-media.ts";

describe("inspectMedia", () => {
  let dir: string;
  let video: Buffer;
  const picture = sharp({ create: { width: 90, height: 60, channels: 3, background: "#363" } });

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "drumbeat-inspect-"));
    video = await makeVideo("video.mp4", 2);
  });
  afterAll(async () => {
    await rm(dir, { recursive: true });
  });

  async function makeVideo(name: string, seconds: number, options: string[] = []): Promise<Buffer> {
    const path = join(dir, name);
    const args = [
      "-nostdin",
      "-v",
      "error",
      "-f",
      "lavfi",
      "-i",
      `color=size=96x64:rate=1:duration=${seconds}`,
    ];
    await promisify(execFile)(process.env["FFMPEG_PATH"] ?? "ffmpeg", [...args, ...options, path]);
    return readFile(path);
  }

  it.each(["jpeg", "png"] as const)("reads the size of a %s", async (format) => {
    const bytes = await picture.clone().toFormat(format).toBuffer();
    expect(inspectMedia(bytes)).toEqual({
      ok: true,
      kind: "image",
      contentType: `image/${format}`,
      width: 90,
      height: 60,
    });
  });

  it("reads a progressive JPEG with a profile", async () => {
    const bytes = await picture
      .clone()
      .withIccProfile("srgb")
      .jpeg({ progressive: true })
      .toBuffer();
    expect(inspectMedia(bytes)).toMatchObject({ ok: true, width: 90, height: 60 });
  });

  it("reads size and duration of an MP4, wherever its index is", async () => {
    expect(inspectMedia(video)).toEqual({
      ok: true,
      kind: "video",
      contentType: "video/mp4",
      width: 96,
      height: 64,
      durationSeconds: 2,
    });
    const fast = await makeVideo("fast.mp4", 2, ["-movflags", "+faststart"]);
    expect(inspectMedia(fast)).toMatchObject({ ok: true, durationSeconds: 2 });
  });

  it("fails what is too large or too long", async () => {
    const wide = await sharp({
      create: { width: 4_097, height: 1, channels: 3, background: "#000" },
    })
      .png()
      .toBuffer();
    expect(inspectMedia(wide)).toMatchObject({ ok: false, code: "too_many_pixels" });
    expect(inspectMedia(await makeVideo("long.mp4", 121))).toMatchObject({
      ok: false,
      code: "too_long",
    });
  });

  it("fails what is cut off", async () => {
    const jpeg = await picture.clone().jpeg().toBuffer();
    const png = await picture.clone().png().toBuffer();
    for (const bytes of [jpeg, png, video])
      for (const share of [0.2, 0.5, 0.9])
        expect(inspectMedia(bytes.subarray(0, Math.floor(bytes.length * share))).ok).toBe(false);
  });

  it("fails what is no medium of ours", async () => {
    const gif = await picture.clone().gif().toBuffer();
    for (const bytes of [
      gif,
      Buffer.from("#EXTM3U\n"),
      Buffer.from("<svg/>"),
      Buffer.alloc(0),
      Buffer.alloc(100),
    ])
      expect(inspectMedia(bytes)).toMatchObject({ ok: false, code: "unsupported_type" });
    expect(sniffType(await makeVideo("clip.mov", 1))).toBeUndefined();
  });

  it("survives any damage", async () => {
    const originals = [
      await picture.clone().jpeg().toBuffer(),
      await picture.clone().png().toBuffer(),
      video,
    ];
    let seed = 1;
    for (const original of originals)
      for (let round = 0; round < 300; round++) {
        const bytes = Buffer.from(original);
        for (let hit = 0; hit < 8; hit++) {
          seed = (seed * 48_271) % 2_147_483_647;
          bytes[seed % bytes.length] = seed % 251;
        }
        expect(() => inspectMedia(bytes)).not.toThrow();
      }
  });
});

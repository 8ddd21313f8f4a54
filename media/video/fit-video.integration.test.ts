import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { VideoLimits } from "#platforms/contract.ts";
import { measureLoudness } from "../audio/measure-loudness.ts";
import {
  lookAtVideo,
  makeClip,
  makeRotatedClip,
  makeWithFfmpeg,
  testFolder,
  tools,
} from "../media-fixtures.ts";
import { runFfmpeg } from "../run-ffmpeg.ts";
import { runFfprobe } from "../run-ffprobe.ts";
import { fitVideo } from "./fit-video.ts";
import { fitVideos } from "./fit-videos.ts";

const LIMITS: VideoLimits = {
  maxCount: 1,
  maxBytes: 1e6,
  maxSeconds: 10,
  maxWidth: 320,
  maxHeight: 240,
};

async function fit(
  path: string,
  limits: Partial<VideoLimits> = {},
  more: { signal?: AbortSignal } = {},
) {
  const outputPath = join(testFolder(), "out.mp4");
  const heard: number[] = [];
  const fitted = await fitVideo({
    ...tools,
    ...more,
    inputPath: path,
    outputPath,
    source: await lookAtVideo(path),
    limits: { ...LIMITS, ...limits },
    preset: "veryfast",
    onProgress: (fraction) => heard.push(fraction),
  });
  return { fitted, outputPath, heard, probe: await lookAtVideo(outputPath) };
}

/** What ffmpeg says about a file of ours through a filter. */
async function measured(path: string, ...options: string[]): Promise<string> {
  const { stderr } = await runFfmpeg({
    ...tools,
    inputs: [{ path, demuxer: "mov" }],
    outputs: [{ options }],
  });
  return stderr;
}

const loudness = (path: string) =>
  measureLoudness({ ...tools, inputs: [{ path, demuxer: "mov" }], seconds: 10 });

describe("fitVideo", () => {
  it("makes what every network takes: H.264 High, AAC, yuv420p, index first, no edit lists, no metadata", async () => {
    const folder = testFolder();
    const options = [
      "-metadata",
      "location=+48.1-011.5/",
      "-metadata",
      "title=SecretTitle",
      "-movflags",
      "use_metadata_tags",
    ];
    const path = await makeClip(join(folder, "in.mp4"), { fps: 60, options });
    expect((await readFile(path)).includes("SecretTitle")).toBe(true);
    const { fitted, outputPath, heard, probe: made } = await fit(path);
    expect(made).toMatchObject({
      codec: "h264",
      audioCodec: "aac",
      pixelFormat: "yuv420p",
      fps: expect.closeTo(30, -1),
      width: 160,
      height: 120,
    });
    expect(fitted).toMatchObject({
      contentType: "video/mp4",
      hasAudio: true,
      padded: false,
      cut: false,
      bytes: made.bytes,
    });
    const data = await readFile(outputPath);
    expect(data.indexOf("moov")).toBeLessThan(data.indexOf("mdat"));
    expect(data.includes("elst")).toBe(false);
    expect(data.includes("SecretTitle")).toBe(false);
    expect(data.includes("+48.1")).toBe(false);
    const shown = ["-show_entries", "stream=profile,sample_rate,channels", "-of", "csv=p=0"];
    const streams = await runFfprobe({
      ...tools,
      path: outputPath,
      demuxer: "mov",
      options: shown,
    });
    expect(streams.trim().split("\n")).toEqual(["High", "LC,48000,2"]);
    expect(heard).toEqual(heard.toSorted((a, b) => a - b));
    expect(heard.at(-1)).toBe(1);
  });

  it("turns what is rotated, and puts bars beside it where the platform wants it wider", async () => {
    const path = await makeRotatedClip(testFolder());
    const upright = await fit(path);
    expect(upright.probe).toMatchObject({ width: 120, height: 160, rotation: 0 });
    const barred = await fit(path, { minRatio: 1 });
    expect(barred.probe).toMatchObject({ width: 160, height: 160, rotation: 0 });
    expect(barred.fitted.padded).toBe(true);
    // The left bar is black.
    const bar = await measured(
      barred.outputPath,
      "-vf",
      "crop=16:160:0:0,blackdetect=d=0.5:pix_th=0.1",
      "-an",
    );
    expect(bar).toContain("black_start");
  });

  it("makes odd sides even, and 10 bits 8", async () => {
    const options = ["-pix_fmt", "yuv444p10le", "-c:v", "libx264"];
    const path = await makeClip(join(testFolder(), "in.mp4"), {
      size: "131x97",
      sound: false,
      options,
    });
    expect(await lookAtVideo(path)).toMatchObject({
      width: 131,
      height: 97,
      pixelFormat: "yuv444p10le",
    });
    const { probe: made } = await fit(path);
    expect(made).toMatchObject({ width: 130, height: 96, pixelFormat: "yuv420p", hasAudio: false });
  });

  it("brings HDR to ordinary colours", async () => {
    const hlg = "log-level=none:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc";
    const options = ["-pix_fmt", "yuv420p10le", "-c:v", "libx265", "-x265-params", hlg];
    const path = await makeClip(join(testFolder(), "in.mp4"), {
      sound: false,
      seconds: 0.5,
      options,
    });
    expect((await lookAtVideo(path)).hdr).toBe(true);
    expect((await fit(path)).probe).toMatchObject({ pixelFormat: "yuv420p", hdr: false });
  });

  it("shrinks to the limits, and to the bytes", async () => {
    const path = await makeClip(join(testFolder(), "in.mp4"), { size: "640x360" });
    expect((await fit(path)).probe).toMatchObject({ width: 320, height: 180 });
    const noisy = await makeWithFfmpeg(
      join(testFolder(), "noise.mp4"),
      "-f lavfi -i nullsrc=s=160x120:d=1:r=30,geq=random(1)*255:128:128 -preset ultrafast",
    );
    const { fitted } = await fit(noisy, { maxBytes: 20_000 });
    expect(fitted.bytes).toBeLessThanOrEqual(20_000);
    await expect(fit(noisy, { maxBytes: 2000 })).rejects.toMatchObject({ code: "cannot_fit" });
  });

  it("cuts what is too long to less than the limit, and refuses what is too short", async () => {
    const path = await makeClip(join(testFolder(), "in.mp4"), { seconds: 3 });
    const { fitted, probe: made } = await fit(path, { maxSeconds: 2 });
    expect(fitted.cut).toBe(true);
    expect(made.durationSeconds).toBeLessThanOrEqual(2);
    expect(made.durationSeconds).toBeGreaterThan(1.7);
    await expect(fit(path, { minSeconds: 4 })).rejects.toMatchObject({ code: "too_short" });
  });

  it("makes quiet sound as loud as the networks play, and leaves silence silent", async () => {
    const quiet = await makeClip(join(testFolder(), "in.mp4"), {
      seconds: 4,
      size: "32x32",
      sound: "sine=440,volume=0.05",
    });
    expect((await loudness(quiet))?.input_i).toBeLessThan(-30);
    const made = await loudness((await fit(quiet)).outputPath);
    expect(made?.input_i).toBeGreaterThan(-15.5);
    expect(made?.input_i).toBeLessThan(-12.5);
    expect(made?.input_tp).toBeLessThan(0);
    const silent = await makeClip(join(testFolder(), "in.mp4"), {
      sound: "anullsrc",
      size: "32x32",
    });
    expect(await loudness(silent)).toBeUndefined();
    const { outputPath, probe: still } = await fit(silent);
    expect(still.hasAudio).toBe(true);
    expect(await loudness(outputPath)).toBeUndefined();
  });

  it("keeps sound and picture together without edit lists", async () => {
    // White and loud from 1 s on.
    const path = await makeWithFfmpeg(
      join(testFolder(), "in.mp4"),
      "-f lavfi -i color=black:s=64x48:r=30:d=1,tpad=stop_duration=1:stop_mode=add:color=white",
      "-f lavfi -i sine=440:d=2,volume=enable='lt(t,1)':volume=0 -pix_fmt yuv420p",
    );
    const { outputPath } = await fit(path);
    const seen = await measured(
      outputPath,
      "-vf",
      "blackdetect=d=0.3",
      "-af",
      "silencedetect=n=-40dB:d=0.3",
    );
    const whiteAt = Number(/black_end:([\d.]+)/.exec(seen)?.[1]);
    const loudAt = Number(/silence_end: ([\d.]+)/.exec(seen)?.[1]);
    // A person notices from 45 ms on.
    expect(Math.abs(whiteAt - loudAt)).toBeLessThan(0.045);
    expect(whiteAt).toBeGreaterThan(0.9);
  });

  it("refuses a video that ends before its own header says", async () => {
    const folder = testFolder();
    const whole = await makeClip(join(folder, "whole.mp4"), {
      seconds: 4,
      options: ["-movflags", "+faststart", "-g", "10"],
    });
    const data = await readFile(whole);
    const path = join(folder, "in.mp4");
    await writeFile(
      path,
      data.subarray(0, data.indexOf("mdat") + (data.length - data.indexOf("mdat")) / 4),
    );
    await expect(fit(path)).rejects.toMatchObject({ name: "MediaError", code: "corrupt" });
  });

  it("leaves nothing behind when aborted", async () => {
    const folder = testFolder();
    const path = await makeClip(join(folder, "in.mp4"), { seconds: 2 });
    const controller = new AbortController();
    const work = fitVideo({
      ...tools,
      inputPath: path,
      outputPath: join(folder, "out.mp4"),
      source: await lookAtVideo(path),
      limits: LIMITS,
      signal: controller.signal,
      onProgress: () => controller.abort(new Error("enough")),
    });
    await expect(work).rejects.toThrow("enough");
    expect(await readdir(folder)).toEqual(["in.mp4"]);
  });
});

describe("fitVideos", () => {
  it("makes all that the targets take, and says of each why not", async () => {
    const path = await makeClip(join(testFolder(), "in.mp4"), { seconds: 3 });
    const folder = testFolder();
    const limits: Partial<VideoLimits>[] = [
      {},
      { maxWidth: 80 },
      { maxSeconds: 2, maxRatio: 1 },
      { minSeconds: 10 },
      { maxBytes: 3000 },
      {},
    ];
    const outputPaths = limits.map((_one, index) => join(folder, `${index}.mp4`));
    const source = await lookAtVideo(path);
    const made = await fitVideos({
      ...tools,
      inputPath: path,
      source,
      targets: limits.map((one, index) => ({
        limits: { ...LIMITS, ...one },
        outputPath: outputPaths[index] ?? "",
      })),
      preset: "veryfast",
    });
    expect(made).toMatchObject([
      { width: 160, height: 120, hasAudio: true, cut: false },
      { width: 80, height: 60, hasAudio: true },
      { width: 160, height: 160, padded: true, cut: true },
      { name: "MediaError", code: "too_short" },
      { name: "MediaError", code: "cannot_fit" },
      { width: 160, height: 120 },
    ]);
    expect(await readdir(folder)).toEqual(["0.mp4", "1.mp4", "2.mp4", "5.mp4"]);
    for (const [index, seconds] of [3, 3, 1.9].entries()) {
      const found = await lookAtVideo(outputPaths[index] ?? "");
      expect(found.durationSeconds).toBeCloseTo(seconds, 0);
      const loud = await loudness(outputPaths[index] ?? "");
      expect(loud?.input_i).toBeGreaterThan(-16);
      expect(loud?.input_i).toBeLessThan(-12);
    }
  });

  it("makes again only what came out too large", async () => {
    const path = await makeWithFfmpeg(
      join(testFolder(), "noise.mp4"),
      "-f lavfi -i nullsrc=s=160x120:d=1:r=30,geq=random(1)*255:128:128 -preset ultrafast",
    );
    const folder = testFolder();
    const [large, small] = [join(folder, "large.mp4"), join(folder, "small.mp4")];
    const made = await fitVideos({
      ...tools,
      inputPath: path,
      source: await lookAtVideo(path),
      targets: [
        { limits: LIMITS, outputPath: large },
        { limits: { ...LIMITS, maxBytes: 20_000 }, outputPath: small },
      ],
      preset: "veryfast",
    });
    expect((await readFile(large)).length).toBeGreaterThan(100_000);
    expect((await readFile(small)).length).toBeLessThanOrEqual(20_000);
    expect(made).toMatchObject([{ width: 160 }, { contentType: "video/mp4" }]);
  });
});

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { measureLoudness } from "../audio/measure-loudness.ts";
import type { AudioProbe } from "../contract.ts";
import {
  frameOf,
  lookAtVideo,
  makePhoto,
  makeWithFfmpeg,
  testFolder,
  tools,
} from "../media-fixtures.ts";
import { probe } from "../probe.ts";
import { makeAudiogram } from "./make-audiogram.ts";

const canvas = { width: 180, height: 320 };

/** A tone that is quiet in its first second and loud in its second. */
async function tone(folder: string) {
  const path = await makeWithFfmpeg(
    join(folder, "tone.wav"),
    "-f lavfi -i sine=f=300:d=2,volume=enable='lt(t,1)':volume=0.01",
  );
  return { path, probe: (await probe({ path, ...tools })) as AudioProbe };
}

/** How many of a frame's rows from one part of the height to another have something white in them. */
async function whiteRows(path: string, second: number, from: number, to: number) {
  const { data, width, height } = await frameOf(path, second);
  let rows = 0;
  for (let row = Math.round(height * from); row < Math.round(height * to); row += 1)
    if (data.subarray(row * width, (row + 1) * width).some((value) => value > 180)) rows += 1;
  return rows;
}

describe("makeAudiogram", () => {
  it("shows what is heard as a wave, and what is said above it", async () => {
    const folder = testFolder();
    const outputPath = join(folder, "out.mp4");
    const sound = await tone(folder);
    const segments = [{ startSecond: 0, endSecond: 1, text: "Hello {\\an8}there" }];
    await makeAudiogram({ ...tools, sound, segments, canvas, outputPath });
    const made = await lookAtVideo(outputPath);
    expect(made).toMatchObject({ ...canvas, codec: "h264", pixelFormat: "yuv420p", fps: 30 });
    expect(made.durationSeconds).toBeCloseTo(2, 1);
    const inputs = [{ path: outputPath, demuxer: "mov" as const }];
    const loudness = await measureLoudness({ ...tools, inputs, seconds: 2 });
    expect(loudness?.input_i).toBeGreaterThan(-17);
    const quiet = await whiteRows(outputPath, 0.8, 0.68, 0.84);
    expect(await whiteRows(outputPath, 1.8, 0.68, 0.84)).toBeGreaterThan(quiet * 2 + 10);
    expect(await whiteRows(outputPath, 0.5, 0.4, 0.68)).toBeGreaterThan(3);
    expect(await whiteRows(outputPath, 1.5, 0.4, 0.68)).toBe(0);
    // Not where the orders in the text would have it.
    expect(await whiteRows(outputPath, 0.5, 0, 0.4)).toBe(0);
  });

  it("shows a cover, and leaves nothing behind when aborted", async () => {
    const folder = testFolder();
    const cover = { path: await makePhoto(join(folder, "cover.jpg")) };
    const outputPath = join(folder, "out.mp4");
    const sound = await tone(folder);
    await makeAudiogram({ ...tools, sound, cover, canvas, outputPath });
    const { data } = await frameOf(outputPath, 1);
    expect(Math.max(...data.subarray(0, 180 * 100))).toBeGreaterThan(60);
    const controller = new AbortController();
    const work = makeAudiogram({
      ...tools,
      sound,
      canvas,
      outputPath: join(folder, "aborted.mp4"),
      signal: controller.signal,
      onProgress: () => controller.abort(new Error("enough")),
    });
    await expect(work).rejects.toThrow("enough");
    expect(await readdir(folder)).toEqual(["cover.jpg", "out.mp4", "tone.wav"]);
  });
});

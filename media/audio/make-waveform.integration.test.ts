import { join } from "node:path";
import sharp from "sharp";
import { expect, it } from "vitest";
import type { AudioProbe, VideoProbe } from "../contract.ts";
import { makeClip, makeWithFfmpeg, testFolder, tools } from "../media-fixtures.ts";
import { probe } from "../probe.ts";
import { makeWaveform } from "./make-waveform.ts";

async function waveform(path: string, count: number) {
  const sound = { path, probe: (await probe({ path, ...tools })) as AudioProbe | VideoProbe };
  const outputPath = join(testFolder(), "wave.png");
  const size = { width: 120, height: 40 };
  const made = await makeWaveform({ ...tools, sound, outputPath, count, size });
  const { data, info } = await sharp(outputPath)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ ...size, channels: 4 });
  const heightAt = (x: number) =>
    Array.from(
      { length: size.height },
      (_one, y) => data[(y * size.width + x) * 4 + 3] ?? 0,
    ).filter((alpha) => alpha > 0).length;
  return { made, heightAt };
}

it("makeWaveform shows quiet and loud where they are", async () => {
  const path = await makeWithFfmpeg(
    join(testFolder(), "a.flac"),
    "-f lavfi -i aevalsrc=if(lt(t\\,1)\\,0\\,0.5*sin(2*PI*300*t)):d=2:s=48000",
  );
  const { made, heightAt } = await waveform(path, 10);
  expect(made.contentType).toBe("image/png");
  expect(made.peaks.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
  for (const peak of made.peaks.slice(6)) expect(peak).toBeCloseTo(0.5, 1);
  expect(heightAt(2)).toBe(1);
  expect(heightAt(100)).toBeGreaterThan(17);
  expect(heightAt(100)).toBeLessThan(24);
});

it("makeWaveform takes videos and sounds shorter than its parts", async () => {
  const video = await makeClip(join(testFolder(), "a.mp4"));
  expect((await waveform(video, 50)).made.peaks.some((peak) => peak > 0.05)).toBe(true);
  const blip = await makeWithFfmpeg(join(testFolder(), "b.wav"), "-f lavfi -i sine=d=0.002");
  expect((await waveform(blip, 300)).made.peaks).toHaveLength(300);
});

it("makeWaveform blames a video without sound", async () => {
  const mute = await makeClip(join(testFolder(), "a.mp4"), { sound: false });
  await expect(waveform(mute, 5)).rejects.toMatchObject({ name: "MediaError", code: "corrupt" });
});

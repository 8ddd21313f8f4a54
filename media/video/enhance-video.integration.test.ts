import { readdir } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { measureLoudness } from "../audio/measure-loudness.ts";
import {
  frameOf,
  lookAtVideo,
  makeClip,
  makeScript,
  makeWithFfmpeg,
  pictureAt,
  testFolder,
  tools,
} from "../media-fixtures.ts";
import { enhanceVideo } from "./enhance-video.ts";
import type { EnhanceInput } from "./enhance-video.ts";

type Wanted = Partial<EnhanceInput>;

async function enhance(path: string, wanted: Wanted) {
  const folder = testFolder();
  const outputPath = join(folder, "out.mp4");
  const heard: number[] = [];
  const video = { path, probe: await lookAtVideo(path) };
  const onProgress = (fraction: number) => heard.push(fraction);
  const made = await enhanceVideo({ ...tools, video, outputPath, onProgress, ...wanted });
  expect(heard).toEqual(heard.toSorted((a, b) => a - b));
  expect(heard.at(-1)).toBe(1);
  expect(await readdir(folder)).toEqual(["out.mp4"]);
  const found = await lookAtVideo(outputPath);
  expect(found).toMatchObject({ codec: "h264", pixelFormat: "yuv420p", width: made.width });
  return { made, found, outputPath };
}

/** How much a frame differs from its neighbours to the right, on average: noise, or detail. */
async function grain(path: string): Promise<number> {
  const { data } = await frameOf(path, 0.5);
  let sum = 0;
  for (let index = 1; index < data.length; index += 1)
    sum += Math.abs((data[index] ?? 0) - (data[index - 1] ?? 0));
  return sum / data.length;
}

/** How far a picture's brightest column wanders over the frames, on average from one to the next. */
async function wander(path: string): Promise<number> {
  const places: number[] = [];
  for (let second = 0.5; second < 2.4; second += 0.2) {
    const { data, width, height } = await frameOf(path, second);
    let [best, at] = [-1, 0];
    for (let x = Math.round(width * 0.2); x < width * 0.8; x += 1) {
      let sum = 0;
      for (let y = Math.round(height * 0.2); y < height * 0.8; y += 1)
        sum += data[y * width + x] ?? 0;
      if (sum > best) [best, at] = [sum, x];
    }
    places.push(at);
  }
  const steps = places.slice(1).map((at, index) => Math.abs(at - (places[index] ?? 0)));
  return steps.reduce((sum, step) => sum + step, 0) / steps.length;
}

/** A textured picture with one bright bar, filmed by a hand that trembles. */
async function shaky(folder: string): Promise<string> {
  const still = join(folder, "still.png");
  const dots = Array.from(
    { length: 300 },
    (_one, n) =>
      `<circle cx="${(n * 97) % 400}" cy="${(n * 61) % 300}" r="${2 + (n % 7)}" fill="hsl(${n * 40},60%,${20 + (n % 5) * 6}%)"/>`,
  ).join("");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300"><rect width="400" height="300" fill="#333"/>${dots}<rect x="190" y="40" width="8" height="220" fill="#fff"/></svg>`;
  await sharp(Buffer.from(svg)).png().toFile(still);
  return makeWithFfmpeg(
    join(folder, "shaky.mp4"),
    "-loop 1 -r 25 -t 3 -i",
    still,
    "-vf crop=320:240:40+8*sin(n*1.9):30+6*cos(n*2.3) -pix_fmt yuv420p -preset ultrafast -crf 15",
  );
}

describe("enhanceVideo", () => {
  it("takes noise away", async () => {
    const path = await makeWithFfmpeg(
      join(testFolder(), "noisy.mp4"),
      "-f lavfi -i color=gray:s=160x120:d=1:r=25,noise=alls=8:allf=t -pix_fmt yuv420p -crf 10",
    );
    const { outputPath } = await enhance(path, { denoise: true });
    expect(await grain(outputPath)).toBeLessThan((await grain(path)) * 0.6);
  });

  it("steadies a trembling picture, with libvidstab and without", async () => {
    const folder = testFolder();
    const path = await shaky(folder);
    const before = await wander(path);
    expect(before).toBeGreaterThan(3);
    expect(await wander((await enhance(path, { stabilise: true })).outputPath)).toBeLessThan(
      before / 2,
    );
    const ffmpegPath = await makeScript(
      join(folder, "ffmpeg"),
      `case "$*" in *-filters*) ${tools.ffmpegPath} "$@" | grep -v vidstab ;; *) exec ${tools.ffmpegPath} "$@" ;; esac`,
    );
    const guessed = await enhance(path, { stabilise: true, ffmpegPath });
    expect(await wander(guessed.outputPath)).toBeLessThan(before * 0.9);
  });

  it("makes a dull picture fuller", async () => {
    const path = await makeClip(join(testFolder(), "dull.mp4"), {
      sound: false,
      options: ["-vf", "eq=contrast=0.4:saturation=0.5"],
    });
    const { outputPath } = await enhance(path, { colour: true });
    const contrast = async (video: string) => {
      const { channels } = await sharp(await pictureAt(video, 0.5)).stats();
      return channels.reduce((sum, { stdev }) => sum + stdev, 0);
    };
    expect(await contrast(outputPath)).toBeGreaterThan((await contrast(path)) * 1.2);
  });

  it("does all at once: larger, louder, captioned, of odd size and without sound too", async () => {
    const path = await makeClip(join(testFolder(), "a.mp4"), {
      size: "132x98",
      seconds: 2,
      sound: "sine=440,volume=0.05",
    });
    const { made, found, outputPath } = await enhance(path, {
      upscale: 2,
      denoise: true,
      stabilise: true,
      colour: true,
      loudness: true,
      captions: [{ startSecond: 0, endSecond: 2, text: "{\\p1}Hello" }],
    });
    expect(made).toMatchObject({ width: 264, height: 196, contentType: "video/mp4" });
    expect(found.durationSeconds).toBeCloseTo(2, 0);
    const inputs = [{ path: outputPath, demuxer: "mov" as const }];
    expect((await measureLoudness({ ...tools, inputs, seconds: 2 }))?.input_i).toBeGreaterThan(-16);
    const mute = await makeClip(join(testFolder(), "b.mp4"), { sound: false });
    const silent = await enhance(mute, { loudness: true, upscale: 1.5 });
    expect(silent.found).toMatchObject({ width: 240, height: 180, hasAudio: false });
  });

  it("says so where nothing would change", async () => {
    const path = await makeClip(join(testFolder(), "a.mp4"), { sound: false });
    await expect(enhance(path, { loudness: true })).rejects.toMatchObject({
      code: "nothing_to_do",
    });
  });
});

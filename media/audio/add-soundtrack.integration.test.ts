import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { AudioProbe, VideoProbe } from "../contract.ts";
import {
  lookAtVideo,
  makeClip,
  makeRotatedClip,
  makeWithFfmpeg,
  testFolder,
  tools,
} from "../media-fixtures.ts";
import { probe } from "../probe.ts";
import { runFfmpeg } from "../run-ffmpeg.ts";
import { addSoundtrack } from "./add-soundtrack.ts";
import { measureLoudness } from "./measure-loudness.ts";
import type { SoundtrackChoice } from "./soundtrack-chain.ts";

/** How loud one tone is between two seconds, in dB. */
async function toneLevel(path: string, hertz: number, from: number, to: number): Promise<number> {
  const narrow = `bandpass=f=${hertz}:width_type=h:w=60`;
  const { stderr } = await runFfmpeg({
    ...tools,
    inputs: [{ path, demuxer: "mov" }],
    filter: `[0:a:0]${narrow},${narrow},atrim=start=${from}:end=${to},volumedetect[out]`,
    outputs: [{ options: ["-map", "[out]"] }],
  });
  return Number(/mean_volume: (\S+) dB/.exec(stderr)?.[1]);
}

async function lay(video: string, sound: string, choice: SoundtrackChoice = {}) {
  const outputPath = join(testFolder(), "out.mp4");
  const heard: number[] = [];
  await addSoundtrack({
    ...tools,
    video: { path: video, probe: await lookAtVideo(video) },
    sound: {
      path: sound,
      probe: (await probe({ path: sound, ...tools })) as AudioProbe | VideoProbe,
    },
    outputPath,
    choice,
    onProgress: (fraction) => heard.push(fraction),
  });
  expect(heard.at(-1)).toBe(1);
  return { outputPath, made: await lookAtVideo(outputPath) };
}

/** A tone for a song. */
const song = (folder: string, seconds: number) =>
  makeWithFfmpeg(join(folder, "song.mp3"), `-f lavfi -i sine=f=440:d=${seconds}`);

/** A video that is silent but for a voice of 1.5 kHz from second 2 to second 4 of 6. */
const talking = (folder: string) =>
  makeClip(join(folder, "talk.mp4"), {
    seconds: 6,
    size: "64x48",
    sound: "sine=f=1500:d=6,volume=enable='not(between(t,2,4))':volume=0",
  });

describe("addSoundtrack", () => {
  it("lowers music while the video speaks, and is as loud as the networks play", async () => {
    const folder = testFolder();
    const { outputPath, made } = await lay(await talking(folder), await song(folder, 20));
    expect(made).toMatchObject({ codec: "h264", audioCodec: "aac", width: 64, height: 48 });
    expect(made.durationSeconds).toBeCloseTo(6, 0);
    const alone = await toneLevel(outputPath, 440, 0.5, 1.8);
    const under = await toneLevel(outputPath, 440, 2.5, 3.8);
    expect(alone - under).toBeGreaterThan(8);
    expect(await toneLevel(outputPath, 1500, 2.5, 3.8)).toBeGreaterThan(under + 10);
    const inputs = [{ path: outputPath, demuxer: "mov" as const }];
    const loudness = await measureLoudness({ ...tools, inputs, seconds: 6 });
    expect(loudness?.input_i).toBeGreaterThan(-16);
    expect(loudness?.input_i).toBeLessThan(-12);
  });

  it("loops a part of a song under a silent video, and fades it out", async () => {
    const folder = testFolder();
    const clip = await makeClip(join(folder, "mute.mp4"), {
      seconds: 5,
      size: "64x48",
      sound: false,
    });
    const choice = { startSecond: 0.5, endSecond: 1.5, loop: true, fadeOutSeconds: 2 };
    const { outputPath, made } = await lay(clip, await song(folder, 2), choice);
    expect(made.hasAudio).toBe(true);
    expect(made.durationSeconds).toBeCloseTo(5, 0);
    const loud = await toneLevel(outputPath, 440, 2, 2.9);
    expect(await toneLevel(outputPath, 440, 0.2, 1)).toBeCloseTo(loud, 0);
    expect(await toneLevel(outputPath, 440, 4.6, 4.95)).toBeLessThan(loud - 8);
  });

  it("without a loop is silent when the song has ended; the video's own sound may go", async () => {
    const folder = testFolder();
    const { outputPath, made } = await lay(await talking(folder), await song(folder, 2), {
      keepOwnSound: false,
    });
    expect(made.durationSeconds).toBeCloseTo(6, 0);
    expect(await toneLevel(outputPath, 440, 3, 5)).toBeLessThan(-70);
    expect(await toneLevel(outputPath, 1500, 2.5, 3.8)).toBeLessThan(-60);
  });

  it("takes the sound of a video, of 8 channels too, and makes a rotated VP9 video playable", async () => {
    const folder = testFolder();
    const rotated = await makeRotatedClip(folder);
    const eight = await makeWithFfmpeg(
      join(folder, "eight.mkv"),
      "-f lavfi -i testsrc=s=32x32:r=10:d=1 -f lavfi -i aevalsrc=0.2*sin(880*PI*t)|0|0|0|0|0|0|0:c=7.1:d=1",
      "-c:v libx264 -c:a flac",
    );
    const kept = await lay(rotated, eight, { kind: "speech" });
    expect(kept.made).toMatchObject({ width: 120, height: 160, rotation: 90 });
    const webm = await makeClip(join(folder, "a.webm"), {
      options: ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"],
    });
    const { made } = await lay(webm, eight);
    expect(made).toMatchObject({ codec: "h264", pixelFormat: "yuv420p", width: 160, height: 120 });
  });
});

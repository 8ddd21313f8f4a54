import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { InvalidArgumentError } from "@ai-sdk/provider";
import { generateSpeech, transcribe } from "ai";
import { beforeEach, describe, expect, it } from "vitest";
import { makeClip, makeWithFfmpeg, testFolder, tools } from "#media/media-fixtures.ts";
import { probe } from "#media/probe.ts";
import { fingerprintOf } from "./fingerprint-of.ts";
import { espeakExists } from "./run-espeak.ts";
import { sandboxSpeechModel } from "./speech-model.ts";
import { sandboxTranscriptionModel } from "./transcription-model.ts";
import { soundLabel } from "./write-wav.ts";
import { transcriptLabel } from "./write-transcript.ts";

const withEspeak = await espeakExists();
const speaker = (espeak: boolean) =>
  sandboxSpeechModel({ modelId: "speech", maxTextLength: 200, ...tools, espeak });

async function look(data: Uint8Array) {
  const path = join(testFolder(), "sound");
  await writeFile(path, data);
  const found = await probe({ path, ffprobePath: tools.ffprobePath });
  return found.kind === "audio" ? found : expect.fail(found.kind);
}

const short = "Fresh bread.";
const long =
  "Fresh bread, every morning from seven. Come by, say hello, and take some home with you.";

describe.each([
  { name: "tones", espeak: false, there: true },
  { name: "espeak-ng", espeak: true, there: withEspeak },
])("speech by $name", ({ espeak, there }) => {
  beforeEach(({ skip }) => skip(!there, "espeak-ng is not installed: tones stand in"));
  const speak = async (options: object = {}) => {
    const { audio } = await speaker(espeak).doGenerate({ text: short, ...options });
    return audio instanceof Uint8Array ? audio : expect.fail("Expected bytes");
  };

  it("makes MP3 and WAV that say what made them", async () => {
    for (const [outputFormat, contentType, codec] of [
      [undefined, "audio/mpeg", "mp3"],
      ["mp3", "audio/mpeg", "mp3"],
      ["wav", "audio/wav", "pcm_s16le"],
    ] as const) {
      const audio = await speak({ outputFormat });
      expect(await look(audio)).toMatchObject({ contentType, codec, channels: 1 });
      expect(Buffer.from(audio).toString("latin1")).toContain(soundLabel);
    }
  });

  it("is longer for more text and at less speed, and the same each time", async () => {
    const seconds = async (options: object) =>
      (await look(await speak({ outputFormat: "wav", ...options }))).durationSeconds;
    const usual = await seconds({});
    expect(usual).toBeGreaterThan(0.4);
    expect(await seconds({ text: long })).toBeGreaterThan(usual * 3);
    expect(await seconds({ text: long, speed: 2 })).toBeLessThan(usual * 4);
    expect((await seconds({ speed: 0.25 })) / usual).toBeCloseTo(4, 0);
    const print = async (options?: object) => fingerprintOf(await speak(options));
    expect(await print()).toBe(await print());
    expect(await print({ voice: "alder" })).not.toBe(await print({ voice: "fern" }));
  });

  it("says nothing of its directives, and takes any text", async () => {
    const print = async (text: string) => fingerprintOf(await speak({ text, outputFormat: "wav" }));
    expect(await print(`${short} [[sandbox seed=1]]`)).toBe(await print(`${short}  `));
    for (const text of ["", " ", "-v de -f /etc/passwd", "[[x]] <speak>", "\u0000\uD800", "咖啡"])
      expect((await look(await speak({ text, outputFormat: "wav" }))).sampleRate).toBe(24_000);
  });
});

describe("the sandbox's speech model", () => {
  it("refuses what its manifest doesn't list", async () => {
    const model = speaker(false);
    for (const options of [
      { text: "x".repeat(201) },
      { voice: "nobody" },
      { outputFormat: "exe" },
      { speed: 5 },
      { speed: Number.NaN },
    ]) {
      const error: unknown = await Promise.resolve(
        model.doGenerate({ text: short, ...options }),
      ).catch((thrown: unknown) => thrown);
      expect(InvalidArgumentError.isInstance(error), JSON.stringify(options)).toBe(true);
    }
  });

  it("warns of what it can't obey", async () => {
    const said = await speaker(false).doGenerate({
      text: short,
      language: "tlh",
      instructions: "Loud",
    });
    expect(said.warnings.map((one) => one.type === "unsupported" && one.feature)).toEqual([
      "instructions",
      "language",
    ]);
  });

  it("is reached through `ai`", async () => {
    const { audio } = await generateSpeech({ model: speaker(false), text: short, maxRetries: 0 });
    expect(audio.mediaType).toBe("audio/mpeg");
    const aborted = generateSpeech({
      model: speaker(false),
      text: "[[sandbox wait=3600]]",
      maxRetries: 0,
      abortSignal: AbortSignal.timeout(50),
    });
    await expect(aborted).rejects.toThrow(expect.objectContaining({ name: "TimeoutError" }));
  });
});

describe("the sandbox's transcription model", () => {
  const model = sandboxTranscriptionModel({ modelId: "transcript", ...tools });
  const write = async (path: string) =>
    transcribe({ model, audio: await readFile(path), maxRetries: 0 });

  it("lays labelled words over the length of sound in audio and video", async () => {
    const folder = testFolder();
    const wav = await makeWithFfmpeg(join(folder, "a.wav"), "-f lavfi -i sine=440 -t 7.5");
    const said = await write(wav);
    expect(said.text.startsWith(transcriptLabel)).toBe(true);
    expect(said.durationInSeconds).toBeCloseTo(7.5, 2);
    expect(said.segments.at(-1)?.endSecond).toBeCloseTo(7.5, 2);
    expect(said.segments.length).toBeGreaterThan(1);
    expect((await write(wav)).text).toBe(said.text);
    const other = await makeWithFfmpeg(join(folder, "b.wav"), "-f lavfi -i sine=880 -t 7.5");
    expect((await write(other)).text).not.toBe(said.text);
    const clip = await makeClip(join(folder, "c.mp4"), { seconds: 2 });
    expect((await write(clip)).durationInSeconds).toBeCloseTo(2, 1);
    const mp3 = await makeWithFfmpeg(join(folder, "d.mp3"), "-f lavfi -i sine=440 -t 1");
    expect((await write(mp3)).durationInSeconds).toBeCloseTo(1, 1);
  });

  it("times words when asked, and fails as the file's tags say", async () => {
    const folder = testFolder();
    const wav = await makeWithFfmpeg(join(folder, "a.wav"), "-f lavfi -i sine=440 -t 2");
    const audio = await readFile(wav);
    const mediaType = "audio/wav";
    const plain = await model.doGenerate({ audio, mediaType });
    expect(plain.words).toBeUndefined();
    const timed = await model.doGenerate({ audio, mediaType, timestampGranularities: ["word"] });
    expect(timed.words?.at(-1)?.endSecond).toBeCloseTo(2, 2);
    expect(await model.doGenerate({ audio: audio.toString("base64"), mediaType })).toMatchObject({
      text: plain.text,
    });
    const tagged = Buffer.concat([audio, Buffer.from("[[sandbox error=quota]]")]);
    await expect(async () => model.doGenerate({ audio: tagged, mediaType })).rejects.toThrow(
      /quota/u,
    );
  });

  it("refuses what holds no sound or can't be read", async () => {
    const folder = testFolder();
    const silent = await makeClip(join(folder, "silent.mp4"), { sound: false });
    const whole = await readFile(await makeClip(join(folder, "whole.mp4")));
    const files = [
      await readFile(silent),
      whole.subarray(0, 60),
      Buffer.from("#EXTM3U\nfile:///etc/passwd\n"),
      Buffer.from("ffconcat version 1.0\nfile /etc/passwd\n"),
      Buffer.alloc(0),
    ];
    for (const audio of files) {
      const error: unknown = await Promise.resolve(
        model.doGenerate({ audio, mediaType: "audio/wav" }),
      ).catch((thrown: unknown) => thrown);
      expect(InvalidArgumentError.isInstance(error), String(error)).toBe(true);
    }
  });
});

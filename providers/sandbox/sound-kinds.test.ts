import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { composeMusic } from "./compose-music.ts";
import { tempoFilter } from "./encode-speech.ts";
import { fingerprintOf } from "./fingerprint-of.ts";
import { countSyllables, planSyllables } from "./plan-syllables.ts";
import { playEffect } from "./play-effect.ts";
import { playMusic } from "./play-music.ts";
import { espeakOptions, espeakText } from "./run-espeak.ts";
import { sandboxSoundModel } from "./sound-model.ts";
import { speakInTones } from "./speak-in-tones.ts";
import { espeakLanguage } from "./voices.ts";
import { soundLabel, writeWav } from "./write-wav.ts";
import { transcriptLabel, writeTranscript } from "./write-transcript.ts";

const secondsOf = (plan: readonly { seconds: number }[]) =>
  plan.reduce((sum, { seconds }) => sum + seconds, 0);

describe("syllables", () => {
  it.each([
    ["bread", 1],
    ["sourdough", 2],
    ["Übergröße", 4],
    ["привет", 2],
    ["咖啡", 2],
    ["مرحبا", 2],
    ["xyz", 1],
    ["brrr", 2],
    ["24", 2],
  ])("counts those of %s as %d", (word, count) => {
    expect(countSyllables(word)).toBe(count);
  });

  it("grow in time with the text, and pause longer after a sentence", () => {
    const short = planSyllables({ text: "Fresh bread.", seed: "1" });
    const long = planSyllables({ text: "Fresh bread. It is warm, and it is here.", seed: "1" });
    expect(secondsOf(long)).toBeGreaterThan(secondsOf(short) * 2);
    expect(planSyllables({ text: "a. b", seed: "1" })[1]).toEqual({ kind: "pause", seconds: 0.4 });
    expect(planSyllables({ text: "a b", seed: "1" })[1]?.seconds).toBeLessThan(0.1);
  });

  it("are there for any text, none of them endless", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (text) => {
        const plan = planSyllables({ text, seed: "1" });
        expect(plan.some(({ kind }) => kind === "tone")).toBe(true);
        expect(secondsOf(plan)).toBeLessThan(1 + text.length * 0.6);
      }),
    );
  });
});

describe("tones", () => {
  it("are the same for the same text, and can be aborted", async () => {
    const speak = async (text: string) =>
      fingerprintOf(writeWav(await speakInTones({ text, pitch: 165 })));
    expect(await speak("Good morning.")).toBe(await speak("Good morning."));
    expect(await speak("Good morning.")).not.toBe(await speak("Good evening."));
    await expect(
      speakInTones({ text: "Good morning.", pitch: 165, signal: AbortSignal.abort() }),
    ).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
  });
});

describe("espeak-ng's input", () => {
  it("is a text without control signs and phonemes", () => {
    expect(espeakText("a\u0000b[[[c]]\uD800\nd")).toBe("a b[ [ [c]]\uFFFD\nd");
    expect(espeakText("[[[[")).not.toContain("[[");
  });

  it("names a voice that it has", () => {
    expect(espeakLanguage("de-AT")).toBe("de");
    expect(espeakLanguage("pt-BR")).toBe("pt-br");
    expect(espeakLanguage("en")).toBe("en-gb");
    expect(espeakLanguage("constructor")).toBeUndefined();
    expect(espeakLanguage("tlh")).toBeUndefined();
    expect(espeakOptions({ language: "de", pitch: 80, outputPath: "/x/voice.wav" }).join(" ")).toBe(
      "-v de -p 80 -b 1 -w /x/voice.wav --stdin",
    );
  });
});

describe("tempoFilter", () => {
  it("keeps each step in what ffmpeg takes", () => {
    expect(tempoFilter(1)).toBeUndefined();
    expect(tempoFilter(1.5)).toBe("atempo=1.5000");
    expect(tempoFilter(0.25)).toBe("atempo=0.5000,atempo=0.5000");
  });
});

describe("music and noises", () => {
  it("are as long as asked, to the sample, the same by seed, and heard", async () => {
    for (const play of [playMusic, playEffect]) {
      const sound = await play({ seed: "1", seconds: 3 });
      for (const row of sound.channels) {
        expect(row).toHaveLength(3 * sound.rate);
        expect(Math.max(...row.subarray(sound.rate, sound.rate + 5000))).toBeGreaterThan(0.01);
        expect(row.every((sample) => Math.abs(sample) <= 0.7001)).toBe(true);
        expect(Math.abs(row.at(-1) ?? 1)).toBeLessThan(0.01);
      }
      const print = async (seed: string) =>
        fingerprintOf(writeWav(await play({ seed, seconds: 3 })));
      expect(await print("1")).toBe(fingerprintOf(writeWav(sound)));
      expect(await print("2")).not.toBe(await print("1"));
    }
  });

  it("are written within their length, at pitches that are heard", () => {
    for (let seed = 0; seed < 50; seed += 1) {
      for (const note of composeMusic({ seed: String(seed), seconds: 7 })) {
        expect(note.start + note.seconds).toBeLessThanOrEqual(7.000001);
        expect(note.hertz).toBeGreaterThan(30);
        expect(note.hertz).toBeLessThan(3000);
      }
    }
  });

  it("are made by models of their own, in lengths that they list", async () => {
    const model = sandboxSoundModel({ modelId: "sandbox-music-1", task: "music", seconds: [2, 4] });
    const make = (options: object) =>
      model.generate({ task: "music", prompt: "Calm", providerOptions: {}, ...options });
    const { data, mediaType } = await make({});
    expect(mediaType).toBe("audio/wav");
    const print = fingerprintOf(data);
    expect(fingerprintOf((await make({ seconds: 2 })).data)).toBe(print);
    expect(fingerprintOf((await make({ seed: 5 })).data)).not.toBe(print);
    expect((await make({ seconds: 4 })).data.length).toBeGreaterThan(data.length * 1.9);
    await expect(make({ seconds: 3 })).rejects.toThrow("2, 4 seconds");
    await expect(make({ task: "sound" })).rejects.toThrow("not sound");
    await expect(make({ signal: AbortSignal.abort() })).rejects.toThrow(
      expect.objectContaining({ name: "AbortError" }),
    );
  });
});

describe("writeWav", () => {
  it("says in the file what made it", () => {
    const wav = writeWav({ rate: 8000, channels: [new Float32Array([0, 1, -1])] });
    expect(wav.toString("latin1")).toContain(soundLabel);
    expect(wav.readUInt32LE(4)).toBe(wav.length - 8);
    expect([0, 2, 4].map((at) => wav.readInt16LE(wav.length - 6 + at))).toEqual([
      0, 32_767, -32_767,
    ]);
  });
});

describe("writeTranscript", () => {
  it("lays words over any length without a gap, and says first what it is", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 300, noNaN: true }), fc.string(), (seconds, seed) => {
        const { text, segments, words } = writeTranscript({ seed, seconds });
        expect(text.startsWith(transcriptLabel)).toBe(true);
        expect(segments[0]?.startSecond).toBe(0);
        expect(segments.at(-1)?.endSecond).toBeCloseTo(seconds, 2);
        for (const rows of [segments, words])
          for (const [index, one] of rows.entries()) {
            expect(one.endSecond).toBeGreaterThan(one.startSecond);
            if (index > 0) expect(one.startSecond).toBe(rows[index - 1]?.endSecond);
          }
      }),
    );
    expect(writeTranscript({ seed: "a", seconds: 9 })).toEqual(
      writeTranscript({ seed: "a", seconds: 9 }),
    );
    expect(writeTranscript({ seed: "a", seconds: 9 })).not.toEqual(
      writeTranscript({ seed: "b", seconds: 9 }),
    );
  });
});

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { runFfmpeg } from "#media/run-ffmpeg.ts";
import { soundLabel } from "./write-wav.ts";

export const speechFormats = ["mp3", "wav"] as const;
export type SpeechFormat = (typeof speechFormats)[number];

const codecs: Record<SpeechFormat, string[]> = {
  mp3: ["-c:a", "libmp3lame", "-b:a", "96k", "-f", "mp3"],
  wav: ["-c:a", "pcm_s16le", "-f", "wav"],
};

/** ffmpeg's filter for speaking faster or slower, 0.25 to 4 times; undefined for as it is. Pure. */
export function tempoFilter(speed: number): string | undefined {
  if (speed === 1) return undefined;
  // One step does 0.5 to 100.
  const steps = speed < 0.5 ? [0.5, speed / 0.5] : [speed];
  return steps.map((step) => `atempo=${step.toFixed(4)}`).join(",");
}

/** Turns the WAV file of a voice into the file that is asked for, with the sandbox's label in it. */
export async function encodeSpeech(input: {
  ffmpegPath: string;
  /** Absolute; `spoken.mp3` or `spoken.wav` is written beside it. */
  wavPath: string;
  folder: string;
  format: SpeechFormat;
  speed: number;
  signal?: AbortSignal | undefined;
}): Promise<Uint8Array> {
  const { format, speed } = input;
  const path = join(input.folder, `spoken.${format}`);
  const tempo = tempoFilter(speed);
  await runFfmpeg({
    ffmpegPath: input.ffmpegPath,
    inputs: [{ path: input.wavPath, demuxer: "wav" }],
    outputs: [
      {
        path,
        options: [
          ...["-map", "0:a:0", ...(tempo === undefined ? [] : ["-af", tempo])],
          ...["-ac", "1", "-ar", "24000", "-map_metadata", "-1", "-fflags", "+bitexact"],
          ...["-flags:a", "+bitexact", "-metadata", `comment=${soundLabel}`, ...codecs[format]],
        ],
      },
    ],
    signal: input.signal,
    timeoutMs: 5 * 60 * 1000,
  });
  return new Uint8Array(await readFile(path));
}

import { createReadStream } from "node:fs";
import { join } from "node:path";
import type { AudioProbe, VideoProbe } from "../contract.ts";
import { demuxerOf } from "../file-types.ts";
import { runFfmpeg } from "../run-ffmpeg.ts";
import { withTempFolder } from "../with-temp-folder.ts";

/** Samples a second that are looked at; more show no other peaks at any size of a screen. */
const RATE = 16_000;

/**
 * The loudest moment in each of `count` equal parts of a sound's first track, 0…1, with two decimals: what a waveform is
 * drawn from. Throws as `runFfmpeg` does.
 */
export async function readPeaks(input: {
  ffmpegPath: string;
  sound: { path: string; probe: AudioProbe | VideoProbe };
  count: number;
  signal?: AbortSignal | undefined;
  onProgress?: ((fraction: number) => void) | undefined;
}): Promise<number[]> {
  const { sound, count } = input;
  const { path, probe } = sound;
  const seconds = probe.durationSeconds;
  return withTempFolder(async (folder) => {
    const samples = join(folder, "samples");
    await runFfmpeg({
      ffmpegPath: input.ffmpegPath,
      inputs: [{ path, demuxer: demuxerOf(probe.contentType) }],
      outputs: [
        {
          path: samples,
          options: [
            ...["-map", "0:a:0", "-vn", "-sn", "-dn", "-t", `${seconds}`],
            ...["-ac", "1", "-ar", `${RATE}`, "-c:a", "pcm_s16le", "-f", "s16le"],
          ],
        },
      ],
      expectedSeconds: seconds,
      onProgress: input.onProgress,
      signal: input.signal,
    });
    return peaksOf(samples, { count, total: Math.max(1, seconds * RATE) });
  });
}

async function peaksOf(
  path: string,
  { count, total }: { count: number; total: number },
): Promise<number[]> {
  const peaks = Array.from({ length: count }, () => 0);
  let seen = 0;
  // An even number of bytes: no sample is cut in two.
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    const data = chunk as Buffer;
    for (let at = 0; at + 1 < data.length; at += 2) {
      const part = Math.min(count - 1, Math.floor((seen * count) / total));
      const level = Math.abs(data.readInt16LE(at)) / 32_768;
      if (level > (peaks[part] ?? 0)) peaks[part] = level;
      seen += 1;
    }
  }
  return peaks.map((peak) => Math.round(peak * 100) / 100);
}

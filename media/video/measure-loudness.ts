import { z } from "zod";
import type { Demuxer } from "../file-types.ts";
import { runFfmpeg } from "../run-ffmpeg.ts";

/** −14 LUFS is what the networks play at; −1 dB of head room for their own encoding. */
const TARGET = "I=-14:TP=-1:LRA=11";

/** Below, there is nothing but noise, and making it loud would be a fault. */
const SILENCE_LUFS = -50;

const Measured = z.object({
  input_i: z.coerce.number(),
  input_tp: z.coerce.number(),
  input_lra: z.coerce.number(),
  input_thresh: z.coerce.number(),
  target_offset: z.coerce.number(),
});
export type Loudness = z.infer<typeof Measured>;

/** The block that the filter `loudnorm` writes at the end; undefined for silence, whose measures are `-inf`. Pure. */
export function readLoudness(stderr: string): Loudness | undefined {
  const block = /\{[^{}]*"input_i"[^{}]*\}/.exec(stderr)?.[0];
  if (block === undefined) return undefined;
  const measured = Measured.safeParse(JSON.parse(block));
  return measured.success && measured.data.input_i > SILENCE_LUFS ? measured.data : undefined;
}

/** The filter of the second pass: by one factor for the whole (`linear`) where that suffices. Pure. */
export function loudnessFilter(loudness: Loudness): string {
  const { input_i, input_tp, input_lra, input_thresh, target_offset } = loudness;
  return (
    `loudnorm=${TARGET}:measured_I=${input_i}:measured_TP=${input_tp}:measured_LRA=${input_lra}` +
    `:measured_thresh=${input_thresh}:offset=${target_offset}:linear=true`
  );
}

/** The first pass: how loud the first sound track is; undefined for silence. */
export async function measureLoudness(input: {
  ffmpegPath: string;
  path: string;
  demuxer: Demuxer;
  seconds: number;
  onProgress?: ((fraction: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}): Promise<Loudness | undefined> {
  const { stderr } = await runFfmpeg({
    ffmpegPath: input.ffmpegPath,
    input: { path: input.path, demuxer: input.demuxer },
    outputOptions: [
      ["-map", "0:a:0", "-vn", "-sn", "-dn", "-t", `${input.seconds}`],
      ["-af", `loudnorm=${TARGET}:print_format=json`],
    ].flat(),
    expectedSeconds: input.seconds,
    onProgress: input.onProgress,
    signal: input.signal,
  });
  return readLoudness(stderr);
}

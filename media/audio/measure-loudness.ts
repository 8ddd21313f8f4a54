import { z } from "zod";
import { runFfmpeg } from "../run-ffmpeg.ts";
import type { FfmpegInput } from "../run-ffmpeg.ts";

/** −14 LUFS is what the networks play at; −1 dB of head room for their own encoding. */
const TARGET = "I=-14:TP=-1:LRA=11";

/** A broken sound decodes to numbers beyond all measure, at which loudnorm never ends; whole numbers have their limits. */
const LIMITED = "aformat=sample_fmts=s32";

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
  // What is not possible is not taken.
  const level = (value: number) => Math.max(-99, Math.min(0, value));
  const range = (value: number, least: number) => Math.max(least, Math.min(99, value));
  const { input_i, input_tp, input_lra, input_thresh, target_offset } = loudness;
  return (
    `${LIMITED},loudnorm=${TARGET}:measured_I=${level(input_i)}:measured_TP=${range(input_tp, -99)}` +
    `:measured_LRA=${range(input_lra, 0)}:measured_thresh=${level(input_thresh)}` +
    `:offset=${range(target_offset, -99)}:linear=true`
  );
}

/** The first pass: how loud the first input's first sound track is, or what `chain` makes of the inputs; undefined for silence. */
export async function measureLoudness(input: {
  ffmpegPath: string;
  inputs: FfmpegInput[];
  /** A filter graph with one open end. */
  chain?: string;
  seconds: number;
  onProgress?: ((fraction: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}): Promise<Loudness | undefined> {
  const { chain = "[0:a:0]anull" } = input;
  const { stderr } = await runFfmpeg({
    ffmpegPath: input.ffmpegPath,
    inputs: input.inputs,
    filter: `${chain},${LIMITED},loudnorm=${TARGET}:print_format=json[measured]`,
    outputs: [{ options: ["-map", "[measured]", "-t", `${input.seconds}`] }],
    expectedSeconds: input.seconds,
    onProgress: input.onProgress,
    signal: input.signal,
  });
  return readLoudness(stderr);
}

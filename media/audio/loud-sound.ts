import type { FfmpegInput } from "../run-ffmpeg.ts";
import { SOUND_END } from "../video/mp4-options.ts";
import { loudnessFilter, measureLoudness } from "./measure-loudness.ts";

/**
 * The part of a graph that gives a sound, to `[sound]`, as loud as the networks play; silence stays silent. Listens to all
 * of it once to know how loud it is.
 */
export async function loudSound(input: {
  ffmpegPath: string;
  /** What the chain reads. */
  inputs: FfmpegInput[];
  /** The number of the first of these inputs in the run to come. */
  number: number;
  /** A filter graph with one open end, for a number of its first input. */
  chain: (number: number) => string;
  seconds: number;
  onProgress?: ((fraction: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}): Promise<string> {
  const { chain, number, ...rest } = input;
  const loudness = await measureLoudness({ ...rest, chain: chain(0) });
  const loud = loudness ? `${loudnessFilter(loudness)},` : "";
  return `${chain(number)},${loud}${SOUND_END}[sound]`;
}

import { rm } from "node:fs/promises";
import type { DigitalSource } from "#domain/digital-source.ts";
import { MediaError } from "#domain/errors.ts";
import type { VideoLimits } from "#platforms/contract.ts";
import { measureLoudness } from "../audio/measure-loudness.ts";
import type { Loudness } from "../audio/measure-loudness.ts";
import type { FfmpegPaths } from "../contract.ts";
import { demuxerOf } from "../file-types.ts";
import type { Box } from "../fit-box.ts";
import { markBytes, markMp4 } from "../mark-generated.ts";
import { probe } from "../probe.ts";
import { runFfmpeg } from "../run-ffmpeg.ts";
import { fitVideosGraph } from "./fit-videos-graph.ts";
import { planVideo } from "./plan-video.ts";
import type { VideoPlan, VideoSource } from "./plan-video.ts";
import { toneMapFilter } from "./tone-map.ts";

export interface FittedVideo extends Box {
  contentType: "video/mp4";
  bytes: number;
  durationSeconds: number;
  hasAudio: boolean;
  /** Whether bars were added, or a blurred picture behind it, to reach an allowed ratio. */
  padded: boolean;
  /** Whether parts of the picture were cut off for that. */
  cropped: boolean;
  /** Whether the end was cut off because the platform takes no more. */
  cut: boolean;
}

export interface VideoTarget {
  limits: VideoLimits;
  /** Absolute; those of one call lie in one folder. */
  outputPath: string;
}

export interface FitVideosInput extends FfmpegPaths {
  inputPath: string;
  /** What `inputPath` is, as its probe says (or, for an animated GIF, what it would be as a video). */
  source: VideoSource & { contentType: string; hdr: boolean };
  targets: VideoTarget[];
  /** What the outputs are marked as. */
  digitalSource?: DigitalSource | undefined;
  /** x264's; default `fast`: a fifth less work than `medium`, for networks that encode it once more anyway. */
  preset?: string | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((fraction: number) => void) | undefined;
}

/** A target that is still to be made. */
interface Open {
  index: number;
  plan: VideoPlan;
  /** The part of the allowed bytes that is aimed at. */
  budget: number;
}

/** How many pixels may be encoded at once: about 100 bytes of memory each. */
const MAX_PIXELS_AT_ONCE = 16_000_000;
const MAX_TRIES = 4;

/**
 * Makes of one video all that its targets take, decoding it once: H.264 High and AAC in MP4, yuv420p, index first, no
 * edit lists, no metadata but the mark of what models make; upright, at most 30 frames a second, inside the limits for pixels and ratio (with black
 * bars, or as the limits' `fill` says), for seconds (the end is cut off) and for bytes (by bit rate, then by fewer pixels); as loud as the networks
 * play. Silence and a video without sound stay so.
 *
 * Gives for each target what was made, or the MediaError that says why it can't be: `too_short`, `cannot_fit`.
 * Throws MediaError `corrupt`, `timeout`, and the signal's reason when aborted; then none of the outputs is there.
 */
export async function fitVideos(input: FitVideosInput): Promise<(FittedVideo | MediaError)[]> {
  const { source, targets } = input;
  const results: (FittedVideo | MediaError)[] = [];
  const onProgress = neverBack(input.onProgress);
  let open = targets.flatMap((_target, index) => plan(input, results, { index, budget: 1 }));
  try {
    const loudness = await measureEach({ ...input, onProgress }, open);
    const toneMap = await toneMapFilter({ hdr: source.hdr, ffmpegPath: input.ffmpegPath });
    for (let tries = 1; open.length > 0; tries += 1) {
      const again: Open[] = [];
      for (const batch of inBatches(open)) {
        await encode({ ...input, onProgress, batch, loudness, toneMap });
        for (const one of batch) again.push(...(await judge({ ...input, one, results, tries })));
      }
      open = again;
    }
    return results;
  } catch (error) {
    for (const { outputPath } of targets) await rm(outputPath, { force: true });
    throw error;
  }
}

/** What is made again for its bytes begins anew. */
function neverBack(onProgress: FitVideosInput["onProgress"]): FitVideosInput["onProgress"] {
  let furthest = 0;
  return onProgress && ((fraction) => onProgress((furthest = Math.max(furthest, fraction))));
}

/** The target planned; or nothing, and why not among the results. */
function plan(
  input: FitVideosInput,
  results: (FittedVideo | MediaError)[],
  { index, budget }: Omit<Open, "plan">,
): Open[] {
  const limits = limitsOf(input, index);
  try {
    return [{ index, budget, plan: planVideo({ source: input.source, limits, budget }) }];
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    results[index] = error;
    return [];
  }
}

function limitsOf(input: FitVideosInput, index: number): VideoLimits {
  const target = input.targets[index];
  if (!target) throw new Error(`there is no target ${index}`);
  return target.limits;
}

/** How loud the source is, for each length that is taken of it. */
async function measureEach(
  input: FitVideosInput,
  open: Open[],
): Promise<Map<number, Loudness | undefined>> {
  const found = new Map<number, Loudness | undefined>();
  if (!input.source.hasAudio) return found;
  const lengths = [...new Set(open.map((one) => one.plan.seconds))];
  for (const [index, seconds] of lengths.entries()) {
    const inputs = [{ path: input.inputPath, demuxer: demuxerOf(input.source.contentType) }];
    const loudness = await measureLoudness({
      ffmpegPath: input.ffmpegPath,
      inputs,
      seconds,
      onProgress: (fraction) => input.onProgress?.(((index + fraction) / lengths.length) * 0.1),
      signal: input.signal,
    });
    found.set(seconds, loudness);
  }
  return found;
}

/** As many at once as memory allows. */
function inBatches(open: Open[]): Open[][] {
  const batches: Open[][] = [];
  let pixels = Number.POSITIVE_INFINITY;
  for (const one of open) {
    const { width, height } = one.plan.canvas;
    pixels += width * height;
    if (pixels > MAX_PIXELS_AT_ONCE) {
      batches.push([]);
      pixels = width * height;
    }
    batches.at(-1)?.push(one);
  }
  return batches;
}

async function encode(
  input: FitVideosInput & {
    batch: Open[];
    loudness: Map<number, Loudness | undefined>;
    toneMap: string;
  },
): Promise<void> {
  const { batch, targets, toneMap, preset = "fast" } = input;
  const graph = fitVideosGraph({
    videos: batch.map(({ plan: one }) => ({
      plan: one,
      loudness: input.loudness.get(one.seconds),
    })),
    toneMap,
    preset,
  });
  await runFfmpeg({
    ffmpegPath: input.ffmpegPath,
    inputs: [{ path: input.inputPath, demuxer: demuxerOf(input.source.contentType) }],
    filter: graph.filter,
    outputs: batch.flatMap(({ index }, place) => {
      const path = targets[index]?.outputPath;
      const options = graph.options[place];
      return path === undefined || options === undefined ? [] : [{ path, options }];
    }),
    expectedSeconds: Math.max(...batch.map(({ plan: one }) => one.seconds)),
    onProgress: (fraction) => input.onProgress?.(0.1 + fraction * 0.9),
    signal: input.signal,
  });
}

/** Looks at what was made: it is a result, or has to be made again with less. */
async function judge(
  input: FitVideosInput & { one: Open; results: (FittedVideo | MediaError)[]; tries: number },
): Promise<Open[]> {
  const { one, results, tries, digitalSource } = input;
  const { index, plan: planned } = one;
  const path = input.targets[index]?.outputPath ?? "";
  const { maxBytes } = limitsOf(input, index);
  const made = await probe({
    path,
    ffprobePath: input.ffprobePath,
    ...(input.signal && { signal: input.signal }),
  });
  if (made.kind !== "video" || made.durationSeconds < planned.seconds * 0.9 - 0.5)
    throw new MediaError("the video ends before its own header says", { code: "corrupt" });
  const bytes = made.bytes + (digitalSource ? markBytes(digitalSource) : 0);
  if (bytes <= maxBytes) {
    if (digitalSource) await markMp4(path, digitalSource);
    results[index] = describe(planned, { ...made, bytes });
    return [];
  }
  await rm(path, { force: true });
  if (tries === MAX_TRIES) {
    results[index] = new MediaError(`the video can't be made as small as ${maxBytes} bytes`, {
      code: "cannot_fit",
    });
    return [];
  }
  // What the rate was capped at may be far from what the encoder made of it: aim below both.
  const aimed = ((planned.videoKbps + planned.audioKbps) * 1000 * planned.seconds) / 8;
  const budget =
    one.budget * Math.min(0.9, (maxBytes / made.bytes) * 0.9, (aimed / made.bytes) * 0.9);
  return plan(input, results, { index, budget });
}

function describe(
  { picture, canvas, fill, cut }: VideoPlan,
  made: Box & { bytes: number; durationSeconds: number; hasAudio: boolean },
): FittedVideo {
  const { width, height, bytes, durationSeconds, hasAudio } = made;
  const differs =
    Math.abs(canvas.width - picture.width) > 2 || Math.abs(canvas.height - picture.height) > 2;
  return {
    contentType: "video/mp4",
    width,
    height,
    bytes,
    durationSeconds,
    hasAudio,
    padded: differs && fill !== "crop",
    cropped: differs && fill === "crop",
    cut,
  };
}

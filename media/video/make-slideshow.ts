import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MediaError } from "#domain/errors.ts";
import { loudSound } from "../audio/loud-sound.ts";
import { soundtrackChain } from "../audio/soundtrack-chain.ts";
import type { SoundtrackChoice } from "../audio/soundtrack-chain.ts";
import { MEDIA_LIMITS } from "../contract.ts";
import type { AudioProbe, VideoProbe } from "../contract.ts";
import { demuxerOf } from "../file-types.ts";
import type { Box } from "../fit-box.ts";
import { placeOnCanvas } from "../image/place-on-canvas.ts";
import type { Fill } from "../image/place-on-canvas.ts";
import { runFfmpeg } from "../run-ffmpeg.ts";
import type { FfmpegInput } from "../run-ffmpeg.ts";
import { withTempFolder } from "../with-temp-folder.ts";
import { checkCanvas } from "./check-canvas.ts";
import { aacOptions, MP4_OPTIONS } from "./mp4-options.ts";
import { keepQuality } from "./picture-source.ts";
import { BT709, SLIDE_FPS, slideshowGraph } from "./slideshow-graph.ts";

/** As many as any network's carousel holds; all are held in memory at once. */
const MAX_SLIDES = 35;
/** Stills are read this much larger than they are shown, so that slow motion does not tremble. */
const OVERSAMPLE = 1.5;
/** Of all stills together, which are in memory at once; each takes about 20 bytes. */
const MAX_PIXELS = 75_000_000;

export interface Slide {
  path: string;
  seconds: number;
}

/**
 * Makes a video of images: each fills the canvas for its seconds, with a crossfade into the next and gentle motion, under
 * music or speech where wanted. H.264 in MP4, 30 frames a second; the sound as loud as the networks play.
 *
 * Throws MediaError: those of reading an image or the sound; `too_many`, `too_long`, `too_short`, `invalid_size`,
 * `timeout`; the signal's reason when aborted.
 */
export async function makeSlideshow(input: {
  ffmpegPath: string;
  slides: Slide[];
  canvas: Box;
  outputPath: string;
  /** Default `blur`. */
  fill?: Fill;
  /** Seconds; default 0.5. */
  crossfade?: number;
  /** Default `gentle`. */
  motion?: "none" | "gentle";
  sound?: { path: string; probe: AudioProbe | VideoProbe; choice?: SoundtrackChoice };
  signal?: AbortSignal | undefined;
  onProgress?: ((fraction: number) => void) | undefined;
}): Promise<{ seconds: number }> {
  const { slides, canvas, sound, ffmpegPath, signal } = input;
  const moves = input.motion !== "none";
  checkCanvas(canvas);
  const seconds = checkSlides(slides, canvas);
  await withTempFolder(async (folder) => {
    const stills = await writeStills({ ...input, folder, moves });
    input.onProgress?.(0.1);
    const inputs = sound
      ? [...stills, { path: sound.path, demuxer: demuxerOf(sound.probe.contentType) }]
      : stills;
    const heard = sound
      ? await loudSound({
          ffmpegPath,
          // Stills would only be read in vain.
          inputs: inputs.slice(-1),
          number: stills.length,
          chain: (number) =>
            soundtrackChain({
              sound: number,
              soundSeconds: sound.probe.durationSeconds,
              seconds,
              choice: sound.choice ?? {},
            }),
          seconds,
          signal,
        })
      : undefined;
    const graph = slideshowGraph({
      seconds: slides.map((slide) => slide.seconds),
      canvas,
      crossfade: Math.max(0, input.crossfade ?? 0.5),
      moves,
    });
    await runFfmpeg({
      ffmpegPath,
      inputs,
      filter: heard === undefined ? graph : `${graph};${heard}`,
      outputs: [
        {
          path: input.outputPath,
          options: [
            ...["-map", "[picture]", ...keepQuality(`${SLIDE_FPS}`), ...BT709],
            ...(heard === undefined ? ["-an"] : ["-map", "[sound]", ...aacOptions(192)]),
            ...["-t", `${seconds}`, ...MP4_OPTIONS],
          ],
        },
      ],
      filterThreads: 1,
      expectedSeconds: seconds,
      onProgress: (fraction) => input.onProgress?.(0.1 + fraction * 0.9),
      signal,
    });
  });
  return { seconds };
}

function checkSlides(slides: Slide[], canvas: Box): number {
  const most = Math.min(MAX_SLIDES, Math.floor(MAX_PIXELS / (canvas.width * canvas.height)));
  if (slides.length === 0 || slides.length > most)
    throw new MediaError(`a slideshow of this size has 1 to ${most} images`, { code: "too_many" });
  if (slides.some((slide) => !(slide.seconds >= 0.1)))
    throw new MediaError("each image is shown for at least 0.1 s", { code: "too_short" });
  const seconds = slides.reduce((sum, slide) => sum + slide.seconds, 0);
  if (seconds > MEDIA_LIMITS.durationSeconds) {
    throw new MediaError(
      `the slideshow would take ${Math.ceil(seconds)} s; at most ${MEDIA_LIMITS.durationSeconds} s are possible`,
      { code: "too_long" },
    );
  }
  return seconds;
}

/** The images as ffmpeg reads them: written anew by sharp, which alone reads what people send. */
async function writeStills(input: {
  slides: Slide[];
  canvas: Box;
  fill?: Fill;
  folder: string;
  moves: boolean;
  signal?: AbortSignal | undefined;
}): Promise<FfmpegInput[]> {
  const { canvas, folder } = input;
  const pixels = canvas.width * canvas.height * input.slides.length;
  const most = Math.sqrt(MAX_PIXELS / pixels);
  const scale = input.moves ? Math.max(1, Math.min(OVERSAMPLE, most)) : 1;
  const even = (side: number) => Math.round((side * scale) / 2) * 2;
  const large = { width: even(canvas.width), height: even(canvas.height) };
  const inputs: FfmpegInput[] = [];
  for (const [index, { path }] of input.slides.entries()) {
    input.signal?.throwIfAborted();
    const still = join(folder, `${index}.png`);
    const data = await placeOnCanvas({ path, canvas: large, fill: input.fill ?? "blur" });
    await writeFile(still, data);
    inputs.push({ path: still, demuxer: "png_pipe" });
  }
  return inputs;
}

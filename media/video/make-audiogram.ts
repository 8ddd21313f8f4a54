import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { MediaError } from "#domain/errors.ts";
import { loudSound } from "../audio/loud-sound.ts";
import type { AudioProbe, VideoProbe } from "../contract.ts";
import { demuxerOf } from "../file-types.ts";
import type { Box } from "../fit-box.ts";
import { placeOnCanvas } from "../image/place-on-canvas.ts";
import type { Fill } from "../image/place-on-canvas.ts";
import { runFfmpeg } from "../run-ffmpeg.ts";
import { withTempFolder } from "../with-temp-folder.ts";
import type { Segment } from "./caption-pieces.ts";
import { CAPTION_FILE, CAPTION_FILTER, captionScript } from "./caption-script.ts";
import { checkCanvas } from "./check-canvas.ts";
import { aacOptions, MP4_OPTIONS, SOUND_END } from "./mp4-options.ts";
import { keepQuality } from "./picture-source.ts";
import { requireCaptions } from "./require-captions.ts";
import { BT709, FROM_RGB, SLIDE_FPS } from "./slideshow-graph.ts";

/** Where the waveform is, and where captions begin above it: parts of the canvas. */
const WAVE = { left: 0.08, top: 0.68, width: 0.84, height: 0.16 };

/** Less is no sound that anybody would hear, and no frame of a video. */
const MIN_SECONDS = 0.1;

/** The filter graph of an audiogram, to `[picture]` and `[sound]`; input 0 is the cover, 1 the sound. Pure. */
export function audiogramGraph(input: {
  canvas: Box;
  seconds: number;
  captions: boolean;
  heard: string;
}): string {
  const { canvas, seconds, captions, heard } = input;
  const even = (value: number) => Math.max(2, Math.round(value / 2) * 2);
  const [width, height] = [even(canvas.width * WAVE.width), even(canvas.height * WAVE.height)];
  const [left, top] = [even(canvas.width * WAVE.left), even(canvas.height * WAVE.top)];
  return [
    heard.replace(/\[sound\]$/, ",asplit[sound][seen]"),
    `[seen]showwaves=s=${width}x${height}:mode=cline:rate=${SLIDE_FPS}:colors=white|white:scale=sqrt,format=rgba,colorchannelmixer=aa=0.9[wave]`,
    `[0:v:0]${FROM_RGB},loop=loop=-1:size=1,fps=${SLIDE_FPS},trim=end=${seconds},setsar=1[cover]`,
    `[cover][wave]overlay=${left}:${top}:shortest=1,${captions ? `${CAPTION_FILTER},` : ""}format=yuv420p[picture]`,
  ].join(";");
}

/**
 * Makes a clip of a sound, for networks that take no sound alone: a cover, the moving waveform and, where wanted, what is
 * said. H.264 in MP4, as loud as the networks play.
 *
 * Throws MediaError: those of reading the cover or the sound; `too_short`, `invalid_size`, `not_available`, `timeout`; the signal's
 * reason when aborted.
 */
export async function makeAudiogram(input: {
  ffmpegPath: string;
  sound: { path: string; probe: AudioProbe | VideoProbe };
  /** An image; without one the ground is dark. */
  cover?: { path: string; fill?: Fill };
  segments?: Segment[];
  canvas: Box;
  outputPath: string;
  signal?: AbortSignal | undefined;
  onProgress?: ((fraction: number) => void) | undefined;
}): Promise<void> {
  const { ffmpegPath, sound, canvas, signal, segments = [] } = input;
  const seconds = sound.probe.durationSeconds;
  const captions = segments.length > 0;
  checkCanvas(canvas);
  if (seconds < MIN_SECONDS)
    throw new MediaError(`a sound of less than ${MIN_SECONDS} s makes no clip`, {
      code: "too_short",
    });
  if (captions) await requireCaptions(ffmpegPath);
  await withTempFolder(async (folder) => {
    const cover = join(folder, "cover.png");
    await writeFile(cover, await coverOf(input));
    const file = { path: sound.path, demuxer: demuxerOf(sound.probe.contentType) };
    const heard = await loudSound({
      ffmpegPath,
      inputs: [file],
      number: 1,
      chain: (number) => `[${number}:a:0]${SOUND_END}`,
      seconds,
      onProgress: (fraction) => input.onProgress?.(fraction * 0.1),
      signal,
    });
    await runFfmpeg({
      ffmpegPath,
      inputs: [{ path: cover, demuxer: "png_pipe" }, file],
      filter: audiogramGraph({ canvas, seconds, captions, heard }),
      files: captions
        ? { [CAPTION_FILE]: captionScript({ segments, canvas, seconds, bottom: 1 - WAVE.top }) }
        : {},
      outputs: [
        {
          path: input.outputPath,
          options: [
            ...["-map", "[picture]", ...keepQuality(`${SLIDE_FPS}`), ...BT709],
            ...["-map", "[sound]", ...aacOptions(192), "-t", `${seconds}`, ...MP4_OPTIONS],
          ],
        },
      ],
      expectedSeconds: seconds,
      onProgress: (fraction) => input.onProgress?.(0.1 + fraction * 0.9),
      signal,
    });
  });
}

/** Dark where waveform and captions will be, so that they can be read over any cover. */
async function coverOf(input: {
  cover?: { path: string; fill?: Fill };
  canvas: Box;
}): Promise<Buffer> {
  const { cover, canvas } = input;
  if (!cover) {
    const background = "#16181d";
    return sharp({ create: { ...canvas, channels: 3, background } })
      .png()
      .toBuffer();
  }
  const placed = await placeOnCanvas({ path: cover.path, canvas, fill: cover.fill ?? "blur" });
  const shade = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${canvas.width}" height="${canvas.height}">` +
      `<defs><linearGradient id="g" x1="0" y1="0" x2="0" y2="1"><stop offset=".35" stop-opacity="0"/>` +
      `<stop offset=".7" stop-opacity=".65"/></linearGradient></defs>` +
      `<rect width="100%" height="100%" fill="url(#g)"/></svg>`,
  );
  return sharp(placed)
    .composite([{ input: shade }])
    .removeAlpha()
    .png({ compressionLevel: 1 })
    .toBuffer();
}

import { MediaError } from "#domain/errors.ts";
import { loudSound } from "../audio/loud-sound.ts";
import { hasFilters } from "../capabilities.ts";
import { demuxerOf } from "../file-types.ts";
import type { Box } from "../fit-box.ts";
import { probe as look } from "../probe.ts";
import type { Segment } from "./caption-pieces.ts";
import { CAPTION_FILE, CAPTION_FILTER, captionScript } from "./caption-script.ts";
import { enhancedBox, enhanceFilters, SHAKE_FILE } from "./enhance-plan.ts";
import type { Enhancements } from "./enhance-plan.ts";
import { measureShake } from "./measure-shake.ts";
import { SOUND_END } from "./mp4-options.ts";
import { remakeVideo } from "./remake-video.ts";
import type { RemakeInput } from "./remake-video.ts";
import { requireCaptions } from "./require-captions.ts";

export interface EnhanceInput extends RemakeInput, Enhancements {
  ffprobePath: string;
  /** Burnt in, where there are any. */
  captions?: Segment[];
}

/**
 * Betters a video by what is asked for, in one encoding: less noise, a steady picture, fuller colours, more pixels (never
 * above 4K), the loudness that networks play at, captions. Stabilising and loudness look through the video once before.
 *
 * Throws MediaError: `nothing_to_do` when nothing is asked for, `not_available` (captions without libass), `corrupt` where
 * the video ends before its header says, `timeout`; the signal's reason when aborted.
 */
export async function enhanceVideo(
  input: EnhanceInput,
): Promise<Box & { contentType: "video/mp4"; bytes: number; durationSeconds: number }> {
  const { video, ffmpegPath, captions = [], signal } = input;
  const { probe } = video;
  const stabiliser = (await hasFilters(ffmpegPath, "vidstabdetect", "vidstabtransform"))
    ? "vidstab"
    : "deshake";
  const filters = enhanceFilters({ probe, wanted: input, stabiliser });
  const betterSound = input.loudness === true && probe.hasAudio;
  if (filters.length === 0 && !betterSound && captions.length === 0) {
    throw new MediaError(
      "choose what to better in this video; what was asked for changes nothing",
      {
        code: "nothing_to_do",
      },
    );
  }
  if (captions.length > 0) await requireCaptions(ffmpegPath);
  const shake =
    input.stabilise === true && stabiliser === "vidstab"
      ? await measureShake({ ...input, onProgress: part(input, 0, 0.25) })
      : undefined;
  const sound = betterSound
    ? await loudSound({
        ffmpegPath,
        inputs: [{ path: video.path, demuxer: demuxerOf(probe.contentType) }],
        number: 0,
        chain: (number) => `[${number}:a:0]${SOUND_END}`,
        seconds: probe.durationSeconds,
        onProgress: part(input, 0.25, 0.3),
        signal,
      })
    : undefined;
  const canvas = enhancedBox(probe, input.upscale ?? 1);
  const script = captionScript({ segments: captions, canvas, seconds: probe.durationSeconds });
  await remakeVideo({
    ...input,
    picture: `[shown]${[...filters, ...(captions.length > 0 ? [CAPTION_FILTER] : []), "null"].join(",")}[changed]`,
    sound,
    files: {
      ...(shake && { [SHAKE_FILE]: shake }),
      ...(captions.length > 0 && { [CAPTION_FILE]: script }),
    },
    onProgress: part(input, 0.3, 1),
  });
  const made = await look({ path: input.outputPath, ffprobePath: input.ffprobePath });
  if (made.kind !== "video" || made.durationSeconds < probe.durationSeconds * 0.9 - 0.5)
    throw new MediaError("the video ends before its own header says", { code: "corrupt" });
  const { width, height, bytes, durationSeconds } = made;
  return { contentType: "video/mp4", width, height, bytes, durationSeconds };
}

/** Tells the progress of one step as that of the whole. */
function part(input: EnhanceInput, from: number, to: number): (fraction: number) => void {
  return (fraction) => input.onProgress?.(from + fraction * (to - from));
}

import { rm } from "node:fs/promises";
import { MediaError } from "#domain/errors.ts";
import type { VideoLimits } from "#platforms/contract.ts";
import { canToneMap } from "../capabilities.ts";
import type { FfmpegPaths } from "../contract.ts";
import { demuxerOf } from "../file-types.ts";
import type { Box } from "../fit-box.ts";
import { probe } from "../probe.ts";
import { runFfmpeg } from "../run-ffmpeg.ts";
import { loudnessFilter, measureLoudness } from "./measure-loudness.ts";
import type { Loudness } from "./measure-loudness.ts";
import { planVideo } from "./plan-video.ts";
import type { VideoPlan, VideoSource } from "./plan-video.ts";

export interface FittedVideo extends Box {
  contentType: "video/mp4";
  bytes: number;
  durationSeconds: number;
  hasAudio: boolean;
  /** Whether bars were added to reach an allowed ratio. */
  padded: boolean;
  /** Whether the end was cut off because the platform takes no more. */
  cut: boolean;
}

/** PQ and HLG to what every screen shows; without it such a video looks grey. */
const TONE_MAP =
  "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv,";

/** ffmpeg's options for a plan. Pure. */
export function fitVideoOptions(input: {
  plan: VideoPlan;
  loudness: Loudness | undefined;
  toneMap: boolean;
  preset?: string;
}): string[] {
  const { plan, loudness, toneMap, preset = "medium" } = input;
  const { picture, canvas, videoKbps } = plan;
  const bars =
    picture.width === canvas.width && picture.height === canvas.height
      ? ""
      : `pad=${canvas.width}:${canvas.height}:(ow-iw)/2:(oh-ih)/2:black,`;
  // Two seconds: what every network asks for between key frames.
  const keyFrames = `${Math.round(2 * rateOf(plan.fps))}`;
  const video = [
    [
      "-vf",
      `fps=${plan.fps}:start_time=0,${toneMap ? TONE_MAP : ""}` +
        `scale=${picture.width}:${picture.height}:out_range=tv,${bars}setsar=1,format=yuv420p`,
    ],
    ["-c:v", "libx264", "-profile:v", "high", "-preset", preset, "-crf", "21"],
    // A buffer of one second keeps short videos within their bytes too.
    ["-maxrate", `${videoKbps}k`, "-bufsize", `${videoKbps}k`],
    ["-g", keyFrames, "-keyint_min", keyFrames, "-sc_threshold", "0", "-flags", "+cgop"],
  ].flat();
  // Sound and picture both start at 0, for there will be no edit list that could shift them.
  // loudnorm gives 192 kHz; `-ar` brings it back.
  const audio =
    plan.audioKbps === 0
      ? ["-an"]
      : [
          ["-af", `${loudness ? `${loudnessFilter(loudness)},` : ""}aresample=async=1:first_pts=0`],
          ["-c:a", "aac", "-b:a", `${plan.audioKbps}k`, "-ar", "48000", "-ac", "2"],
        ].flat();
  return [
    ["-map", "0:v:0", ...(plan.audioKbps === 0 ? [] : ["-map", "0:a:0"]), "-sn", "-dn"],
    ["-map_metadata", "-1", "-map_chapters", "-1", "-t", `${plan.seconds}`],
    ...video,
    ...audio,
    // Some networks refuse edit lists, and all want the index first.
    ["-movflags", "+faststart", "-use_editlist", "0", "-f", "mp4"],
  ].flat();
}

function rateOf(fps: string): number {
  const [over = 30, under = 1] = fps.split("/").map(Number);
  return over / under;
}

/**
 * Makes a video that a platform takes: H.264 High and AAC in MP4, yuv420p, index first, no edit lists, no metadata;
 * upright, at most 30 frames a second, inside the limits for pixels and ratio (with black bars), for seconds (the end
 * is cut off) and for bytes (by bit rate, then by fewer pixels); as loud as the networks play. Silence and a video
 * without sound stay so.
 *
 * `source` says what `inputPath` is, as its probe did (or, for an animated GIF, what it would be as a video).
 * Throws MediaError: `corrupt`, `too_short`, `cannot_fit`, `timeout`; the signal's reason when aborted.
 */
export async function fitVideo(
  input: FfmpegPaths & {
    inputPath: string;
    outputPath: string;
    source: VideoSource & { contentType: string; hdr: boolean };
    limits: VideoLimits;
    /** x264's; default `medium`. */
    preset?: string;
    signal?: AbortSignal;
    onProgress?: (fraction: number) => void;
  },
): Promise<FittedVideo> {
  const { source, limits, ffmpegPath, inputPath, outputPath, signal } = input;
  const demuxer = demuxerOf(source.contentType);
  const first = planVideo({ source, limits });
  const loudness = source.hasAudio
    ? await measureLoudness({
        ffmpegPath,
        path: inputPath,
        demuxer,
        seconds: first.seconds,
        onProgress: (fraction) => input.onProgress?.(fraction * 0.1),
        signal,
      })
    : undefined;
  const toneMap = source.hdr && (await canToneMap(ffmpegPath));

  let budget = 1;
  for (let tries = 1; tries <= 4; tries += 1) {
    const plan = planVideo({ source, limits, budget });
    await runFfmpeg({
      ffmpegPath,
      input: { path: inputPath, demuxer },
      outputOptions: fitVideoOptions({
        plan,
        loudness,
        toneMap,
        ...(input.preset && { preset: input.preset }),
      }),
      outputPath,
      expectedSeconds: plan.seconds,
      onProgress: (fraction) => input.onProgress?.(0.1 + fraction * 0.9),
      signal,
    });
    const made = await probe({
      path: outputPath,
      ffprobePath: input.ffprobePath,
      ...(signal && { signal }),
    });
    if (made.kind !== "video" || made.durationSeconds < plan.seconds * 0.9 - 0.5) {
      await rm(outputPath, { force: true });
      throw new MediaError("the video ends before its own header says", { code: "corrupt" });
    }
    if (made.bytes <= limits.maxBytes) {
      const { width, height, bytes, durationSeconds, hasAudio } = made;
      const padded =
        plan.canvas.width - plan.picture.width > 2 || plan.canvas.height - plan.picture.height > 2;
      return {
        contentType: "video/mp4",
        width,
        height,
        bytes,
        durationSeconds,
        hasAudio,
        padded,
        cut: plan.cut,
      };
    }
    await rm(outputPath, { force: true });
    // What the rate was capped at may be far from what the encoder made of it: aim below both.
    const aimed = ((plan.videoKbps + plan.audioKbps) * 1000 * plan.seconds) / 8;
    budget *= Math.min(0.9, (limits.maxBytes / made.bytes) * 0.9, (aimed / made.bytes) * 0.9);
  }
  throw new MediaError(`the video can't be made as small as ${limits.maxBytes} bytes`, {
    code: "cannot_fit",
  });
}

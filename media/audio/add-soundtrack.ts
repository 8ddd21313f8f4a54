import type { AudioProbe, VideoProbe } from "../contract.ts";
import { demuxerOf } from "../file-types.ts";
import { runFfmpeg } from "../run-ffmpeg.ts";
import { aacOptions, MP4_OPTIONS } from "../video/mp4-options.ts";
import { keptPicture } from "../video/kept-picture.ts";
import { loudSound } from "./loud-sound.ts";
import { soundtrackChain } from "./soundtrack-chain.ts";
import type { SoundtrackChoice } from "./soundtrack-chain.ts";

/**
 * Lays music or speech under a video, which stays as long as it is: trimmed, looped, faded; ducked under the video's own
 * sound (or the video's own sound under the speech); as loud as the networks play. The result is an MP4; its picture is
 * not encoded anew where every player shows it.
 *
 * Throws MediaError `corrupt`, `too_short`, `timeout`; the signal's reason when aborted.
 */
export async function addSoundtrack(input: {
  ffmpegPath: string;
  video: { path: string; probe: VideoProbe };
  sound: { path: string; probe: AudioProbe | VideoProbe };
  outputPath: string;
  choice?: SoundtrackChoice;
  signal?: AbortSignal | undefined;
  onProgress?: ((fraction: number) => void) | undefined;
}): Promise<void> {
  const { ffmpegPath, video, sound, choice = {}, signal } = input;
  const seconds = video.probe.durationSeconds;
  const inputs = [video, sound].map(({ path, probe }) => ({
    path,
    demuxer: demuxerOf(probe.contentType),
  }));
  const heard = await loudSound({
    ffmpegPath,
    inputs,
    number: 0,
    chain: (number) =>
      soundtrackChain({
        sound: number + 1,
        soundSeconds: sound.probe.durationSeconds,
        own: video.probe.hasAudio ? number : undefined,
        seconds,
        choice,
      }),
    seconds,
    onProgress: (fraction) => input.onProgress?.(fraction * 0.2),
    signal,
  });
  const picture = await keptPicture({ probe: video.probe, ffmpegPath });
  await runFfmpeg({
    ffmpegPath,
    inputs,
    filter: [...picture.filter, heard].join(";"),
    outputs: [
      {
        path: input.outputPath,
        options: [
          ...picture.options,
          ...["-map", "[sound]", ...aacOptions(160), "-t", `${seconds}`],
          ...MP4_OPTIONS,
        ],
      },
    ],
    expectedSeconds: seconds,
    onProgress: (fraction) => input.onProgress?.(0.2 + fraction * 0.8),
    signal,
  });
}

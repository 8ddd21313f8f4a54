import type { VideoProbe } from "../contract.ts";
import { demuxerOf } from "../file-types.ts";
import type { Box } from "../fit-box.ts";
import { runFfmpeg } from "../run-ffmpeg.ts";
import type { FfmpegInput, FfmpegRun } from "../run-ffmpeg.ts";
import { aacOptions, MP4_OPTIONS, PICTURE_END, SOUND_END } from "./mp4-options.ts";
import { keepQuality, pictureStart } from "./picture-source.ts";

export interface RemakeInput {
  ffmpegPath: string;
  video: { path: string; probe: VideoProbe };
  outputPath: string;
  signal?: AbortSignal | undefined;
  onProgress?: ((fraction: number) => void) | undefined;
}

/** The video's size while it is worked on: upright, both sides even. Pure. */
export function workingBox(probe: VideoProbe): Box {
  const even = (side: number) => Math.max(2, Math.floor(side / 2) * 2);
  return { width: even(probe.width), height: even(probe.height) };
}

/**
 * Makes a video anew with filters over its picture, so good that the difference is not seen: MP4 with H.264 and AAC,
 * upright, ordinary colours, steady frame rate. Its sound stays as it is unless `sound` says otherwise.
 * Throws as `runFfmpeg` does.
 */
export async function remakeVideo(
  input: RemakeInput & {
    /** From `[shown]`, of the size of `workingBox`, to `[changed]`. */
    picture: string;
    /** To `[sound]`. */
    sound?: string | undefined;
    /** From input 1 on. */
    more?: FfmpegInput[];
    files?: FfmpegRun["files"];
  },
): Promise<void> {
  const { video, ffmpegPath, sound } = input;
  const { probe, path } = video;
  const { filters, fps } = await pictureStart({ probe, box: workingBox(probe), ffmpegPath });
  const graph = [
    `[0:v:0]${filters}[shown]`,
    input.picture,
    `[changed]${PICTURE_END}[picture]`,
    ...(sound === undefined ? [] : [sound]),
  ];
  await runFfmpeg({
    ffmpegPath,
    inputs: [{ path, demuxer: demuxerOf(probe.contentType) }, ...(input.more ?? [])],
    filter: graph.join(";"),
    files: input.files,
    outputs: [
      {
        path: input.outputPath,
        options: [
          ...["-map", "[picture]", ...keepQuality(fps)],
          ...(sound === undefined ? keptSound(probe) : ["-map", "[sound]", ...aacOptions(192)]),
          ...["-t", `${probe.durationSeconds}`, ...MP4_OPTIONS],
        ],
      },
    ],
    expectedSeconds: probe.durationSeconds,
    onProgress: input.onProgress,
    signal: input.signal,
  });
}

function keptSound(probe: VideoProbe): string[] {
  if (!probe.hasAudio) return ["-an"];
  const codec =
    probe.audioCodec === "aac" ? ["-c:a", "copy"] : [...aacOptions(192), "-af", SOUND_END];
  return ["-map", "0:a:0", ...codec];
}

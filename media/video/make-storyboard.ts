import { stat } from "node:fs/promises";
import type { VideoProbe } from "../contract.ts";
import { demuxerOf } from "../file-types.ts";
import { fitBox } from "../fit-box.ts";
import type { Box } from "../fit-box.ts";
import { runFfmpeg } from "../run-ffmpeg.ts";
import { toneMapFilter } from "./tone-map.ts";

/** Small pictures of a video in one image, row by row, for looking through it; plain data for whoever shows it. */
export interface Storyboard {
  contentType: "image/jpeg";
  bytes: number;
  /** Of each picture. */
  tile: Box;
  columns: number;
  rows: number;
  count: number;
  /** Picture i is of second i × this. */
  everySeconds: number;
}

const MAX_PICTURES = 100;
const COLUMNS = 10;
const TILE_SIDE = 160;
/** From this length on, only key frames are read: exact to a few seconds, and many times as quick. */
const LONG_SECONDS = 300;

/** How many pictures, and of when: one a second, or 100. Pure. */
export function planStoryboard(probe: VideoProbe): Omit<Storyboard, "contentType" | "bytes"> {
  const count = Math.min(MAX_PICTURES, Math.max(1, Math.floor(probe.durationSeconds)));
  return {
    tile: fitBox({
      source: probe,
      limits: { maxWidth: TILE_SIDE, maxHeight: TILE_SIDE },
      how: "crop",
      step: 2,
    }),
    columns: Math.min(count, COLUMNS),
    rows: Math.ceil(count / COLUMNS),
    count,
    everySeconds: probe.durationSeconds / count,
  };
}

/** Makes a video's storyboard. Throws as `runFfmpeg` does. */
export async function makeStoryboard(input: {
  ffmpegPath: string;
  video: { path: string; probe: VideoProbe };
  outputPath: string;
  signal?: AbortSignal | undefined;
  onProgress?: ((fraction: number) => void) | undefined;
}): Promise<Storyboard> {
  const { ffmpegPath, outputPath } = input;
  const { path, probe } = input.video;
  const plan = planStoryboard(probe);
  const { tile, columns, rows, count, everySeconds } = plan;
  const toneMap = await toneMapFilter({ hdr: probe.hdr, ffmpegPath });
  const long = probe.durationSeconds > LONG_SECONDS;
  await runFfmpeg({
    ffmpegPath,
    inputs: [
      {
        path,
        demuxer: demuxerOf(probe.contentType),
        options: long ? ["-skip_frame", "nokey"] : [],
      },
    ],
    filter:
      `[0:v:0]fps=${1 / everySeconds}:start_time=0:round=up,${toneMap}` +
      `scale=${tile.width}:${tile.height}:out_range=pc,setsar=1,format=yuvj420p,` +
      `tile=${columns}x${rows}:nb_frames=${count}[board]`,
    outputs: [
      {
        path: outputPath,
        options: [
          ...["-map", "[board]", "-frames:v", "1", "-update", "1", "-map_metadata", "-1"],
          ...["-q:v", "4", "-c:v", "mjpeg", "-f", "image2"],
        ],
      },
    ],
    onProgress: input.onProgress,
    signal: input.signal,
  });
  const { size: bytes } = await stat(outputPath);
  return { contentType: "image/jpeg", bytes, ...plan };
}

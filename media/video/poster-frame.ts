import { stat } from "node:fs/promises";
import type { VideoProbe } from "../contract.ts";
import { demuxerOf } from "../file-types.ts";
import { fitBox } from "../fit-box.ts";
import type { Box } from "../fit-box.ts";
import { runFfmpeg } from "../run-ffmpeg.ts";
import { toneMapFilter } from "./tone-map.ts";

/** Past the black and the fade that many videos begin with, yet still inside short ones, which may be of one frame. */
function startOf(durationSeconds: number): number {
  return durationSeconds < 1 ? 0 : Math.min(2, durationSeconds * 0.1);
}

/** ffmpeg's options for the most telling of the first sixty frames. Pure. */
export function posterFrameOptions(input: { box: Box; toneMap: string }): string[] {
  return [
    ["-map", "0:v:0", "-an", "-sn", "-dn", "-map_metadata", "-1"],
    // JPEG counts colours over the full range.
    [
      "-vf",
      `thumbnail=60,${input.toneMap}scale=${input.box.width}:${input.box.height}:out_range=pc,setsar=1,format=yuvj420p`,
    ],
    ["-frames:v", "1", "-update", "1", "-q:v", "3", "-c:v", "mjpeg", "-f", "image2"],
  ].flat();
}

/** Makes a JPEG that stands for a video, upright, at most `maxSide` pixels (default 1280). Throws as `runFfmpeg` does. */
export async function posterFrame(input: {
  inputPath: string;
  outputPath: string;
  probe: VideoProbe;
  ffmpegPath: string;
  maxSide?: number;
  signal?: AbortSignal;
}): Promise<Box & { contentType: "image/jpeg"; bytes: number }> {
  const { probe, maxSide = 1280 } = input;
  const box = fitBox({
    source: probe,
    limits: { maxWidth: maxSide, maxHeight: maxSide },
    how: "crop",
  });
  const toneMap = await toneMapFilter({ hdr: probe.hdr, ffmpegPath: input.ffmpegPath });
  await runFfmpeg({
    ffmpegPath: input.ffmpegPath,
    inputs: [
      {
        path: input.inputPath,
        demuxer: demuxerOf(probe.contentType),
        options: ["-ss", `${startOf(probe.durationSeconds)}`],
      },
    ],
    outputs: [{ path: input.outputPath, options: posterFrameOptions({ box, toneMap }) }],
    signal: input.signal,
    timeoutMs: 2 * 60 * 1000,
  });
  const { size: bytes } = await stat(input.outputPath);
  return { contentType: "image/jpeg", bytes, ...box };
}

import { stat } from "node:fs/promises";
import { canToneMap } from "../capabilities.ts";
import type { VideoProbe } from "../contract.ts";
import { demuxerOf } from "../file-types.ts";
import { fitBox } from "../fit-box.ts";
import type { Box } from "../fit-box.ts";
import { runFfmpeg } from "../run-ffmpeg.ts";

/** Past the black and the fade that many videos begin with, yet still inside short ones. */
function startOf(durationSeconds: number): number {
  return Math.min(2, durationSeconds * 0.1);
}

/** ffmpeg's options for the most telling of the first sixty frames. Pure. */
export function posterFrameOptions(input: { box: Box; toneMap: boolean }): string[] {
  const toneMap = input.toneMap
    ? "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=hable:desat=0,zscale=t=bt709:m=bt709,"
    : "";
  return [
    ["-map", "0:v:0", "-an", "-sn", "-dn", "-map_metadata", "-1"],
    // JPEG counts colours over the full range.
    [
      "-vf",
      `thumbnail=60,${toneMap}scale=${input.box.width}:${input.box.height}:out_range=pc,setsar=1,format=yuvj420p`,
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
  await runFfmpeg({
    ffmpegPath: input.ffmpegPath,
    input: {
      path: input.inputPath,
      demuxer: demuxerOf(probe.contentType),
      options: ["-ss", `${startOf(probe.durationSeconds)}`],
    },
    outputOptions: posterFrameOptions({
      box,
      toneMap: probe.hdr && (await canToneMap(input.ffmpegPath)),
    }),
    outputPath: input.outputPath,
    signal: input.signal,
    timeoutMs: 2 * 60 * 1000,
  });
  const { size: bytes } = await stat(input.outputPath);
  return { contentType: "image/jpeg", bytes, ...box };
}

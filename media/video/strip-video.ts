import { stat } from "node:fs/promises";
import { MediaError } from "#domain/errors.ts";
import type { VideoProbe } from "../contract.ts";
import { demuxerOf } from "../file-types.ts";
import { runFfmpeg } from "../run-ffmpeg.ts";

const MUXERS: Record<string, string> = {
  "video/mp4": "mp4",
  "video/quicktime": "mov",
  "video/webm": "webm",
  "video/matroska": "matroska",
};

/** ffmpeg's options for a copy of the first picture and sound track and of nothing else. Pure. */
export function stripVideoOptions(contentType: string): string[] {
  const muxer = MUXERS[contentType];
  if (muxer === undefined)
    throw new MediaError(`${contentType} is no video`, { code: "unsupported_type" });
  return [
    // No data tracks: cameras write there where they were, second by second.
    ["-map", "0:v:0", "-map", "0:a:0?", "-sn", "-dn", "-c", "copy"],
    ["-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact"],
    ...(muxer === "mp4" || muxer === "mov" ? ["-movflags", "+faststart"] : []),
    ["-f", muxer],
  ].flat();
}

/**
 * Makes the copy of an uploaded video that is kept: the same pictures and sound, not encoded anew, without place,
 * device, chapters, subtitles and data tracks. Throws as `runFfmpeg` does.
 */
export async function stripVideo(input: {
  inputPath: string;
  outputPath: string;
  probe: VideoProbe;
  ffmpegPath: string;
  signal?: AbortSignal;
  onProgress?: (fraction: number) => void;
}): Promise<{ contentType: string; bytes: number }> {
  const { contentType, durationSeconds } = input.probe;
  await runFfmpeg({
    ffmpegPath: input.ffmpegPath,
    inputs: [{ path: input.inputPath, demuxer: demuxerOf(contentType) }],
    outputs: [{ path: input.outputPath, options: stripVideoOptions(contentType) }],
    expectedSeconds: durationSeconds,
    onProgress: input.onProgress,
    signal: input.signal,
  });
  const { size: bytes } = await stat(input.outputPath);
  return { contentType, bytes };
}

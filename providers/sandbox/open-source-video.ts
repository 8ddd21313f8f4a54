import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { InvalidArgumentError } from "@ai-sdk/provider";
import { MediaError } from "#domain/errors.ts";
import { type Demuxer, findFileType } from "#media/file-types.ts";
import { runFfmpeg } from "#media/run-ffmpeg.ts";
import type { VideoOrder } from "./video-job.ts";

/**
 * Puts a video to go on from into a job's folder, with its last picture as a PNG beside it.
 * Throws InvalidArgumentError where it is no video that the sandbox takes, or can't be read.
 */
export async function openSourceVideo(input: {
  data: Uint8Array;
  folder: string;
  ffmpegPath: string;
  signal?: AbortSignal | undefined;
}): Promise<{ source: NonNullable<VideoOrder["source"]>; lastPicture: string }> {
  const { folder, ffmpegPath, signal } = input;
  const [file, lastPicture] = ["source", "last-picture.png"];
  const path = join(folder, file);
  await writeFile(path, input.data);
  try {
    const type = await findFileType(path);
    const demuxer = type.reader === "ffmpeg" ? type.demuxer : undefined;
    if (demuxer !== "mov" && demuxer !== "matroska") throw refusal();
    const run = { path, demuxer, outputPath: join(folder, lastPicture), ffmpegPath, signal };
    const stderr = await takeLastPicture({ ...run, from: ["-sseof", "-1"] }).catch(
      (error: unknown) => {
        if (!(error instanceof MediaError)) throw error;
        // The sound goes on after the last picture: look through all of it.
        return takeLastPicture({ ...run, from: [] });
      },
    );
    return { source: { file, demuxer, hasSound: soundIn(stderr) }, lastPicture };
  } catch (error) {
    if (error instanceof MediaError && error.code !== "timeout") throw refusal(error);
    throw error;
  }
}

/** Writes the last picture after `from`, an option for the input. Gives what ffmpeg said. */
async function takeLastPicture(input: {
  path: string;
  demuxer: Demuxer;
  from: string[];
  outputPath: string;
  ffmpegPath: string;
  signal?: AbortSignal | undefined;
}): Promise<string> {
  const { path, demuxer, from, outputPath, ffmpegPath, signal } = input;
  const { stderr } = await runFfmpeg({
    ffmpegPath,
    inputs: [{ path, demuxer, options: from }],
    outputs: [
      {
        path: outputPath,
        options: [
          ...["-map", "0:v:0", "-an", "-sn", "-dn", "-vf", "scale=out_range=pc,setsar=1"],
          // Each picture replaces the one before.
          ...["-update", "1", "-c:v", "png", "-pix_fmt", "rgb24", "-f", "image2"],
        ],
      },
    ],
    signal,
    timeoutMs: 2 * 60 * 1000,
  });
  return stderr;
}

/** Whether ffmpeg, telling what it was given, names a stream of sound in the first input. Pure. */
export function soundIn(stderr: string): boolean {
  return /^\s*Stream #0:\d+.*: Audio: /m.test(stderr);
}

function refusal(cause?: unknown): InvalidArgumentError {
  return new InvalidArgumentError({
    argument: "source",
    message: "The sandbox goes on from videos as MP4, MOV and WebM that it can read.",
    cause,
  });
}

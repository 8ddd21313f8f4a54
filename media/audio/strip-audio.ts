import { MediaError } from "#domain/errors.ts";
import type { AudioProbe } from "../contract.ts";
import { demuxerOf } from "../file-types.ts";
import { runFfmpeg } from "../run-ffmpeg.ts";

const MUXERS: Record<string, string> = {
  "audio/mp4": "ipod",
  "audio/mpeg": "mp3",
  "audio/wav": "wav",
  "audio/flac": "flac",
  "audio/ogg": "ogg",
  "audio/aac": "adts",
};

/** ffmpeg's options for a copy of the first sound track and of nothing else: no tags, no cover, no chapters. Pure. */
export function stripAudioOptions(contentType: string): string[] {
  const muxer = MUXERS[contentType];
  if (muxer === undefined)
    throw new MediaError(`${contentType} is no audio`, { code: "unsupported_type" });
  return [
    // A cover is a picture track; it may hold a place as any photo does.
    ["-map", "0:a:0", "-vn", "-sn", "-dn", "-c", "copy"],
    ["-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact"],
    ...(muxer === "ipod" ? ["-movflags", "+faststart"] : []),
    ["-f", muxer],
  ].flat();
}

/**
 * Makes the copy of an uploaded sound that is kept: the same sound, not encoded anew, without tags, cover and chapters.
 * Throws as `runFfmpeg` does.
 */
export async function stripAudio(input: {
  inputPath: string;
  outputPath: string;
  probe: AudioProbe;
  ffmpegPath: string;
  signal?: AbortSignal;
}): Promise<void> {
  const { contentType, durationSeconds } = input.probe;
  await runFfmpeg({
    ffmpegPath: input.ffmpegPath,
    inputs: [{ path: input.inputPath, demuxer: demuxerOf(contentType) }],
    outputs: [{ path: input.outputPath, options: stripAudioOptions(contentType) }],
    expectedSeconds: durationSeconds,
    signal: input.signal,
  });
}

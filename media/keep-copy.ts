import type { DigitalSource } from "#domain/digital-source.ts";
import { MediaError } from "#domain/errors.ts";
import { stripAudio } from "./audio/strip-audio.ts";
import { isStartFailure } from "./confine.ts";
import type { Probe } from "./contract.ts";
import { FfmpegFailed, OUR_FAULT } from "./ffmpeg-failure.ts";
import { demuxerOf } from "./file-types.ts";
import { stripImage } from "./image/strip-image.ts";
import { markMp4 } from "./mark-generated.ts";
import { stripVideo } from "./video/strip-video.ts";

/**
 * Writes the copy of a file that is kept: what is to be seen and heard, and nothing else of what the file holds (place,
 * device, names). The one exception is the mark of what a model made: what the file had, or `digitalSource`. GIF, WebM
 * and sound other than M4A have no place for it.
 *
 * Throws as the recipe of its kind does; MediaError `not_copyable` where ffmpeg can read the file but not put the same
 * pictures and sound into a file of the same type.
 */
export async function keepCopy(input: {
  inputPath: string;
  outputPath: string;
  /** Of the file at `inputPath`. */
  probe: Probe;
  /** What it is marked as, whatever the file says. */
  digitalSource?: DigitalSource | undefined;
  ffmpegPath: string;
  signal?: AbortSignal;
}): Promise<void> {
  try {
    await strip(input);
  } catch (error) {
    if (!(error instanceof FfmpegFailed) || !isFileFault(error.message)) throw error;
    throw new MediaError(
      `this ${input.probe.contentType} can't be taken over as it is; convert it and send that`,
      { code: "not_copyable", cause: error },
    );
  }
}

/** ffmpeg ran, ended by itself, and does not complain of this machine. */
function isFileFault(message: string): boolean {
  return (
    message.startsWith("ffmpeg exited") && !isStartFailure(message) && !OUR_FAULT.test(message)
  );
}

async function strip(input: Parameters<typeof keepCopy>[0]): Promise<void> {
  const { inputPath, outputPath, probe, ffmpegPath, signal } = input;
  const { digitalSource = probe.digitalSource } = input;
  const ffmpeg = { inputPath, outputPath, ffmpegPath, ...(signal && { signal }) };
  switch (probe.kind) {
    case "image":
      await stripImage({ inputPath, outputPath, digitalSource });
      return;
    case "video":
      await stripVideo({ ...ffmpeg, probe });
      break;
    case "audio":
      await stripAudio({ ...ffmpeg, probe });
      break;
  }
  if (digitalSource && demuxerOf(probe.contentType) === "mov")
    await markMp4(outputPath, digitalSource);
}

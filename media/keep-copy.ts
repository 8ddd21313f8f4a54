import { MediaError } from "#domain/errors.ts";
import { stripAudio } from "./audio/strip-audio.ts";
import { isStartFailure } from "./confine.ts";
import type { Probe } from "./contract.ts";
import { stripImage } from "./image/strip-image.ts";
import { FfmpegFailed, OUR_FAULT } from "./run-ffmpeg.ts";
import { stripVideo } from "./video/strip-video.ts";

/**
 * Writes the copy of an uploaded file that is kept: what is to be seen and heard, and nothing else of what the file
 * holds (place, device, names). Throws as the recipe of its kind does; MediaError `not_copyable` where ffmpeg can read
 * the file but not put the same pictures and sound into a file of the same type.
 */
export async function keepCopy(input: {
  inputPath: string;
  outputPath: string;
  /** Of the file at `inputPath`. */
  probe: Probe;
  ffmpegPath: string;
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
  const { inputPath, outputPath, probe, ffmpegPath } = input;
  switch (probe.kind) {
    case "image":
      await stripImage({ inputPath, outputPath });
      return;
    case "video":
      await stripVideo({ inputPath, outputPath, probe, ffmpegPath });
      return;
    case "audio":
      await stripAudio({ inputPath, outputPath, probe, ffmpegPath });
      return;
  }
}

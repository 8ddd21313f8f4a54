import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { InvalidArgumentError } from "@ai-sdk/provider";
import { MediaError } from "#domain/errors.ts";
import { MEDIA_LIMITS } from "#media/contract.ts";
import { findFileType } from "#media/file-types.ts";
import { runFfmpeg } from "#media/run-ffmpeg.ts";
import { withTempFolder } from "#media/with-temp-folder.ts";

const rate = 8000;
const bytesPerSecond = rate * 2;

/**
 * How long the sound of an audio or video file is, in seconds, by decoding it.
 * Throws InvalidArgumentError where it is no such file, can't be read or has no sound.
 */
export async function measureSound(input: {
  data: Uint8Array;
  ffmpegPath: string;
  signal?: AbortSignal | undefined;
}): Promise<number> {
  return withTempFolder(async (folder) => {
    const [path, decoded] = [join(folder, "input"), join(folder, "decoded.raw")];
    await writeFile(path, input.data);
    try {
      const type = await findFileType(path);
      if (type.reader !== "ffmpeg") throw refusal();
      await runFfmpeg({
        ffmpegPath: input.ffmpegPath,
        inputs: [{ path, demuxer: type.demuxer }],
        outputs: [
          {
            path: decoded,
            // Without a header every byte is sound.
            options: [
              ...["-map", "0:a:0", "-ac", "1", "-ar", `${rate}`, "-c:a", "pcm_s16le"],
              ...["-t", `${MEDIA_LIMITS.durationSeconds}`, "-f", "s16le"],
            ],
          },
        ],
        signal: input.signal,
        timeoutMs: 5 * 60 * 1000,
      });
    } catch (error) {
      if (error instanceof MediaError && error.code !== "timeout") throw refusal(error);
      throw error;
    }
    return (await stat(decoded)).size / bytesPerSecond;
  });
}

function refusal(cause?: unknown): InvalidArgumentError {
  return new InvalidArgumentError({
    argument: "audio",
    message: "The sandbox finds no sound in this file, or can't read it.",
    cause,
  });
}

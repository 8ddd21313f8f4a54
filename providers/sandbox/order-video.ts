import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type Experimental_VideoModelV4CallOptions as VideoCall,
  InvalidArgumentError,
} from "@ai-sdk/provider";
import { chooseSize } from "./choose-size.ts";
import { openPicture, ratioOf } from "./open-picture.ts";
import { openSourceVideo } from "./open-source-video.ts";
import type { VideoInputs } from "./read-video-inputs.ts";
import type { VideoOrder } from "./video-job.ts";

const sizes = ["1280x720", "720x1280", "720x720"];

/**
 * Writes down what a call asks for, with its files in the job's folder, so that it can be made without the call.
 * Throws InvalidArgumentError for a file that can't be read, a size or a length that is not offered.
 */
export async function orderVideo(input: {
  call: Pick<VideoCall, "prompt" | "aspectRatio" | "resolution" | "duration" | "generateAudio">;
  inputs: VideoInputs;
  /** Lengths that are offered; the first is the default. */
  lengths: readonly number[];
  seed: string;
  folder: string;
  ffmpegPath: string;
  signal?: AbortSignal | undefined;
}): Promise<VideoOrder> {
  const { call } = input;
  const seconds = chooseLength(call.duration, input.lengths);
  const { files, shape } = await keepFiles(input);
  const ratio = call.aspectRatio === "adaptive" ? undefined : call.aspectRatio;
  const { width, height } = chooseSize({
    sizes,
    size: call.resolution,
    ratio: ratio ?? shape,
    argument: "resolution",
  });
  return {
    prompt: call.prompt ?? "",
    seed: input.seed,
    ...{ width, height, seconds },
    sound: call.generateAudio ?? false,
    ...files,
  };
}

/** `shape` is the ratio of what is set in motion; undefined where nothing was given that has one. */
async function keepFiles(input: {
  inputs: VideoInputs;
  folder: string;
  ffmpegPath: string;
  signal?: AbortSignal | undefined;
}): Promise<{
  files: Pick<VideoOrder, "firstFrame" | "lastFrame" | "references" | "source">;
  shape: string | undefined;
}> {
  const { folder } = input;
  const { firstFrame, lastFrame, references, source: video } = input.inputs;
  const keep = async (file: string, data: Uint8Array) => {
    // Decoded now, so that a damaged picture is refused here and not by the job.
    const size = { width: 16, height: 16 };
    await openPicture({ data, argument: "image", size, fit: "cover", channels: 3 });
    await writeFile(join(folder, file), data);
    return file;
  };
  const shapeOf = (data: Uint8Array) => ratioOf({ data, argument: "image" });
  if (video !== undefined) {
    const { source, lastPicture } = await openSourceVideo({ ...input, data: video });
    const shape = await shapeOf(await readFile(join(folder, lastPicture)));
    return { files: { source, firstFrame: lastPicture, references: [] }, shape };
  }
  const shown = firstFrame ?? lastFrame;
  return {
    files: {
      ...(firstFrame !== undefined && { firstFrame: await keep("first", firstFrame) }),
      ...(lastFrame !== undefined && { lastFrame: await keep("last", lastFrame) }),
      references: await Promise.all(
        references.map((data, index) => keep(`reference-${index}`, data)),
      ),
    },
    shape: shown === undefined ? undefined : await shapeOf(shown),
  };
}

function chooseLength(asked: number | undefined, lengths: readonly number[]): number {
  const seconds = asked ?? lengths[0];
  if (seconds !== undefined && lengths.includes(seconds)) return seconds;
  const message = `The sandbox makes videos of ${lengths.join(" or ")} seconds.`;
  throw new InvalidArgumentError({ argument: "duration", message });
}

import { demuxerOf } from "../file-types.ts";
import { runFfmpeg } from "../run-ffmpeg.ts";
import { SHAKE_FILE } from "./enhance-plan.ts";
import { pictureStart } from "./picture-source.ts";
import { workingBox } from "./remake-video.ts";
import type { RemakeInput } from "./remake-video.ts";

/** How a video shakes, as the filter `vidstabtransform` reads it. Throws as `runFfmpeg` does. */
export async function measureShake(input: Omit<RemakeInput, "outputPath">): Promise<Uint8Array> {
  const { video, ffmpegPath } = input;
  const { probe, path } = video;
  const { filters } = await pictureStart({ probe, box: workingBox(probe), ffmpegPath });
  const { read } = await runFfmpeg({
    ffmpegPath,
    inputs: [{ path, demuxer: demuxerOf(probe.contentType) }],
    filter: `[0:v:0]${filters},vidstabdetect=shakiness=6:accuracy=12:result=${SHAKE_FILE}[measured]`,
    outputs: [{ options: ["-map", "[measured]", "-t", `${probe.durationSeconds}`] }],
    reads: [SHAKE_FILE],
    expectedSeconds: probe.durationSeconds,
    onProgress: input.onProgress,
    signal: input.signal,
  });
  const [found] = read;
  if (!found) throw new Error("ffmpeg wrote nothing about the shaking");
  return found;
}

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type FfmpegInput, runFfmpeg } from "#media/run-ffmpeg.ts";
import { aacOptions, h264Options, MP4_OPTIONS } from "#media/video/mp4-options.ts";
import { withTempFolder } from "#media/with-temp-folder.ts";
import { composeEdit } from "./compose-edit.ts";
import { openPicture, type Pixels } from "./open-picture.ts";
import { paintBackdrop } from "./paint-picture.ts";
import { captionFooter, paintVideoOverlay } from "./paint-video-overlay.ts";
import { planPicture } from "./plan-picture.ts";
import { playMusic } from "./play-music.ts";
import { seededRandom } from "./seeded-random.ts";
import { enlargedStill } from "./enlarged-still.ts";
import { type Motion, videoGraph, videoRate } from "./video-graph.ts";
import type { VideoJob, VideoOrder } from "./video-job.ts";
import { writeWav } from "./write-wav.ts";

/**
 * Renders a job's video: H.264 and AAC in MP4, its stills in gentle motion under the prompt as a caption and the
 * sandbox's mark. `outputPath` then holds all of it. Throws as `runFfmpeg` does.
 */
export async function renderVideo({
  job: { folder, order },
  outputPath,
  ffmpegPath,
  signal,
}: {
  job: VideoJob;
  outputPath: string;
  ffmpegPath: string;
  signal?: AbortSignal | undefined;
}): Promise<void> {
  const { width, height, seconds } = order;
  const stills = await gatherStills({ folder, order, signal });
  await withTempFolder(async (temp) => {
    const inputs: FfmpegInput[] = [];
    const add = async (name: string, content: Buffer, demuxer: FfmpegInput["demuxer"]) => {
      const path = join(temp, name);
      await writeFile(path, content);
      inputs.push({ path, demuxer });
      return inputs.length - 1;
    };
    for (const [index, still] of stills.entries())
      await add(`still-${index}.mov`, await enlargedStill(still), "mov");
    const label = await paintVideoOverlay({ caption: order.prompt, size: { width, height } });
    const overlay = await add("overlay.mov", label, "mov");
    let music: number | undefined;
    if (order.sound) {
      const played = await playMusic({ seed: order.seed, seconds, signal });
      music = await add("music.wav", writeWav(played), "wav");
    }
    const { source } = order;
    if (source !== undefined)
      inputs.push({ path: join(folder, source.file), demuxer: source.demuxer });
    const graph = videoGraph({
      ...{ width, height, seconds, overlay, music },
      motions: planMotions({ seed: order.seed, stills: stills.length, order }),
      before:
        source === undefined ? undefined : { input: inputs.length - 1, hasSound: source.hasSound },
    });
    await runFfmpeg({
      ffmpegPath,
      inputs,
      filter: graph,
      outputs: [{ path: outputPath, options: outputOptions(order) }],
      signal,
      timeoutMs: 15 * 60 * 1000,
    });
  });
}

function outputOptions({ seconds, sound, source }: VideoOrder): string[] {
  return [
    ...["-map", "[picture]", ...(sound ? ["-map", "[sound]"] : ["-an"])],
    ...h264Options({ fps: `${videoRate}`, crf: 23, preset: "veryfast" }),
    ...(sound ? aacOptions(128) : []),
    ...(source === undefined ? ["-t", `${seconds}`] : []),
    ...["-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"],
    ...MP4_OPTIONS,
  ];
}

/** What the video is made of: the frames that were given, else a painting, with the references in it where there are any. */
async function gatherStills({
  folder,
  order,
  signal,
}: {
  folder: string;
  order: VideoOrder;
  signal: AbortSignal | undefined;
}): Promise<Pixels[]> {
  const { width, height, prompt, seed } = order;
  const frames: Pixels[] = [];
  for (const name of [order.firstFrame, order.lastFrame]) {
    if (name === undefined) continue;
    frames.push(
      await openPicture({
        ...{ data: await readFile(join(folder, name)), argument: "image" },
        ...{ size: { width, height }, fit: "cover", channels: 3 },
      }),
    );
  }
  if (frames.length > 0) return frames;
  const picture = planPicture({ prompt, seed, width, height });
  if (order.references.length === 0) return [await paintBackdrop({ picture, signal })];
  const images = await Promise.all(order.references.map((name) => readFile(join(folder, name))));
  const footer = captionFooter(height);
  return [await composeEdit({ picture, images, headline: false, footer, signal })];
}

/** A given frame is seen whole when its moment comes: the first at the beginning, the last at the end. */
function planMotions({
  seed,
  stills,
  order,
}: {
  seed: string;
  stills: number;
  order: VideoOrder;
}): Motion[] {
  const random = seededRandom(`motion/${seed}`);
  const free = order.firstFrame === undefined && order.lastFrame === undefined;
  const usual = random.pick(["in", "out"] as ["in", "out"]);
  return Array.from({ length: stills }, (_, index) => {
    const last = index > 0 || (order.firstFrame === undefined && order.lastFrame !== undefined);
    const zoom = free ? usual : last ? "out" : "in";
    return { zoom, across: random.next(), down: random.next() };
  });
}

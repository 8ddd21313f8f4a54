import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import {
  lookAtVideo,
  makeWithFfmpeg,
  pictureAt,
  testFolder,
  tools,
} from "#media/media-fixtures.ts";
import { probe } from "#media/probe.ts";
import { enhanceVideo } from "#media/video/enhance-video.ts";
import { fitVideo } from "#media/video/fit-video.ts";
import { makeAudiogram } from "#media/video/make-audiogram.ts";
import { makeSlideshow } from "#media/video/make-slideshow.ts";
import { makeStoryboard } from "#media/video/make-storyboard.ts";
import { posterFrame } from "#media/video/poster-frame.ts";
import { watermarkVideo } from "#media/video/watermark-video.ts";
import type { VideoLimits } from "#platforms/contract.ts";
import { expectLooks } from "./lib/expect-looks.ts";
import { paintScene, sceneClip, sceneFile } from "./lib/scene.ts";

const limits: VideoLimits = {
  maxCount: 1,
  maxBytes: 1e6,
  maxSeconds: 10,
  maxWidth: 480,
  maxHeight: 480,
};
const segments = [{ startSecond: 0, endSecond: 2, text: "HHHHHH i HHH" }];

async function clip() {
  const folder = testFolder();
  const path = await sceneClip(folder);
  return {
    folder,
    outputPath: join(folder, "out.mp4"),
    video: { path, probe: await lookAtVideo(path) },
  };
}

const expectFrame = async (name: string, path: string, second = 1) =>
  expectLooks(name, await pictureAt(path, second));

describe("videos look as they should", () => {
  it("fitted: whole, on a square, upright", async () => {
    const { video, outputPath } = await clip();
    for (const [name, more] of Object.entries({
      "fit-video whole": {},
      "fit-video square": { maxRatio: 1 },
      "fit-video upright": { maxRatio: 0.8, maxHeight: 300 },
      "fit-video blurred": { maxRatio: 0.8, maxHeight: 300, fill: "blur" as const },
      "fit-video cropped": { maxRatio: 0.8, maxHeight: 300, fill: "crop" as const },
    })) {
      const { path: inputPath, probe: source } = video;
      await fitVideo({ ...tools, inputPath, source, outputPath, limits: { ...limits, ...more } });
      await expectFrame(name, outputPath);
    }
  });

  it("from HDR, as in ordinary colours", async () => {
    const folder = testFolder();
    const path = await sceneClip(
      folder,
      "-c:v libx265 -pix_fmt yuv420p10le -x265-params",
      "log-level=none:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc",
    );
    const source = await lookAtVideo(path);
    expect(source.hdr).toBe(true);
    const outputPath = join(folder, "out.mp4");
    await fitVideo({ ...tools, inputPath: path, source, outputPath, limits });
    await expectFrame("fit-video hdr", outputPath);
  });

  it("with a mark, bettered", async () => {
    const { folder, video, outputPath } = await clip();
    const mark = join(folder, "mark.png");
    await sharp({ create: { width: 50, height: 50, channels: 3, background: "#fff" } })
      .png()
      .toFile(mark);
    await watermarkVideo({
      ...tools,
      video,
      outputPath,
      mark: { path: mark, size: 0.6, opacity: 1, corner: "top-left" },
    });
    await expectFrame("watermark-video", outputPath);
    await enhanceVideo({
      ...tools,
      video,
      outputPath,
      upscale: 2,
      denoise: true,
      stabilise: true,
      colour: true,
    });
    await expectFrame("enhance-video", outputPath);
  });

  it("made of images, and of a sound", async () => {
    const folder = testFolder();
    const path = await sceneFile(folder);
    const mirrored = join(folder, "mirrored.png");
    await sharp(await paintScene())
      .flop()
      .toFile(mirrored);
    const outputPath = join(folder, "out.mp4");
    await makeSlideshow({
      ...tools,
      slides: [
        { path, seconds: 1 },
        { path: mirrored, seconds: 1 },
      ],
      canvas: { width: 480, height: 300 },
      outputPath,
    });
    await expectFrame("slideshow begins", outputPath, 0);
    await expectFrame("slideshow near", outputPath, 0.95);
    await expectFrame("slideshow fades", outputPath, 1.25);
    await expectFrame("slideshow second", outputPath, 1.8);
    const tone = await makeWithFfmpeg(join(folder, "tone.wav"), "-f lavfi -i sine=f=200:d=2");
    const sound = { path: tone, probe: await probe({ path: tone, ...tools }) };
    if (sound.probe.kind !== "audio") throw new Error("a sound was expected");
    await makeAudiogram({
      ...tools,
      sound: { path: tone, probe: sound.probe },
      cover: { path },
      segments,
      canvas: { width: 300, height: 500 },
      outputPath,
    });
    await expectFrame("audiogram", outputPath);
  });

  it("in small", async () => {
    const { folder, video } = await clip();
    const outputPath = join(folder, "out.jpg");
    await posterFrame({ ...tools, inputPath: video.path, outputPath, probe: video.probe });
    await expectLooks("poster-frame", outputPath);
    await makeStoryboard({ ...tools, video, outputPath });
    await expectLooks("storyboard", outputPath);
  });
});

import { join } from "node:path";
import sharp from "sharp";
import { expect, it } from "vitest";
import { lookAtVideo, makeWithFfmpeg, pictureAt, testFolder, tools } from "../media-fixtures.ts";
import { watermarkVideo } from "./watermark-video.ts";

it("watermarkVideo shows the mark from the first frame to the last", async () => {
  const folder = testFolder();
  const mark = join(folder, "mark.png");
  await sharp({ create: { width: 40, height: 40, channels: 4, background: "#f00" } })
    .png()
    .toFile(mark);
  const path = await makeWithFfmpeg(
    join(folder, "blue.mp4"),
    "-f lavfi -i color=blue:s=200x100:r=10:d=2 -pix_fmt yuv420p",
  );
  const outputPath = join(folder, "out.mp4");
  const video = { path, probe: await lookAtVideo(path) };
  await watermarkVideo({
    ...tools,
    video,
    outputPath,
    mark: { path: mark, corner: "top-left", opacity: 1, size: 0.3 },
  });
  expect(await lookAtVideo(outputPath)).toMatchObject({ width: 200, height: 100, hasAudio: false });
  for (const second of [0, 1.8]) {
    const frame = sharp(await pictureAt(outputPath, second));
    const { data } = await frame
      .extract({ left: 18, top: 18, width: 1, height: 1 })
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(data[0]).toBeGreaterThan(200);
    expect(data[2]).toBeLessThan(60);
  }
});

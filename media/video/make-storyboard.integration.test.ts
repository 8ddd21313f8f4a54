import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import {
  lookAtVideo,
  makeClip,
  makeRotatedClip,
  makeWithFfmpeg,
  testFolder,
  tools,
} from "../media-fixtures.ts";
import { makeStoryboard } from "./make-storyboard.ts";

async function board(path: string) {
  const outputPath = join(testFolder(), "board.jpg");
  const video = { path, probe: await lookAtVideo(path) };
  const made = await makeStoryboard({ ...tools, video, outputPath });
  const { data, info } = await sharp(outputPath)
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { tile, columns, rows } = made;
  expect(info).toMatchObject({ width: tile.width * columns, height: tile.height * rows });
  const middleOf = (index: number) => {
    const x = ((index % columns) + 0.5) * tile.width;
    const y = (Math.floor(index / columns) + 0.5) * tile.height;
    return data[Math.floor(y) * info.width + Math.floor(x)] ?? -1;
  };
  return { made, middleOf };
}

describe("makeStoryboard", () => {
  it("shows each second at its place, row by row", async () => {
    // Grey grows by 10 each second.
    const path = await makeWithFfmpeg(
      join(testFolder(), "a.mp4"),
      "-f lavfi -i nullsrc=s=64x48:r=10:d=12,geq=lum='30+10*floor(T)':cb=128:cr=128",
      "-pix_fmt yuv420p -preset ultrafast",
    );
    const { made, middleOf } = await board(path);
    expect(made).toMatchObject({
      columns: 10,
      rows: 2,
      count: 12,
      tile: { width: 64, height: 48 },
    });
    expect(made.everySeconds).toBeCloseTo(1, 1);
    const greys = Array.from({ length: 12 }, (_one, index) => middleOf(index));
    for (const [index, grey] of greys.entries()) {
      if (index > 0) expect(grey - (greys[index - 1] ?? 0)).toBeGreaterThan(6);
    }
  });

  it("is of one picture for the shortest, upright for the rotated, two pixels wide for the narrowest", async () => {
    const folder = testFolder();
    const short = await makeClip(join(folder, "short.mp4"), { seconds: 0.1, sound: false });
    expect((await board(short)).made).toMatchObject({ columns: 1, rows: 1, count: 1 });
    const { made } = await board(await makeRotatedClip(folder));
    expect(made.tile).toEqual({ width: 120, height: 160 });
    const narrow = await makeClip(join(folder, "narrow.mkv"), {
      size: "1x300",
      sound: false,
      options: ["-c:v", "libx264", "-pix_fmt", "yuv444p"],
    });
    expect((await board(narrow)).made.tile).toEqual({ width: 2, height: 160 });
  });

  it("is of 100 pictures at most, read from key frames where the video is long", async () => {
    const path = await makeClip(join(testFolder(), "long.mp4"), {
      size: "32x32",
      fps: 1,
      seconds: 400,
      sound: false,
      options: ["-g", "5"],
    });
    const { made } = await board(path);
    expect(made).toMatchObject({ columns: 10, rows: 10, count: 100, everySeconds: 4 });
  });
});

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { makePhoto, testFolder } from "../media-fixtures.ts";
import { placeMark } from "./prepare-mark.ts";
import type { Corner, Mark } from "./prepare-mark.ts";
import { watermarkImage } from "./watermark-image.ts";

async function plain(background: string, width: number, height: number): Promise<string> {
  const path = join(testFolder(), "plain.png");
  const channels = background.length > 4 ? 4 : 3;
  await sharp({ create: { width, height, channels, background } }).png().toFile(path);
  return path;
}

async function marked(inputPath: string, mark: Mark) {
  const outputPath = join(testFolder(), "out");
  const made = await watermarkImage({ inputPath, outputPath, mark });
  const pixel = async (left: number, top: number) => [
    ...(await sharp(outputPath).extract({ left, top, width: 1, height: 1 }).raw().toBuffer()),
  ];
  return { made, outputPath, pixel };
}

describe("placeMark", () => {
  it.each([
    ["top-left", 4, 4],
    ["top-right", 176, 4],
    ["bottom-left", 4, 86],
    ["bottom-right", 176, 86],
  ] as [Corner, number, number][])("%s", (corner, left, top) => {
    const place = placeMark({
      canvas: { width: 200, height: 100 },
      mark: { width: 20, height: 10 },
      corner,
    });
    expect(place).toEqual({ left, top });
  });

  it("stays inside where the mark is as large as the picture", () => {
    const box = { width: 30, height: 10 };
    expect(placeMark({ canvas: box, mark: box, corner: "bottom-right" })).toEqual({
      left: 0,
      top: 0,
    });
  });
});

describe("watermarkImage", () => {
  it("lays the mark where it should be, as see-through as it should be", async () => {
    const path = await plain("#f00", 50, 50);
    const { made, pixel } = await marked(await plain("#00f", 400, 200), {
      path,
      opacity: 0.5,
      size: 0.2,
    });
    expect(made).toEqual({ contentType: "image/jpeg", width: 400, height: 200 });
    const [red = 0, , blue = 0] = await pixel(370, 170);
    expect(Math.abs(red - 128)).toBeLessThan(20);
    expect(Math.abs(blue - 128)).toBeLessThan(20);
    const [noRed = 255] = await pixel(300, 170);
    expect(noRed).toBeLessThan(20);
  });

  it("keeps transparency, turns upright, drops metadata, and bears odd sizes", async () => {
    const mark = await plain("#f008", 3, 90);
    const seeThrough = await marked(await plain("#0000", 41, 23), { path: mark, size: 99 });
    expect(seeThrough.made.contentType).toBe("image/png");
    const photo = await makePhoto(join(testFolder(), "a.jpg"));
    const { made, outputPath } = await marked(photo, { path: mark, opacity: Number.NaN });
    expect(made).toMatchObject({ width: 40, height: 60 });
    expect((await sharp(outputPath).metadata()).exif).toBeUndefined();
    await marked(await plain("#fff", 1, 400), { path: mark, corner: "top-left", opacity: 1 });
  });

  it("says which is no image", async () => {
    const path = join(testFolder(), "mark.svg");
    await writeFile(path, '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    const work = marked(await plain("#fff", 20, 20), { path });
    await expect(work).rejects.toMatchObject({ code: "unsupported_type" });
  });
});

import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { makeClip, makePhoto, testFolder } from "../media-fixtures.ts";
import { placeOnCanvas } from "./place-on-canvas.ts";
import type { Fill } from "./place-on-canvas.ts";

const canvas = { width: 90, height: 160 };

async function redBar(): Promise<string> {
  const path = join(testFolder(), "wide.png");
  await sharp({ create: { width: 320, height: 80, channels: 3, background: "#e00" } })
    .png()
    .toFile(path);
  return path;
}

async function place(path: string, fill: Fill) {
  const image = sharp(await placeOnCanvas({ path, canvas, fill }));
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => [
    ...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3),
  ];
  expect(info).toMatchObject({ ...canvas, channels: 3 });
  return { top: at(45, 2), middle: at(45, 80) };
}

describe("placeOnCanvas", () => {
  it("crops, pads, or puts the picture on a blur of itself", async () => {
    const path = await redBar();
    expect(await place(path, "crop")).toEqual({ top: [238, 0, 0], middle: [238, 0, 0] });
    expect(await place(path, "pad")).toEqual({ top: [0, 0, 0], middle: [238, 0, 0] });
    const { top, middle } = await place(path, "blur");
    expect(middle).toEqual([238, 0, 0]);
    expect(top[0]).toBeGreaterThan(100);
    expect(top[0]).toBeLessThan(200);
  });

  it("turns a photo upright, enlarges what is small, and fills one pixel too", async () => {
    const folder = testFolder();
    const photo = await makePhoto(join(folder, "photo.jpg"), { width: 60, height: 34 });
    for (const fill of ["crop", "pad", "blur"] as const) await place(photo, fill);
    const dot = join(folder, "dot.png");
    await sharp({ create: { width: 1, height: 1, channels: 4, background: "#0f08" } })
      .png()
      .toFile(dot);
    for (const fill of ["crop", "pad", "blur"] as const) await place(dot, fill);
  });

  it("refuses what is no image", async () => {
    const path = await makeClip(join(testFolder(), "a.mp4"));
    await expect(placeOnCanvas({ path, canvas, fill: "crop" })).rejects.toMatchObject({
      name: "MediaError",
      code: "unsupported_type",
    });
  });
});

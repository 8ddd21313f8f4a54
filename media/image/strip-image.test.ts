import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { makePhoto, makeWithFfmpeg, noise, testFolder, tools } from "../media-fixtures.ts";
import { probe } from "../probe.ts";
import { stripImage } from "./strip-image.ts";

describe("stripImage", () => {
  it("takes camera, place and orientation away and keeps the picture", async () => {
    const folder = testFolder();
    const inputPath = await makePhoto(join(folder, "in.jpg"));
    const outputPath = join(folder, "out.jpg");
    const stripped = await stripImage({ inputPath, outputPath });
    const data = await readFile(outputPath);
    expect(stripped).toEqual({
      contentType: "image/jpeg",
      bytes: data.length,
      width: 40,
      height: 60,
    });
    expect(data.includes("SecretCamera")).toBe(false);
    expect(data.includes("Exif")).toBe(false);
    expect(await sharp(data).metadata()).toMatchObject({ width: 40, height: 60 });
    // Of noise, which compresses worst, by brightness: neighbours share their colour in such a JPEG.
    const before = await sharp(inputPath).autoOrient().greyscale().raw().toBuffer();
    const after = await sharp(data).greyscale().raw().toBuffer();
    const difference = before.reduce(
      (sum, value, index) => sum + Math.abs(value - (after[index] ?? 0)),
      0,
    );
    expect(difference / before.length).toBeLessThan(6);
  });

  it.each(["jpeg", "png", "webp", "avif"] as const)("keeps %s what it is", async (format) => {
    const folder = testFolder();
    const size = { width: 31, height: 17 };
    const image = sharp(noise(size), { raw: { ...size, channels: 3 } }).withExif({
      IFD0: { Make: "SecretCamera" },
    });
    await image.toFormat(format).toFile(join(folder, "in"));
    const stripped = await stripImage({
      inputPath: join(folder, "in"),
      outputPath: join(folder, "out"),
    });
    expect(stripped).toMatchObject({ contentType: `image/${format}`, ...size });
    expect((await readFile(join(folder, "in"))).includes("SecretCamera")).toBe(true);
    expect((await readFile(join(folder, "out"))).includes("SecretCamera")).toBe(false);
  });

  it("keeps an animation moving, frame by frame", async () => {
    const folder = testFolder();
    const gif = await makeWithFfmpeg(join(folder, "a.gif"), "-f lavfi -i testsrc=s=64x48:d=1:r=5");
    await sharp(gif, { animated: true }).webp().toFile(join(folder, "a.webp"));
    for (const name of ["a.gif", "a.webp"]) {
      const outputPath = join(folder, `out-${name}`);
      const stripped = await stripImage({ inputPath: join(folder, name), outputPath });
      expect(stripped).toMatchObject({ width: 64, height: 48 });
      const facts = { frames: 5, durationSeconds: 1, contentType: stripped.contentType };
      expect(await probe({ path: outputPath, ffprobePath: tools.ffprobePath })).toMatchObject(
        facts,
      );
    }
  });

  it("drops what is hidden behind the picture", async () => {
    const folder = testFolder();
    const inputPath = await makePhoto(join(folder, "in.jpg"));
    await appendFile(inputPath, "<script>alert(1)</script>");
    await stripImage({ inputPath, outputPath: join(folder, "out") });
    expect((await readFile(join(folder, "out"))).includes("<script>")).toBe(false);
  });

  it("refuses what is no image", async () => {
    const folder = testFolder();
    await writeFile(join(folder, "in.png"), "no image");
    const work = stripImage({ inputPath: join(folder, "in.png"), outputPath: join(folder, "out") });
    await expect(work).rejects.toMatchObject({ code: "unsupported_type" });
  });
});

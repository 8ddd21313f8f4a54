import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import type { AudioProbe } from "../contract.ts";
import { lookAtVideo, makeWithFfmpeg, pictureAt, testFolder, tools } from "../media-fixtures.ts";
import { probe } from "../probe.ts";
import { makeSlideshow } from "./make-slideshow.ts";

const canvas = { width: 160, height: 120 };

async function plain(folder: string, background: string): Promise<string> {
  const path = join(folder, `${background}.png`);
  await sharp({ create: { width: 200, height: 150, channels: 3, background } })
    .png()
    .toFile(path);
  return path;
}

/** The middle of a video's picture: red, green, blue. */
async function colourAt(path: string, second: number): Promise<number[]> {
  const { data } = await sharp(await pictureAt(path, second))
    .extract({ left: 70, top: 50, width: 1, height: 1 })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return [...data];
}

describe("makeSlideshow", () => {
  it("shows each image for its time, faded into the next, in its own colours, with sound", async () => {
    const folder = testFolder();
    const song = await makeWithFfmpeg(join(folder, "song.mp3"), "-f lavfi -i sine=f=440:d=1");
    const outputPath = join(folder, "out.mp4");
    const heard: number[] = [];
    const { seconds } = await makeSlideshow({
      ...tools,
      slides: [
        { path: await plain(folder, "red"), seconds: 1 },
        { path: await plain(folder, "blue"), seconds: 1.5 },
      ],
      canvas,
      outputPath,
      crossfade: 0.4,
      sound: {
        path: song,
        probe: (await probe({ path: song, ...tools })) as AudioProbe,
        choice: { loop: true },
      },
      onProgress: (fraction) => heard.push(fraction),
    });
    expect(seconds).toBe(2.5);
    const made = await lookAtVideo(outputPath);
    expect(made).toMatchObject({ ...canvas, codec: "h264", fps: 30, hasAudio: true });
    expect(made.durationSeconds).toBeCloseTo(2.5, 1);
    const near = (found: number[], wanted: number[]) => {
      for (const [index, value] of wanted.entries())
        expect(Math.abs((found[index] ?? 0) - value)).toBeLessThan(12);
    };
    near(await colourAt(outputPath, 0.5), [255, 0, 0]);
    near(await colourAt(outputPath, 2), [0, 0, 255]);
    const [red = 0, , blue = 0] = await colourAt(outputPath, 1.2);
    expect(Math.min(red, blue)).toBeGreaterThan(60);
    expect(heard.at(-1)).toBe(1);
  });

  it("moves gently where it may, and stands still where not", async () => {
    const folder = testFolder();
    const dots = join(folder, "dots.png");
    await writeFile(
      dots,
      await sharp(
        Buffer.from(
          `<svg xmlns="http://www.w3.org/2000/svg" width="160" height="120"><rect width="160" height="120" fill="#fff"/><circle cx="30" cy="30" r="12"/></svg>`,
        ),
      )
        .png()
        .toBuffer(),
    );
    const change = async (motion: "none" | "gentle") => {
      const outputPath = join(folder, `${motion}.mp4`);
      const slides = [{ path: dots, seconds: 2 }];
      await makeSlideshow({ ...tools, slides, canvas, outputPath, motion });
      const raw = async (second: number) =>
        sharp(await pictureAt(outputPath, second))
          .greyscale()
          .raw()
          .toBuffer();
      const [first, last] = [await raw(0), await raw(1.9)];
      return first.reduce((sum, value, index) => sum + Math.abs(value - (last[index] ?? 0)), 0);
    };
    const still = await change("none");
    expect(await change("gentle")).toBeGreaterThan(still * 5 + 10_000);
  });

  it("refuses what makes no slideshow, clearly and without a file", async () => {
    const folder = testFolder();
    const path = await plain(folder, "red");
    const broken = join(folder, "broken.png");
    await writeFile(broken, "\x89PNG\r\n\x1a\nno");
    const outputPath = join(folder, "out.mp4");
    const work = (more: Partial<Parameters<typeof makeSlideshow>[0]>) =>
      makeSlideshow({ ...tools, slides: [{ path, seconds: 1 }], canvas, outputPath, ...more });
    const slides = (count: number, seconds: number) =>
      Array.from({ length: count }, () => ({ path, seconds }));
    await expect(work({ slides: [] })).rejects.toMatchObject({ code: "too_many" });
    await expect(work({ slides: slides(36, 1) })).rejects.toMatchObject({ code: "too_many" });
    const large = { width: 3840, height: 2160 };
    await expect(work({ slides: slides(10, 1), canvas: large })).rejects.toMatchObject({
      code: "too_many",
    });
    await expect(work({ slides: slides(1, Number.NaN) })).rejects.toMatchObject({
      code: "too_short",
    });
    await expect(work({ slides: slides(2, 1000) })).rejects.toMatchObject({ code: "too_long" });
    await expect(work({ canvas: { width: 161, height: 120 } })).rejects.toMatchObject({
      code: "invalid_size",
    });
    await expect(work({ slides: [{ path: broken, seconds: 1 }] })).rejects.toMatchObject({
      name: "MediaError",
    });
    expect(await readdir(folder)).toEqual(["broken.png", "red.png"]);
  });
});

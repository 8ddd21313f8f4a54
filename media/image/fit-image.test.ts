import { readdir } from "node:fs/promises";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import type { Create } from "sharp";
import { describe, expect, it } from "vitest";
import type { ImageLimits } from "#platforms/contract.ts";
import { makePhoto, makeWithFfmpeg, noise, testFolder } from "../media-fixtures.ts";
import { fitImage } from "./fit-image.ts";
import { fitImages } from "./fit-images.ts";
import { planImage } from "./plan-image.ts";

const LIMITS: ImageLimits = {
  maxCount: 4,
  formats: ["jpeg", "png"],
  maxBytes: 1e6,
  maxWidth: 400,
  maxHeight: 300,
};

async function fit(path: string, limits: Partial<ImageLimits> = {}) {
  const outputPath = join(testFolder(), "out");
  const fitted = await fitImage({ inputPath: path, outputPath, limits: { ...LIMITS, ...limits } });
  return { fitted, outputPath, metadata: await sharp(outputPath).metadata() };
}

async function image(
  size: { width: number; height: number },
  format: "jpeg" | "png" = "jpeg",
): Promise<string> {
  const path = join(testFolder(), `in.${format}`);
  await sharp(noise(size), { raw: { ...size, channels: 3 } })
    .toFormat(format)
    .toFile(path);
  return path;
}

/** As smooth as photographs are, with transparency where it has four channels. */
async function scenery(channels: 3 | 4): Promise<string> {
  const path = join(testFolder(), "in");
  const few = { width: 12, height: 9 };
  const pixels = noise({ width: few.width * 2, height: few.height });
  const soft = sharp(pixels.subarray(0, few.width * few.height * channels), {
    raw: { ...few, channels },
  }).resize(240, 180, { kernel: "cubic" });
  await (channels === 4 ? soft.png() : soft.jpeg({ quality: 95 })).toFile(path);
  return path;
}

async function plain(create: Create): Promise<string> {
  const path = join(testFolder(), "in.png");
  await sharp({ create }).png().toFile(path);
  return path;
}

async function pixel(path: string, left: number, top: number): Promise<number[]> {
  return [...(await sharp(path).extract({ left, top, width: 1, height: 1 }).raw().toBuffer())];
}

describe("planImage", () => {
  const photo = { width: 4000, height: 3000, hasAlpha: false, isPng: false };

  it("keeps photographs JPEG, and drawings and transparency PNG, where allowed", () => {
    const formats = (source: Partial<typeof photo>, allowed: ImageLimits["formats"]) =>
      planImage({ source: { ...photo, ...source }, limits: { ...LIMITS, formats: allowed } })
        .formats;
    expect(formats({}, ["jpeg", "png"])).toEqual([["jpeg"], ["png"]]);
    expect(formats({ isPng: true }, ["jpeg", "png"])).toEqual([["png"], ["jpeg"]]);
    expect(formats({ hasAlpha: true }, ["jpeg", "png"])).toEqual([["png"], ["jpeg"]]);
    expect(formats({ hasAlpha: true }, ["jpeg"])).toEqual([["jpeg"]]);
    const all: ImageLimits["formats"] = ["avif", "jpeg", "png", "webp"];
    expect(formats({}, all)).toEqual([["jpeg", "webp", "avif"], ["png"]]);
    expect(formats({ hasAlpha: true }, all)).toEqual([["png", "webp", "avif"], ["jpeg"]]);
    expect(formats({ hasAlpha: true }, ["jpeg", "webp"])).toEqual([["webp"], ["jpeg"]]);
  });

  it("calls only a change of shape a crop", () => {
    const cropped = (limits: Partial<ImageLimits>) =>
      planImage({ source: { ...photo, width: 4001 }, limits: { ...LIMITS, ...limits } }).cropped;
    expect(cropped({})).toBe(false);
    expect(cropped({ maxRatio: 1.91 })).toBe(false);
    expect(cropped({ maxRatio: 1 })).toBe(true);
    expect(cropped({ minRatio: 1.5 })).toBe(true);
  });
});

describe("fitImage", () => {
  it("turns the picture upright and takes the camera and the place away", async () => {
    const path = await makePhoto(join(testFolder(), "in.jpg"));
    expect((await sharp(path).metadata()).exif?.toString("latin1")).toContain("SecretCamera");
    const { fitted, metadata, outputPath } = await fit(path);
    expect(fitted).toMatchObject({
      contentType: "image/jpeg",
      width: 40,
      height: 60,
      cropped: false,
    });
    expect(metadata).toMatchObject({ width: 40, height: 60, format: "jpeg", space: "srgb" });
    expect([metadata.exif, metadata.xmp, metadata.iptc, metadata.orientation]).toEqual(
      Array(4).fill(undefined),
    );
    expect((await sharp(outputPath).toBuffer()).includes("SecretCamera")).toBe(false);
  });

  it("turns the pixels, not only the size", async () => {
    const path = join(testFolder(), "in.jpg");
    const right = {
      input: { create: { width: 30, height: 40, channels: 3, background: "blue" } },
      left: 30,
      top: 0,
    } as const;
    await sharp({ create: { width: 60, height: 40, channels: 3, background: "red" } })
      .composite([right])
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toFile(path);
    const { outputPath } = await fit(path);
    const [red = 0, , blueAbove = 0] = await pixel(outputPath, 35, 5);
    const [redBelow = 0, , blue = 0] = await pixel(outputPath, 5, 55);
    expect(red - blueAbove).toBeGreaterThan(150);
    expect(blue - redBelow).toBeGreaterThan(150);
  });

  it("shrinks to the limits and never enlarges", async () => {
    expect((await fit(await image({ width: 800, height: 400 }))).metadata).toMatchObject({
      width: 400,
      height: 200,
    });
    expect((await fit(await image({ width: 33, height: 21 }))).metadata).toMatchObject({
      width: 33,
      height: 21,
    });
  });

  it("crops to the nearest allowed ratio around what draws attention", async () => {
    const path = join(testFolder(), "in.png");
    const face = await sharp({
      create: { width: 60, height: 60, channels: 3, background: "#e0a080" },
    })
      .composite([
        { input: noise({ width: 40, height: 40 }), raw: { width: 40, height: 40, channels: 3 } },
      ])
      .png()
      .toBuffer();
    await sharp({ create: { width: 400, height: 100, channels: 3, background: "#808080" } })
      .composite([{ input: face, left: 320, top: 20 }])
      .png()
      .toFile(path);
    const { fitted, outputPath } = await fit(path, { maxRatio: 1 });
    expect(fitted).toMatchObject({ width: 100, height: 100, cropped: true });
    const { channels } = await sharp(outputPath).stats();
    expect(channels[0]?.stdev).toBeGreaterThan(10);
  });

  it.each([6000, 3000, 1200])(
    "stays under %i bytes: by quality, then by fewer pixels",
    async (maxBytes) => {
      const { fitted, metadata } = await fit(await image({ width: 120, height: 90 }), {
        maxBytes,
        formats: ["jpeg"],
      });
      expect(fitted.bytes).toBeLessThanOrEqual(maxBytes);
      // Not wastefully small either.
      expect(fitted.bytes).toBeGreaterThan(maxBytes * 0.6);
      expect(metadata).toMatchObject({ width: fitted.width, height: fitted.height });
      expect(fitted.width / fitted.height).toBeCloseTo(4 / 3, 1);
    },
  );

  it("makes a PNG that is too large a JPEG where allowed, else a smaller PNG", async () => {
    const path = await image({ width: 120, height: 90 }, "png");
    expect((await fit(path)).fitted.contentType).toBe("image/png");
    const both = await fit(path, { maxBytes: 12_000 });
    expect(both.fitted).toMatchObject({ contentType: "image/jpeg", width: 120 });
    const pngOnly = await fit(path, { maxBytes: 12_000, formats: ["png"] });
    expect(pngOnly.fitted.contentType).toBe("image/png");
    expect(pngOnly.fitted.width).toBeLessThan(120);
    expect(pngOnly.fitted.bytes).toBeLessThanOrEqual(12_000);
  });

  it("packs better before it looks worse, in the formats that are taken", async () => {
    const path = await scenery(3);
    const formats: ImageLimits["formats"] = ["jpeg", "webp", "avif"];
    const jpeg = await fit(path, { formats: ["jpeg"] });
    expect((await fit(path, { formats })).fitted.contentType).toBe("image/jpeg");
    // A little less than JPEG has at its best; then far too little for anything at its best.
    const tight = jpeg.fitted.bytes - 10;
    const webp = await fit(path, { formats: ["jpeg", "webp"], maxBytes: tight });
    expect(webp.fitted).toMatchObject({ contentType: "image/webp", width: 240 });
    expect(webp.metadata).toMatchObject({ format: "webp", width: 240 });
    const [best, lower] = [
      await fit(path, { formats: ["avif"] }),
      await fit(path, { formats, maxBytes: 1_200 }),
    ];
    expect(lower.fitted).toMatchObject({ contentType: "image/avif" });
    expect(lower.metadata.format).toBe("heif");
    expect(lower.fitted.bytes).toBeLessThan(best.fitted.bytes);
    expect(lower.fitted.bytes).toBeLessThanOrEqual(1_200);
  });

  it.each(["webp", "avif"] as const)(
    "keeps transparency in %s, under few bytes too",
    async (to) => {
      const path = await scenery(4);
      let maxBytes = 1e6;
      for (let times = 0; times < 2; times += 1) {
        const { fitted, metadata } = await fit(path, { formats: ["jpeg", to], maxBytes });
        expect(fitted.contentType).toBe(`image/${to}`);
        expect(metadata.hasAlpha).toBe(true);
        expect(fitted.bytes).toBeLessThanOrEqual(maxBytes);
        maxBytes = Math.floor(fitted.bytes * 0.9);
      }
    },
  );

  it("says so when the bytes suffice for nothing", async () => {
    const path = await image({ width: 120, height: 90 });
    await expect(fit(path, { maxBytes: 100 })).rejects.toMatchObject({ code: "cannot_fit" });
  });

  it("keeps transparency in PNG and puts it on white in JPEG", async () => {
    const path = await plain({
      width: 20,
      height: 20,
      channels: 4,
      background: { r: 255, g: 0, b: 0, alpha: 0 },
    });
    expect((await fit(path)).metadata).toMatchObject({ format: "png", hasAlpha: true });
    const jpeg = await fit(path, { formats: ["jpeg"] });
    expect(await pixel(jpeg.outputPath, 10, 10)).toEqual([255, 255, 255]);
  });

  it("makes sRGB with 8 bits of CMYK, of grey and of 16 bits", async () => {
    const folder = testFolder();
    const red = sharp({ create: { width: 30, height: 20, channels: 3, background: "#c03020" } });
    await red.clone().toColourspace("cmyk").jpeg().toFile(join(folder, "cmyk"));
    await red.clone().toColourspace("rgb16").png().toFile(join(folder, "deep"));
    await red.clone().toColourspace("b-w").png().toFile(join(folder, "grey"));
    for (const name of ["cmyk", "deep", "grey"]) {
      const { metadata, outputPath } = await fit(join(folder, name), { formats: ["jpeg"] });
      expect(metadata, name).toMatchObject({
        space: "srgb",
        depth: "uchar",
        channels: 3,
        hasProfile: false,
      });
      const [r = 0, g = 0, b = 0] = await pixel(outputPath, 5, 5);
      if (name !== "grey") expect(r - Math.max(g, b), name).toBeGreaterThan(80);
      else expect(Math.abs(r - b)).toBeLessThan(4);
    }
  });

  it("takes the first frame of an animation", async () => {
    const path = await makeWithFfmpeg(
      join(testFolder(), "a.gif"),
      "-f lavfi -i testsrc=s=64x48:d=1:r=5",
    );
    expect((await fit(path)).metadata).toMatchObject({ width: 64, height: 48 });
  });

  it("leaves nothing behind when it fails or is aborted", async () => {
    const folder = testFolder();
    const good = await image({ width: 300, height: 200 });
    await writeFile(join(folder, "in"), (await sharp(good).jpeg().toBuffer()).subarray(0, 4000));
    const outputPath = join(folder, "out");
    const broken = fitImage({ inputPath: join(folder, "in"), outputPath, limits: LIMITS });
    await expect(broken).rejects.toMatchObject({ code: "corrupt" });
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(fitImage({ inputPath: good, outputPath, limits: LIMITS, signal })).rejects.toThrow(
      "enough",
    );
    expect(await readdir(folder)).toEqual(["in"]);
  });
});

describe("fitImages", () => {
  it("makes one for each target of one decode, and says of each why not", async () => {
    const folder = testFolder();
    const inputPath = await image({ width: 320, height: 200 });
    const targets = [
      { limits: LIMITS, outputPath: join(folder, "whole") },
      { limits: { ...LIMITS, maxWidth: 160, maxRatio: 1 }, outputPath: join(folder, "square") },
      { limits: { ...LIMITS, maxBytes: 100 }, outputPath: join(folder, "tiny") },
      { limits: { ...LIMITS, formats: [] }, outputPath: join(folder, "none") },
    ];
    const made = await fitImages({ inputPath, targets });
    expect(made).toMatchObject([
      { width: 320, height: 200, cropped: false },
      { width: 160, height: 160, cropped: true },
      { name: "MediaError", code: "cannot_fit" },
      { name: "MediaError", code: "cannot_fit" },
    ]);
    expect(await readdir(folder)).toEqual(["square", "whole"]);
    const square = await sharp(join(folder, "square")).metadata();
    expect(square).toMatchObject({ width: 160, height: 160 });
  });

  it("leaves nothing behind when one target's folder is not there", async () => {
    const folder = testFolder();
    const targets = [join(folder, "one"), join(folder, "absent", "two")].map((outputPath) => ({
      limits: LIMITS,
      outputPath,
    }));
    const work = fitImages({ inputPath: await image({ width: 32, height: 20 }), targets });
    await expect(work).rejects.toThrow("ENOENT");
    expect(await readdir(folder)).toEqual([]);
  });
});

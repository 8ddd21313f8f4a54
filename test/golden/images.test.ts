import { join } from "node:path";
import sharp from "sharp";
import { describe, it } from "vitest";
import { fitImage } from "#media/image/fit-image.ts";
import { placeOnCanvas } from "#media/image/place-on-canvas.ts";
import { stripImage } from "#media/image/strip-image.ts";
import { watermarkImage } from "#media/image/watermark-image.ts";
import { testFolder } from "#media/media-fixtures.ts";
import { expectLooks } from "./lib/expect-looks.ts";
import { paintScene, sceneFile } from "./lib/scene.ts";

const limits = {
  maxCount: 4,
  formats: ["jpeg" as const, "png" as const],
  maxBytes: 1e6,
  maxWidth: 1000,
  maxHeight: 1000,
};

describe("images look as they should", () => {
  it("fitted: whole, square, upright, and under few bytes", async () => {
    const folder = testFolder();
    const inputPath = await sceneFile(folder);
    const outputPath = join(folder, "out");
    for (const [name, more] of Object.entries({
      "fit-image whole": {},
      "fit-image square": { maxRatio: 1, minRatio: 1 },
      "fit-image upright": { maxRatio: 0.8 },
      "fit-image few bytes": { maxBytes: 9000, formats: ["jpeg" as const] },
      "fit-image webp": { maxBytes: 7000, formats: ["webp" as const] },
      "fit-image avif": { maxBytes: 7000, formats: ["avif" as const] },
    })) {
      await fitImage({ inputPath, outputPath, limits: { ...limits, ...more } });
      await expectLooks(name, outputPath);
    }
  });

  it("turned upright, whichever way they lie", async () => {
    const folder = testFolder();
    const scene = await paintScene();
    for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const inputPath = join(folder, `${orientation}.jpg`);
      const outputPath = join(folder, "out");
      await sharp(scene).withMetadata({ orientation }).jpeg().toFile(inputPath);
      await stripImage({ inputPath, outputPath });
      await expectLooks(`strip-image orientation ${orientation}`, outputPath);
      await fitImage({ inputPath, outputPath, limits });
      await expectLooks(`fit-image orientation ${orientation}`, outputPath);
    }
  });

  it("on a canvas of another shape", async () => {
    const path = await sceneFile(testFolder());
    for (const fill of ["crop", "blur", "pad"] as const) {
      const placed = await placeOnCanvas({ path, canvas: { width: 300, height: 500 }, fill });
      await expectLooks(`place-on-canvas ${fill}`, placed);
    }
  });

  it("with a mark", async () => {
    const folder = testFolder();
    const inputPath = await sceneFile(folder);
    const mark = join(folder, "mark.png");
    await sharp({ create: { width: 50, height: 50, channels: 3, background: "#fff" } })
      .png()
      .toFile(mark);
    const outputPath = join(folder, "out");
    await watermarkImage({ inputPath, outputPath, mark: { path: mark, size: 0.6, opacity: 1 } });
    await expectLooks("watermark-image", outputPath);
  });
});

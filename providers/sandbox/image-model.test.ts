import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ImageModelV4CallOptions } from "@ai-sdk/provider";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { fontsExist, lookForFonts } from "./find-fonts.ts";
import { sandboxImageModel } from "./image-model.ts";
import { drawText, escapeMarkup } from "./draw-text.ts";
import { paintPicture } from "./paint-picture.ts";
import { planPicture } from "./plan-picture.ts";

const model = sandboxImageModel({
  modelId: "sandbox-image-1",
  sizes: ["96x96", "144x96", "96x144"],
  maxFiles: 3,
});

async function make(options: Partial<ImageModelV4CallOptions>): Promise<Uint8Array> {
  const { images } = await model.doGenerate({
    prompt: "Sourdough on a table",
    n: 1,
    size: undefined,
    aspectRatio: undefined,
    seed: undefined,
    files: undefined,
    mask: undefined,
    providerOptions: {},
    ...options,
  });
  const [image] = images;
  return image instanceof Uint8Array ? image : expect.fail("Expected bytes");
}

const sizeOf = async (image: Uint8Array) => {
  const { width, height, format } = await sharp(image).metadata();
  return `${format} ${width}x${height}`;
};

describe("the sandbox's image model", () => {
  it("gives the same bytes for the same prompt and seed, others for another", async () => {
    expect(await make({})).toEqual(await make({}));
    expect(await make({ seed: 1 })).toEqual(await make({ seed: 1 }));
    expect(await make({ seed: 1 })).not.toEqual(await make({ seed: 2 }));
    expect(await make({ prompt: "Boots" })).not.toEqual(await make({ prompt: "Rain" }));
  });

  it("makes the size or nearest ratio that is asked for", async () => {
    expect(await sizeOf(await make({}))).toBe("png 96x96");
    expect(await sizeOf(await make({ size: "144x96" }))).toBe("png 144x96");
    expect(await sizeOf(await make({ aspectRatio: "9:16" }))).toBe("png 96x144");
    expect(await sizeOf(await make({ aspectRatio: "16:9" }))).toBe("png 144x96");
    await expect(make({ size: "7x7" })).rejects.toThrow("96x96, 144x96, 96x144");
  });

  it.each([
    "",
    "\u0000\u0008",
    "\uD800",
    "</span><b>&amp;",
    "a".repeat(500),
    "今天的新咖啡",
    "مرحبا",
    "👩‍👩‍👧‍👦 \u202E",
  ])("takes the prompt %j", async (prompt) => {
    expect(await sizeOf(await make({ prompt }))).toBe("png 96x96");
  });

  it("works where sharp's loaders are blocked, as media workers block them", async () => {
    sharp.block({ operation: ["VipsForeignLoad"] });
    try {
      expect((await make({})).length).toBeGreaterThan(500);
    } finally {
      sharp.unblock({ operation: ["VipsForeignLoad"] });
    }
  });

  it("stops painting when it is aborted", async () => {
    const picture = planPicture({ prompt: "Boots", seed: "1", width: 512, height: 512 });
    const controller = new AbortController();
    const painting = paintPicture({ picture, headline: false, signal: controller.signal });
    controller.abort();
    await expect(painting).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
  });

  it("draws the headline only where there are fonts, and its mark always", async () => {
    const picture = planPicture({ prompt: "Boots", seed: "1", width: 340, height: 340 });
    const [withText, without] = await Promise.all([
      paintPicture({ picture, headline: true }),
      paintPicture({ picture, headline: false }),
    ]);
    const corner = async (image: Uint8Array) =>
      sharp(image)
        .extract({ left: 340 - 33, top: 340 - 11, width: 27, height: 5 })
        .greyscale()
        .raw()
        .toBuffer();
    expect(withText).not.toEqual(without);
    const bright = [...(await corner(without))].filter((value) => value > 200).length;
    expect(bright).toBeGreaterThan(50);
    expect(await corner(withText)).toEqual(await corner(without));
  });
});

const withFonts = await fontsExist();

describe("the headline", () => {
  it.runIf(withFonts)("shrinks until its longest word fits, unbroken", async () => {
    const box = { width: 400, height: 160 };
    const draw = (text: string) => drawText({ text, colour: "white", box });
    const one = await draw("Donaudampfschifffahrtsgesellschaft");
    // On one line: broken in two, half as wide, it would be much higher.
    expect(one.width).toBeLessThanOrEqual(box.width);
    expect(one.height).toBeLessThan(one.width / 6);
    const several = await draw("Neighbourhoodwatch extraordinarily gathering");
    expect(several.width).toBeLessThanOrEqual(box.width);
    expect(several.height).toBeLessThanOrEqual(box.height);
  });
});

describe("escapeMarkup", () => {
  it("leaves nothing that Pango would read as markup or that XML can't carry", () => {
    expect(escapeMarkup('<b>&"\u0000\u0008\uD800')).toBe("&lt;b&gt;&amp;&quot;\uFFFD");
  });
});

describe("lookForFonts", () => {
  it("finds a font in a folder below, and none without configuration or files", async () => {
    const folder = await mkdtemp(join(tmpdir(), "fonts-"));
    try {
      expect(await lookForFonts({ folders: [folder, `${folder}/missing`], configured: true })).toBe(
        false,
      );
      await mkdir(join(folder, "truetype", "deja"), { recursive: true });
      await writeFile(join(folder, "truetype", "deja", "Sans.TTF"), "");
      expect(await lookForFonts({ folders: [folder], configured: true })).toBe(true);
      expect(await lookForFonts({ folders: [folder], configured: false })).toBe(false);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

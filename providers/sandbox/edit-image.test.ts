import { type ImageModelV4CallOptions, InvalidArgumentError } from "@ai-sdk/provider";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { pngBomb } from "#media/media-fixtures.ts";
import { fingerprintOf } from "./fingerprint-of.ts";
import { sandboxImageModel } from "./image-model.ts";
import { boxOfMask, readMask } from "./paint-inside-mask.ts";
import { placeInsets } from "./place-insets.ts";

const model = sandboxImageModel({
  modelId: "sandbox-image-1",
  sizes: ["256x256", "384x256", "256x384"],
  maxFiles: 5,
});

async function edit(options: Partial<ImageModelV4CallOptions>): Promise<Uint8Array> {
  const { images } = await model.doGenerate({
    prompt: "A red scarf around the neck",
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

const file = (data: Uint8Array) => ({ type: "file" as const, mediaType: "image/png", data });

interface Size {
  width: number;
  height: number;
}

/** A picture that has no two rows alike. */
async function photo({ width, height }: Size, base: readonly [number, number, number]) {
  const data = Buffer.alloc(width * height * 3);
  for (let index = 0; index < width * height; index += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      data[index * 3 + channel] = ((base[channel] ?? 0) + Math.floor(index / width) * 7) % 256;
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

const png = async (size: Size, base: readonly [number, number, number] = [200, 30, 60]) =>
  (await photo(size, base)).png().toBuffer();

/** A mask that lets the left half change: transparent there, or white on black. */
const halfMask = async ({ width, height }: Size, how: "transparent" | "white") =>
  sharp({
    create: {
      width,
      height,
      channels: 4,
      background: how === "transparent" ? "white" : "black",
    },
  })
    .composite([
      {
        input: {
          create: { width: width / 2, height, channels: 4, background: "white" },
        },
        left: 0,
        top: 0,
        blend: how === "transparent" ? "dest-out" : "over",
      },
    ])
    .png()
    .toBuffer();

const sizeOf = async (image: Uint8Array) => {
  const { width, height } = await sharp(image).metadata();
  return `${width}x${height}`;
};

const meanOf = async (image: Uint8Array, area?: { left: number; top: number } & Size) => {
  const whole = sharp(image).removeAlpha();
  const { data } = await (area === undefined ? whole : whole.extract(area))
    .resize(1, 1, { fit: "fill", kernel: "cubic" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return [...data];
};

describe("editing without a mask", () => {
  it("shows the image in the size that is asked for, else the nearest to its own", async () => {
    const files = [file(await png({ width: 300, height: 200 }))];
    expect(await sizeOf(await edit({ files }))).toBe("384x256");
    expect(await sizeOf(await edit({ files, size: "256x384" }))).toBe("256x384");
    const [red, green] = await meanOf(
      await sharp({
        create: { width: 90, height: 90, channels: 3, background: { r: 250, g: 4, b: 4 } },
      })
        .png()
        .toBuffer()
        .then((source) => edit({ files: [file(source)] })),
      { left: 100, top: 110, width: 40, height: 40 },
    );
    expect(red).toBeGreaterThan(230);
    expect(green).toBeLessThan(20);
  });

  it("shows references too, and is the same for the same call alone", async () => {
    const source = file(await png({ width: 64, height: 64 }));
    const reference = file(await png({ width: 64, height: 64 }, [10, 200, 90]));
    const print = async (options: Partial<ImageModelV4CallOptions>) =>
      fingerprintOf(await edit(options));
    const alone = await print({ files: [source] });
    const referring = await print({ files: [source, reference] });
    expect(await print({ files: [source] })).toBe(alone);
    expect(referring).not.toBe(alone);
    expect(await print({ files: [source, reference] })).toBe(referring);
    expect(await print({ files: [source], seed: 1 })).not.toBe(
      await print({ files: [source], seed: 2 }),
    );
    expect(await print({ files: [source], prompt: "Boots" })).not.toBe(alone);
  });

  it("takes grey, transparent, 16-bit, turned and tiny pictures", async () => {
    const base = await photo({ width: 30, height: 20 }, [9, 9, 9]);
    const kinds = await Promise.all([
      base.clone().greyscale().png().toBuffer(),
      base.clone().greyscale().ensureAlpha(0.5).png().toBuffer(),
      base.clone().toColourspace("rgb16").png().toBuffer(),
      base.clone().toColourspace("cmyk").jpeg().toBuffer(),
      base.clone().webp().toBuffer(),
      base.clone().png({ palette: true }).toBuffer(),
      base.clone().resize(1, 1).png().toBuffer(),
      base.clone().resize(2000, 1, { fit: "fill" }).png().toBuffer(),
    ]);
    for (const data of kinds)
      expect(await sizeOf(await edit({ files: [file(data)], size: "256x256" }))).toBe("256x256");
    const turned = await base.clone().withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(await sizeOf(await edit({ files: [file(turned)] }))).toBe("256x384");
  });
});

describe("editing inside a mask", () => {
  const size = { width: 256, height: 256 };
  it.each(["transparent", "white"] as const)(
    "changes nothing outside of it (%s where it may change)",
    async (how) => {
      const source = await png(size);
      const edited = await edit({
        files: [file(source), file(await png({ width: 50, height: 50 }, [1, 2, 3]))],
        mask: file(await halfMask(size, how)),
        size: "256x256",
      });
      const right = { left: 128, top: 0, width: 128, height: 256 };
      const left = { ...right, left: 0 };
      const pixels = async (image: Uint8Array, area: typeof right) =>
        fingerprintOf(await sharp(image).removeAlpha().extract(area).raw().toBuffer());
      expect(await pixels(edited, right)).toBe(await pixels(source, right));
      expect(await pixels(edited, left)).not.toBe(await pixels(source, left));
    },
  );

  it.each([
    [63, 63],
    [64, 64],
    [64, 250],
    [250, 64],
    [1, 256],
  ])("paints into a mask of %d × %d pixels", async (width, height) => {
    const files = await Promise.all(
      [1, 2, 3, 4].map(async (shade) => file(await png({ width: 40, height: 30 }, [shade, 9, 9]))),
    );
    const mask = await sharp({ create: { ...size, channels: 3, background: "black" } })
      .composite([
        { input: { create: { width, height, channels: 3, background: "white" } }, left: 3, top: 0 },
      ])
      .png()
      .toBuffer();
    const prompt = "Neighbourhoodwatch extraordinarily gathering, 今天的新咖啡 👩‍👩‍👧‍👦";
    const edited = await edit({ files, mask: file(mask), size: "256x256", prompt });
    expect(await sizeOf(edited)).toBe("256x256");
  });

  it("puts its mark where the mask ends, since nothing else may change", async () => {
    const dark = await png(size, [0, 0, 0]);
    const edited = await edit({
      files: [file(dark)],
      mask: file(await halfMask(size, "white")),
      size: "256x256",
    });
    const corner = { left: 128 - 33, top: 256 - 11, width: 27, height: 5 };
    const { data } = await sharp(edited)
      .removeAlpha()
      .extract(corner)
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([...data].filter((value) => value > 200).length).toBeGreaterThan(50);
  });

  it("keeps what is transparent in the source", async () => {
    const source = await sharp(await png(size))
      .ensureAlpha(0.25)
      .png()
      .toBuffer();
    const edited = await edit({
      files: [file(source)],
      mask: file(await halfMask(size, "white")),
      size: "256x256",
    });
    const alpha = await sharp(edited).extractChannel("alpha").raw().toBuffer();
    expect(alpha[255]).toBe(63);
    expect(alpha[0]).toBe(255);
  });

  it("reads a mask of another size over the whole image, and takes a closed one for no change", async () => {
    const source = await png(size);
    const small = await edit({
      files: [file(source)],
      mask: file(await halfMask({ width: 64, height: 64 }, "white")),
      size: "256x256",
    });
    const right = { left: 132, top: 0, width: 120, height: 256 };
    const pixels = async (image: Uint8Array) =>
      fingerprintOf(await sharp(image).removeAlpha().extract(right).raw().toBuffer());
    expect(await pixels(small)).toBe(await pixels(source));
    const dot = await sharp({ create: { ...size, channels: 3, background: "black" } })
      .composite([
        {
          input: { create: { width: 3, height: 1, channels: 3, background: "white" } },
          left: 9,
          top: 9,
        },
      ])
      .png()
      .toBuffer();
    const dotted = await edit({ files: [file(source)], mask: file(dot), size: "256x256" });
    expect(await pixels(dotted)).toBe(await pixels(source));
    const closed = await sharp({ create: { ...size, channels: 3, background: "black" } })
      .png()
      .toBuffer();
    const same = await edit({ files: [file(source)], mask: file(closed), size: "256x256" });
    const all = async (image: Uint8Array) =>
      fingerprintOf(await sharp(image).removeAlpha().raw().toBuffer());
    expect(await all(same)).toBe(await all(source));
  });
});

describe("what editing refuses", () => {
  const refused = async (options: Partial<ImageModelV4CallOptions>, words: RegExp) => {
    const error: unknown = await edit(options).catch((thrown: unknown) => thrown);
    expect(InvalidArgumentError.isInstance(error), String(error)).toBe(true);
    expect(String(error)).toMatch(words);
  };

  it("fetches nothing", async () => {
    const url = { type: "url" as const, url: "https://example.com/a.png" };
    await refused({ files: [url] }, /fetches none/u);
    await refused(
      { files: [file(await png({ width: 9, height: 9 }))], mask: url },
      /fetches none/u,
    );
  });

  it("opens nothing but pictures of the types that it names, by their bytes", async () => {
    const svg = Buffer.from(
      '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><image href="/etc/passwd"/></svg>',
    );
    const whole = await png({ width: 90, height: 90 });
    const cut = whole.subarray(0, Math.floor(whole.length / 2));
    await refused({ files: [file(svg)] }, /image\/png, image\/jpeg, image\/webp/u);
    await refused({ files: [file(svg)], size: "256x256" }, /image\/png, image\/jpeg/u);
    await refused({ files: [file(whole), file(svg)] }, /image\/png, image\/jpeg/u);
    await refused({ files: [file(new Uint8Array())] }, /image\/png/u);
    await refused({ files: [file(cut)] }, /damaged/u);
    await refused({ files: [file(pngBomb(30_000, 30_000))] }, /too large/u);
    await refused({ files: [file(pngBomb(30_000, 30_000))], size: "256x256" }, /too large/u);
    await refused({ files: [file(whole)], mask: file(cut) }, /damaged/u);
  });

  it("takes as many images as its manifest says, and no mask alone", async () => {
    const one = file(await png({ width: 9, height: 9 }));
    await refused({ files: Array.from({ length: 6 }, () => one) }, /5 images/u);
    await refused({ mask: one }, /needs the image/u);
  });
});

describe("placeInsets", () => {
  it("keeps all inside the picture and apart, however many there are", () => {
    for (const [width, height] of [
      [1024, 1024],
      [1536, 1024],
      [1024, 1536],
      [256, 256],
      [64, 64],
      [64, 1500],
      [1500, 64],
    ] as const)
      for (let references = 0; references <= 4; references += 1) {
        const places = placeInsets({ width, height, references });
        const all = [places.words, places.source, ...places.references];
        expect(places.references).toHaveLength(references);
        for (const [index, one] of all.entries()) {
          expect(one.width).toBeGreaterThan(8);
          expect(one.height).toBeGreaterThan(8);
          expect(one.left).toBeGreaterThanOrEqual(0);
          expect(one.left + one.width).toBeLessThanOrEqual(width);
          expect(one.top + one.height).toBeLessThanOrEqual(height);
          for (const other of all.slice(index + 1)) {
            const apart =
              one.left + one.width <= other.left ||
              other.left + other.width <= one.left ||
              one.top + one.height <= other.top;
            expect(apart).toBe(true);
          }
        }
      }
  });
});

describe("readMask", () => {
  const pixels = (...values: [number, number, number, number][]) => ({
    data: Buffer.from(values.flat()),
    width: values.length,
    height: 1,
    channels: 4 as const,
  });

  it("takes transparency before brightness", () => {
    expect([...readMask(pixels([255, 255, 255, 255], [0, 0, 0, 0]))]).toEqual([0, 1]);
    expect([...readMask(pixels([255, 255, 255, 255], [0, 0, 0, 255]))]).toEqual([1, 0]);
    expect([...readMask(pixels([0, 0, 0, 255]))]).toEqual([0]);
  });

  it("finds the box around what is open", () => {
    const size = { width: 3, height: 2 };
    expect(boxOfMask({ open: new Uint8Array([0, 0, 0, 0, 1, 1]), ...size })).toEqual({
      ...{ left: 1, top: 1, width: 2, height: 1 },
    });
    expect(boxOfMask({ open: new Uint8Array(6), ...size })).toBeUndefined();
  });
});

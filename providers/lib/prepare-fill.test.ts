import { type ImageModelV4File, InvalidArgumentError } from "@ai-sdk/provider";
import sharp from "sharp";
import { expect, it } from "vitest";
import { prepareFill } from "./prepare-fill.ts";

const file = (data: Uint8Array) => ({ type: "file" as const, mediaType: "image/png", data });
const opaque = { r: 0, g: 0, b: 0, alpha: 1 };

const plain = (width: number, height: number, background: typeof opaque) =>
  sharp({ create: { width, height, channels: 4, background } });

/** Opaque, but for its left half. */
async function halfMask(width: number, height: number): Promise<Uint8Array> {
  const pixels = Buffer.alloc(width * height * 4);
  for (let index = 0; index < width * height; index += 1)
    pixels[index * 4 + 3] = index % width < width / 2 ? 0 : 255;
  return sharp(pixels, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
}

async function pixelsOf(made: ImageModelV4File) {
  if (made.type !== "file") throw new Error("a file was expected");
  const { data: bytes, info } = await sharp(Buffer.from(made.data))
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => bytes[(y * info.width + x) * info.channels];
  return { width: info.width, height: info.height, at };
}

it("makes a mask white where ours is transparent, in the picture's own size", async () => {
  const picture = file(await plain(200, 100, opaque).jpeg().toBuffer());
  const made = await prepareFill({ picture, mask: file(await halfMask(100, 50)) });
  expect(await pixelsOf(made.picture)).toMatchObject({ width: 200, height: 100 });
  const mask = await pixelsOf(made.mask);
  expect(mask).toMatchObject({ width: 200, height: 100 });
  expect([mask.at(10, 50), mask.at(190, 50)]).toEqual([255, 0]);
});

it("turns a picture upright as people see it, and the mask is for that", async () => {
  const lying = await plain(200, 100, opaque).jpeg().withExif({ IFD0: {} }).toBuffer();
  const turned = await sharp(lying).withMetadata({ orientation: 6 }).toBuffer();
  const mask = file(await halfMask(100, 200));
  const made = await prepareFill({ picture: file(turned), mask });
  expect(await pixelsOf(made.picture)).toMatchObject({ width: 100, height: 200 });
  const { at, ...size } = await pixelsOf(made.mask);
  expect(size).toEqual({ width: 100, height: 200 });
  expect([at(10, 190), at(90, 10)]).toEqual([255, 0]);
});

it("makes both smaller where the picture has more pixels than are paid for", async () => {
  const picture = file(await plain(2000, 1000, opaque).png().toBuffer());
  const mask = file(await halfMask(200, 100));
  const made = await prepareFill({ picture, mask, mostPixels: 500_000 });
  const size = await pixelsOf(made.picture);
  expect(size.width * size.height).toBeLessThanOrEqual(500_000);
  expect(size.width).toBe(1000);
  expect(await pixelsOf(made.mask)).toMatchObject({ width: 1000, height: size.height });
});

it("changes nothing with a mask that has no transparency", async () => {
  const picture = file(await plain(20, 20, opaque).png().toBuffer());
  const mask = file(await plain(20, 20, opaque).removeAlpha().png().toBuffer());
  expect((await pixelsOf((await prepareFill({ picture, mask })).mask)).at(5, 5)).toBe(0);
});

it.each(["picture", "mask"] as const)("refuses a %s that is none", async (which) => {
  const good = file(await plain(20, 20, opaque).png().toBuffer());
  for (const bad of [
    file(Buffer.from("no picture")),
    { type: "url" as const, url: "https://x/" },
  ]) {
    const made = prepareFill({ picture: good, mask: good, [which]: bad });
    await expect(made).rejects.toSatisfy((error) => InvalidArgumentError.isInstance(error));
  }
});

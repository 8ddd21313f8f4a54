import { setImmediate as turn } from "node:timers/promises";
import sharp from "sharp";
import { blend, mix } from "./blend.ts";
import { textLayers } from "./draw-text.ts";
import type { Pixels } from "./open-picture.ts";
import { paintMark } from "./paint-mark.ts";
import type { Picture, Shape } from "./plan-picture.ts";

/**
 * Paints a picture and returns it as PNG.
 *
 * The pixels are computed here and handed to sharp raw, rather than as SVG: a worker that also prepares uploads blocks
 * sharp's loaders for everything that uploads may not be, SVG first of all.
 * Without `headline` no text is drawn, for machines without fonts; the mark "sandbox" is drawn always.
 */
export async function paintPicture({
  picture,
  headline,
  signal,
}: {
  picture: Picture;
  headline: boolean;
  signal?: AbortSignal | undefined;
}): Promise<Uint8Array> {
  const pixels = await paintBackdrop({ picture, signal });
  paintMark(pixels);
  const { width, height } = picture;
  const base = sharp(pixels.data, { raw: { width, height, channels: 3 } });
  const text = picture.headline;
  const withText =
    headline && text !== ""
      ? base.composite(
          await textLayers({ text, area: headlineArea(picture), lift: liftOf(picture) }),
        )
      : base;
  const png = await withText.png({ compressionLevel: 6 }).toBuffer();
  return new Uint8Array(png);
}

/** How far a shadow lies below what throws it, in pixels. */
export function liftOf({ width, height }: { width: number; height: number }): number {
  return Math.max(2, Math.round(Math.min(width, height) / 300));
}

/** Paints the colours and shapes of a picture, without words and mark. */
export async function paintBackdrop({
  picture,
  signal,
}: {
  picture: Picture;
  signal?: AbortSignal | undefined;
}): Promise<Pixels> {
  const { width, height } = picture;
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += rowsPerTurn) {
    signal?.throwIfAborted();
    paintRows({ picture, pixels, from: y, to: Math.min(height, y + rowsPerTurn) });
    // Heartbeats and other calls of this process get their turn.
    await turn();
  }
  return { data: pixels, width, height, channels: 3 };
}

const rowsPerTurn = 64;

function paintRows({
  picture,
  pixels,
  from,
  to,
}: {
  picture: Picture;
  pixels: Buffer;
  from: number;
  to: number;
}): void {
  const { width, height, shapes } = picture;
  const [dx, dy] = [Math.cos(picture.angle), Math.sin(picture.angle)];
  const reach = (Math.abs(dx) * width + Math.abs(dy) * height) / 2;
  for (let y = from; y < to; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const along = ((x - width / 2) * dx + (y - height / 2) * dy) / reach / 2 + 0.5;
      const at = (y * width + x) * 3;
      for (let channel = 0; channel < 3; channel += 1) {
        pixels[at + channel] = mix(picture.from[channel] ?? 0, picture.to[channel] ?? 0, along);
      }
      for (const shape of shapes) {
        const cover = coverage(shape, x, y) * shape.opacity;
        if (cover > 0) blend({ pixels, at, colour: shape.colour, cover });
      }
    }
  }
}

/** How much of the pixel a shape covers, 0…1; edges are a pixel soft. */
function coverage(shape: Shape, x: number, y: number): number {
  return Math.min(1, Math.max(0, 0.5 - distance(shape, x, y)));
}

/** Pixels from the shape's edge; negative inside. */
function distance(shape: Shape, x: number, y: number): number {
  switch (shape.kind) {
    case "disc":
      return Math.hypot(x - shape.x, y - shape.y) - shape.radius;
    case "ring":
      return Math.abs(Math.hypot(x - shape.x, y - shape.y) - shape.radius) - shape.width / 2;
    case "bar": {
      const [dx, dy] = [Math.cos(shape.angle), Math.sin(shape.angle)];
      const along = (x - shape.x) * dx + (y - shape.y) * dy;
      const end = Math.min(shape.length / 2, Math.max(-shape.length / 2, along));
      return Math.hypot(x - shape.x - end * dx, y - shape.y - end * dy) - shape.width / 2;
    }
    case "wave":
      return shape.y + shape.height * Math.sin((2 * Math.PI * x) / shape.length + shape.phase) - y;
  }
}

/** Where the headline stands: in the middle, a little above it. */
function headlineArea({ width, height }: Picture): {
  left: number;
  top: number;
  width: number;
  height: number;
} {
  const box = { width: Math.round(width * 0.8), height: Math.round(height * 0.3) };
  return {
    ...box,
    left: Math.round((width - box.width) / 2),
    top: Math.round((height - box.height) * 0.42),
  };
}

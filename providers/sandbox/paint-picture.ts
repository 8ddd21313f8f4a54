import { setImmediate as turn } from "node:timers/promises";
import sharp, { type OverlayOptions } from "sharp";
import type { Colour, Picture, Shape } from "./plan-picture.ts";

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
  const { width, height } = picture;
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += rowsPerTurn) {
    signal?.throwIfAborted();
    paintRows({ picture, pixels, from: y, to: Math.min(height, y + rowsPerTurn) });
    // Heartbeats and other calls of this process get their turn.
    await turn();
  }
  paintMark({ pixels, width, height });
  const base = sharp(pixels, { raw: { width, height, channels: 3 } });
  const withText =
    headline && picture.headline !== "" ? base.composite(await headlineLayers(picture)) : base;
  const png = await withText.png({ compressionLevel: 6 }).toBuffer();
  return new Uint8Array(png);
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

// The word "sandbox" in a grid of 3 × 5 per letter, so that the mark needs no font.
const letters: readonly (readonly string[])[] = [
  ["###", "#..", "###", "..#", "###"],
  [".#.", "#.#", "###", "#.#", "#.#"],
  ["#.#", "###", "###", "###", "#.#"],
  ["##.", "#.#", "#.#", "#.#", "##."],
  ["##.", "#.#", "##.", "#.#", "##."],
  ["###", "#.#", "#.#", "#.#", "###"],
  ["#.#", "#.#", ".#.", "#.#", "#.#"],
];

function paintMark({
  pixels,
  width,
  height,
}: {
  pixels: Buffer;
  width: number;
  height: number;
}): void {
  const dot = Math.max(1, Math.round(Math.min(width, height) / 340));
  const [across, down] = [(letters.length * 4 - 1) * dot, 5 * dot];
  const [left, top] = [width - across - 6 * dot, height - down - 6 * dot];
  fillBox({
    pixels,
    width,
    height,
    left: left - 3 * dot,
    top: top - 3 * dot,
    across: across + 6 * dot,
    down: down + 6 * dot,
    colour: [0, 0, 0],
    cover: 0.45,
  });
  for (const [index, rows] of letters.entries()) {
    for (const [row, cells] of rows.entries()) {
      for (const [column, cell] of [...cells].entries()) {
        if (cell !== "#") continue;
        const [x, y] = [left + (index * 4 + column) * dot, top + row * dot];
        fillBox({
          pixels,
          width,
          height,
          left: x,
          top: y,
          across: dot,
          down: dot,
          colour: [255, 255, 255],
          cover: 0.9,
        });
      }
    }
  }
}

function fillBox({
  pixels,
  width,
  height,
  left,
  top,
  across,
  down,
  colour,
  cover,
}: {
  pixels: Buffer;
  width: number;
  height: number;
  left: number;
  top: number;
  across: number;
  down: number;
  colour: Colour;
  cover: number;
}): void {
  for (let y = Math.max(0, top); y < Math.min(height, top + down); y += 1) {
    for (let x = Math.max(0, left); x < Math.min(width, left + across); x += 1) {
      blend({ pixels, at: (y * width + x) * 3, colour, cover });
    }
  }
}

/** The headline in white over its own soft shadow, in the middle of the picture. */
async function headlineLayers({ width, height, headline }: Picture): Promise<OverlayOptions[]> {
  const box = { width: Math.round(width * 0.8), height: Math.round(height * 0.3) };
  const [white, black] = await Promise.all([
    drawText({ text: headline, colour: "white", box }),
    drawText({ text: headline, colour: "black", box }),
  ]);
  const left = Math.round((width - white.width) / 2);
  const top = Math.round((height - white.height) * 0.42);
  const lift = Math.max(2, Math.round(Math.min(width, height) / 300));
  const raw = (layer: DrawnText): OverlayOptions["raw"] => ({
    width: layer.width,
    height: layer.height,
    channels: 4,
  });
  return [
    { input: black.data, raw: raw(black), left: left + lift, top: top + lift },
    { input: white.data, raw: raw(white), left, top },
  ];
}

interface DrawnText {
  data: Buffer;
  width: number;
  height: number;
}

/** Text as large as fits the box. */
export async function drawText({
  text,
  colour,
  box,
}: {
  text: string;
  colour: "white" | "black";
  box: { width: number; height: number };
}): Promise<DrawnText> {
  const markup = `<span foreground="${colour}">${escapeMarkup(text)}</span>`;
  const { data, info } = await sharp({
    text: {
      text: markup,
      font: "sans bold",
      rgba: true,
      align: "centre",
      // The type shrinks until the longest word fits: none is broken.
      wrap: "word",
      ...box,
    },
  })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** Pango reads markup; characters that XML can't carry at all are dropped. */
export function escapeMarkup(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function mix(a: number, b: number, share: number): number {
  return Math.round(a + (b - a) * Math.min(1, Math.max(0, share)));
}

function blend({
  pixels,
  at,
  colour,
  cover,
}: {
  pixels: Buffer;
  at: number;
  colour: Colour;
  cover: number;
}): void {
  for (let channel = 0; channel < 3; channel += 1) {
    pixels[at + channel] = mix(pixels[at + channel] ?? 0, colour[channel] ?? 0, cover);
  }
}

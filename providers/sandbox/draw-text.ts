import sharp, { type OverlayOptions } from "sharp";

interface Box {
  width: number;
  height: number;
}

interface DrawnText extends Box {
  data: Buffer;
}

/** White text over its own soft shadow, as large as fits the area (in pixels) and in its middle: layers for sharp. */
export async function textLayers({
  text,
  area,
  lift,
}: {
  text: string;
  area: Box & { left: number; top: number };
  /** How far the shadow lies below, in pixels. */
  lift: number;
}): Promise<OverlayOptions[]> {
  const [white, black] = await Promise.all([
    drawText({ text, colour: "white", box: area }),
    drawText({ text, colour: "black", box: area }),
  ]);
  const left = area.left + Math.round((area.width - white.width) / 2);
  const top = area.top + Math.round((area.height - white.height) / 2);
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

/** Text as large as fits the box. */
export async function drawText({
  text,
  colour,
  box,
}: {
  text: string;
  colour: "white" | "black";
  box: Box;
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
      width: box.width,
      height: box.height,
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

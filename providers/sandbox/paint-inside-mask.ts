import type { Area } from "./place-insets.ts";
import type { Pixels } from "./open-picture.ts";

/**
 * Which pixels of a mask say that the image may change: the transparent ones, as OpenAI's API has it; where none is
 * transparent, the white ones, as most open models have it. One byte a pixel, 1 or 0. Pure.
 */
export function readMask(mask: Pixels): Uint8Array {
  const count = mask.width * mask.height;
  const open = new Uint8Array(count);
  let transparent = 0;
  let white = 0;
  const bright = new Uint8Array(count);
  for (let index = 0; index < count; index += 1) {
    const at = index * mask.channels;
    if (mask.channels === 4 && (mask.data[at + 3] ?? 255) < 128) {
      open[index] = 1;
      transparent += 1;
    }
    const light =
      (mask.data[at] ?? 0) * 0.299 +
      (mask.data[at + 1] ?? 0) * 0.587 +
      (mask.data[at + 2] ?? 0) * 0.114;
    if (light >= 128) {
      bright[index] = 1;
      white += 1;
    }
  }
  return transparent > 0 || white === 0 ? open : bright;
}

/** The box around all that is open; undefined where nothing is. Pure. */
export function boxOfMask({
  open,
  width,
  height,
}: {
  open: Uint8Array;
  width: number;
  height: number;
}): Area | undefined {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let index = 0; index < open.length; index += 1) {
    if (open[index] !== 1) continue;
    const [x, y] = [index % width, Math.floor(index / width)];
    left = Math.min(left, x);
    right = Math.max(right, x + 1);
    top = Math.min(top, y);
    bottom = y + 1;
  }
  return bottom === 0 ? undefined : { left, top, width: right - left, height: bottom - top };
}

/** The source with the painting, which begins at `at`, where the mask is open; every other pixel stays as it was. Pure. */
export function paintInsideMask({
  source,
  painting,
  at,
  open,
}: {
  source: Pixels;
  painting: Pixels;
  at: { left: number; top: number };
  /** As large as the source; open nowhere outside the painting. */
  open: Uint8Array;
}): Pixels {
  const data = Buffer.from(source.data);
  for (let y = 0; y < painting.height; y += 1) {
    for (let x = 0; x < painting.width; x += 1) {
      const to = (at.top + y) * source.width + at.left + x;
      if (open[to] !== 1) continue;
      const from = (y * painting.width + x) * painting.channels;
      painting.data.copy(data, to * source.channels, from, from + 3);
      if (source.channels === 4) data[to * 4 + 3] = 255;
    }
  }
  return { ...source, data };
}

import type { Box } from "../fit-box.ts";
import { PICTURE_END } from "./mp4-options.ts";

export const SLIDE_FPS = 30;

/** How far gentle motion goes: so much larger at the near end. */
const ZOOM = 0.08;

/** RGB to what videos of today are in; without it reds and greens are a little off. */
export const FROM_RGB = "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p";
export const BT709 = [
  ["-colorspace", "bt709", "-color_primaries", "bt709"],
  ["-color_trc", "bt709", "-color_range", "tv"],
].flat();

/** The slide's picture, `frames` frames long: near and nearer, or away. */
function slide(input: { index: number; frames: number; canvas: Box; moves: boolean }): string {
  const { index, frames, canvas, moves } = input;
  const way = index % 2 === 0 ? `on/${frames}` : `(1-on/${frames})`;
  const zoom = moves ? `1+${ZOOM}*${way}` : "1";
  return (
    `[${index}:v:0]${FROM_RGB},zoompan=z='${zoom}':x='(iw-iw/zoom)/2':y='(ih-ih/zoom)/2'` +
    `:d=${frames}:s=${canvas.width}x${canvas.height}:fps=${SLIDE_FPS},settb=1/${SLIDE_FPS},${PICTURE_END}[slide${index}]`
  );
}

/**
 * The filter graph of a slideshow, to `[picture]`: input i is the still of slide i. Each slide is seen for its seconds; the
 * crossfade into the next happens within the next one's. Pure.
 */
export function slideshowGraph(input: {
  /** Of each slide. */
  seconds: number[];
  canvas: Box;
  /** 0: one after the other. */
  crossfade: number;
  moves: boolean;
}): string {
  const { seconds, canvas, moves } = input;
  const fade = Math.min(input.crossfade, ...seconds.map((one) => one / 2));
  const last = seconds.length - 1;
  const fades = fade * SLIDE_FPS >= 1 && last > 0;
  const slides = seconds.map((shown, index) => {
    // It is still there, underneath, while the next one comes.
    const frames = Math.round((shown + (fades && index < last ? fade : 0)) * SLIDE_FPS);
    return slide({ index, frames: Math.max(1, frames), canvas, moves });
  });
  if (!fades) {
    const all = seconds.map((_one, index) => `[slide${index}]`).join("");
    return [...slides, `${all}concat=n=${seconds.length}:v=1:a=0[picture]`].join(";");
  }
  let begins = 0;
  const joints = seconds.slice(1).map((_one, index) => {
    begins += seconds[index] ?? 0;
    const before = index === 0 ? "slide0" : `upto${index}`;
    const label = index + 1 === last ? "picture" : `upto${index + 1}`;
    return `[${before}][slide${index + 1}]xfade=transition=fade:duration=${fade}:offset=${begins},format=yuv420p[${label}]`;
  });
  return [...slides, ...joints].join(";");
}

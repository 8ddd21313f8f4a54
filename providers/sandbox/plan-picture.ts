import { findTopic } from "./find-topic.ts";
import { seededRandom } from "./seeded-random.ts";
import { capital } from "./write-caption.ts";

/** Red, green, blue: 0…255. */
export type Colour = readonly [number, number, number];

export type Shape =
  | { kind: "disc"; x: number; y: number; radius: number; colour: Colour; opacity: number }
  | {
      kind: "ring";
      x: number;
      y: number;
      radius: number;
      width: number;
      colour: Colour;
      opacity: number;
    }
  | {
      kind: "bar";
      x: number;
      y: number;
      length: number;
      width: number;
      angle: number;
      colour: Colour;
      opacity: number;
    }
  | {
      kind: "wave";
      y: number;
      height: number;
      length: number;
      phase: number;
      colour: Colour;
      opacity: number;
    };

/** All measures in pixels, except opacities, which are 0…1. */
export interface Picture {
  width: number;
  height: number;
  from: Colour;
  to: Colour;
  /** Direction of the gradient in radians. */
  angle: number;
  shapes: Shape[];
  headline: string;
}

interface Palette {
  from: Colour;
  to: Colour;
  accents: readonly [Colour, Colour, Colour];
}

const palettes: readonly [Palette, ...Palette[]] = [
  {
    from: [20, 52, 84],
    to: [30, 118, 126],
    accents: [
      [244, 162, 97],
      [233, 196, 106],
      [168, 218, 220],
    ],
  },
  {
    from: [72, 28, 86],
    to: [168, 56, 92],
    accents: [
      [255, 178, 102],
      [255, 221, 173],
      [120, 190, 214],
    ],
  },
  {
    from: [24, 70, 52],
    to: [92, 134, 70],
    accents: [
      [246, 222, 141],
      [236, 150, 92],
      [205, 232, 212],
    ],
  },
  {
    from: [36, 40, 92],
    to: [86, 92, 176],
    accents: [
      [255, 140, 134],
      [255, 209, 102],
      [143, 211, 244],
    ],
  },
  {
    from: [104, 44, 30],
    to: [186, 96, 48],
    accents: [
      [255, 222, 158],
      [108, 172, 160],
      [250, 186, 116],
    ],
  },
  {
    from: [34, 46, 58],
    to: [88, 112, 130],
    accents: [
      [255, 196, 87],
      [120, 208, 186],
      [240, 128, 112],
    ],
  },
];

/** Decides a picture from prompt, seed and size alone. */
export function planPicture({
  prompt,
  seed,
  width,
  height,
}: {
  prompt: string;
  seed: string;
  width: number;
  height: number;
}): Picture {
  const random = seededRandom(`picture/${width}x${height}/${seed}`);
  const palette = random.pick(palettes);
  const side = Math.min(width, height);
  const between = (low: number, high: number): number => low + random.next() * (high - low);
  const shapes: Shape[] = [];
  for (let index = random.integer(3, 6); index > 0; index -= 1) {
    const place = {
      x: between(0, width),
      y: between(0, height),
      colour: random.pick(palette.accents),
    };
    const kind = random.pick(["disc", "disc", "ring", "bar"]);
    if (kind === "disc")
      shapes.push({
        kind,
        ...place,
        radius: between(0.06, 0.26) * side,
        opacity: between(0.25, 0.6),
      });
    else if (kind === "ring") {
      shapes.push({
        kind,
        ...place,
        radius: between(0.1, 0.3) * side,
        width: between(0.01, 0.03) * side,
        opacity: between(0.4, 0.8),
      });
    } else {
      const measures = {
        length: between(0.2, 0.5) * side,
        width: between(0.02, 0.06) * side,
        angle: between(0, Math.PI),
      };
      shapes.push({ kind: "bar", ...place, ...measures, opacity: between(0.3, 0.6) });
    }
  }
  for (const [index, y] of [0.78, 0.88].entries()) {
    shapes.push({
      kind: "wave",
      y: y * height,
      height: between(0.01, 0.04) * side,
      length: between(0.4, 0.9) * width,
      phase: between(0, 2 * Math.PI),
      colour: index === 0 ? palette.from : palette.accents[2],
      opacity: index === 0 ? 0.5 : 0.35,
    });
  }
  return {
    width,
    height,
    from: palette.from,
    to: palette.to,
    angle: between(0, 2 * Math.PI),
    shapes,
    headline: capital(findTopic(prompt).phrase),
  };
}

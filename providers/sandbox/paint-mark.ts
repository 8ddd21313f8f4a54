import { blend } from "./blend.ts";
import type { Pixels } from "./open-picture.ts";
import type { Colour } from "./plan-picture.ts";

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

/** Draws the mark that everything of the sandbox carries, in the lower right corner: of the picture, or of `within`. */
export function paintMark(
  picture: Pixels,
  within: { right: number; bottom: number } = { right: picture.width, bottom: picture.height },
  dot = dotOf(picture),
): void {
  const [across, down] = [(letters.length * 4 - 1) * dot, 5 * dot];
  const [left, top] = [within.right - across - 6 * dot, within.bottom - down - 6 * dot];
  fillBox({
    picture,
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
        const [colour, cover] = [[255, 255, 255], 0.9] as const;
        fillBox({ picture, left: x, top: y, across: dot, down: dot, colour, cover });
      }
    }
  }
}

/** The mark alone, on black, for laying over what moves; `of` is the size of the picture that it is for. */
export function markAlone(of: { width: number; height: number }): Pixels {
  const dot = dotOf(of);
  const width = (letters.length * 4 - 1 + 6) * dot;
  const height = (5 + 6) * dot;
  const label: Pixels = { data: Buffer.alloc(width * height * 3), width, height, channels: 3 };
  paintMark(label, { right: width + 3 * dot, bottom: height + 3 * dot }, dot);
  return label;
}

/** The side of a dot of the mark in pixels. */
function dotOf({ width, height }: { width: number; height: number }): number {
  return Math.max(1, Math.round(Math.min(width, height) / 340));
}

function fillBox({
  picture: { data, width, height, channels },
  left,
  top,
  across,
  down,
  colour,
  cover,
}: {
  picture: Pixels;
  left: number;
  top: number;
  across: number;
  down: number;
  colour: Colour;
  cover: number;
}): void {
  for (let y = Math.max(0, top); y < Math.min(height, top + down); y += 1) {
    for (let x = Math.max(0, left); x < Math.min(width, left + across); x += 1) {
      blend({ pixels: data, at: (y * width + x) * channels, colour, cover });
    }
  }
}

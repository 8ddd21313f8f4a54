import { InvalidArgumentError } from "@ai-sdk/provider";

export interface Size {
  width: number;
  height: number;
}

/**
 * The size that is asked for, else the one nearest to a ratio (`{width}:{height}`), else the first.
 * Throws InvalidArgumentError for a size that is not offered.
 */
export function chooseSize({
  sizes,
  size,
  ratio,
  argument = "size",
}: {
  sizes: readonly string[];
  size: string | undefined;
  ratio: string | undefined;
  /** What the size is called where it is asked for. */
  argument?: string;
}): Size {
  const offered = sizes.map((text) => ({ text, ...parseSize(text) }));
  if (size !== undefined) {
    const exact = offered.find(({ text }) => text === size);
    if (exact !== undefined) return exact;
    throw new InvalidArgumentError({
      argument,
      message: `The sandbox makes this in ${sizes.join(", ")}.`,
    });
  }
  const [first] = offered;
  if (first === undefined)
    throw new InvalidArgumentError({ argument, message: "This model lists no sizes." });
  if (ratio === undefined) return first;
  const [across = 1, down = 1] = ratio.split(":").map(Number);
  const miss = ({ width, height }: Size): number =>
    Math.abs(Math.log((width / height) * (down / across)));
  return offered.reduce((best, next) => (miss(next) < miss(best) ? next : best), first);
}

function parseSize(size: string): Size {
  const [width = 0, height = 0] = size.split("x").map(Number);
  return { width, height };
}

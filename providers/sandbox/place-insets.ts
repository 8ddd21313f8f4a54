/** A rectangle of a picture, in pixels. */
export interface Area {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Where an edited picture shows what it was given: the source large, references in a row below it. Pure. */
export function placeInsets({
  width,
  height,
  references,
  footer = 0,
}: {
  width: number;
  height: number;
  /** How many. */
  references: number;
  /** Pixels at the bottom that stay free, and then no words stand above. */
  footer?: number;
}): { source: Area; references: Area[]; words: Area } {
  const gap = Math.round(Math.min(width, height) * 0.05);
  const wordsHeight = Math.round(height * 0.14);
  const words = { left: gap, top: gap, width: width - 2 * gap, height: wordsHeight };
  // The mark keeps the lowest line to itself.
  const floor = height - footer - 2 * gap;
  const side =
    references === 0
      ? 0
      : Math.floor(Math.min(height * 0.2, (width - gap * (references + 1)) / references));
  const rowTop = floor - side;
  const rowLeft = Math.round((width - references * side - (references - 1) * gap) / 2);
  const sourceTop = footer > 0 ? gap : words.top + wordsHeight + gap;
  return {
    words,
    source: {
      left: gap,
      top: sourceTop,
      width: width - 2 * gap,
      height: (references === 0 ? floor : rowTop - gap) - sourceTop,
    },
    references: Array.from({ length: references }, (_, index) => ({
      left: rowLeft + index * (side + gap),
      top: rowTop,
      width: side,
      height: side,
    })),
  };
}

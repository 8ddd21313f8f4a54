export type TextUnit = "graphemes" | "codepoints" | "utf16";

const segmenter = new Intl.Segmenter("und", { granularity: "grapheme" });

/** How long a text is, counted as the platform counts. */
export function textLength(text: string, unit: TextUnit): number {
  if (unit === "utf16") return text.length;
  if (unit === "codepoints") return [...text].length;
  return [...segmenter.segment(text)].length;
}

import type { Box } from "../fit-box.ts";
import { captionPieces } from "./caption-pieces.ts";
import type { Segment } from "./caption-pieces.ts";

/** The name under which the script lies in the run's folder, and the filter that burns it in. */
export const CAPTION_FILE = "captions.ass";
export const CAPTION_FILTER = `ass=f=${CAPTION_FILE}`;

/** Shows nothing, and keeps a backslash from being an order together with what follows it. */
const WORD_JOINER = "\u2060";

/** Text as text: in the script's language braces begin orders, and a backslash may. Pure. */
export function escapeCaption(text: string): string {
  return text.replaceAll("\\", `\\${WORD_JOINER}`).replaceAll("{", "\\{").replaceAll("}", "\\}");
}

function timeOf(seconds: number): string {
  const hundredths = Math.round(seconds * 100);
  const two = (value: number) => `${Math.floor(value)}`.padStart(2, "0");
  const inMinute = two((hundredths / 100) % 60);
  return `${Math.floor(hundredths / 360_000)}:${two((hundredths / 6000) % 60)}:${inMinute}.${two(hundredths % 100)}`;
}

/**
 * The subtitle script (ASS) of a video: white with a dark edge, in the part of the picture that no app covers with
 * buttons. `bottom` is how much of the height stays free below, default by shape. Pure.
 */
export function captionScript(input: {
  segments: Segment[];
  canvas: Box;
  seconds: number;
  bottom?: number;
}): string {
  const { canvas, seconds } = input;
  const { width, height } = canvas;
  // Upright videos have the network's own texts and buttons over their lowest fifth.
  const bottom = input.bottom ?? (height > width * 1.2 ? 0.24 : 0.08);
  const size = Math.max(8, Math.round(Math.min(width, height) * 0.055));
  const sides = Math.round(width * 0.08);
  const edge = Math.max(1, Math.round(size * 0.08));
  const style = [
    ...["Said", "Sans", size, "&H00FFFFFF", "&H00FFFFFF", "&H00000000", "&H80000000"],
    ...[-1, 0, 0, 0, 100, 100, 0, 0, 1, edge, Math.ceil(edge / 2), 2],
    ...[sides, sides, Math.round(height * bottom), 1],
  ].join(",");
  const lines = captionPieces(input.segments, seconds).map(
    ({ startSecond, endSecond, text }) =>
      `Dialogue: 0,${timeOf(startSecond)},${timeOf(endSecond)},Said,,0,0,0,,${escapeCaption(text)}`,
  );
  return [
    "[Script Info]",
    "ScriptType: v4.00+",
    `PlayResX: ${width}`,
    `PlayResY: ${height}`,
    "WrapStyle: 0",
    "ScaledBorderAndShadow: yes",
    "",
    "[V4+ Styles]",
    "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, " +
      "Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, " +
      "MarginL, MarginR, MarginV, Encoding",
    `Style: ${style}`,
    "",
    "[Events]",
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text",
    ...lines,
    "",
  ].join("\n");
}

import { describe, expect, it } from "vitest";
import { captionPieces } from "./caption-pieces.ts";
import { captionScript, escapeCaption } from "./caption-script.ts";

const canvas = { width: 1080, height: 1920 };
const said = (startSecond: number, endSecond: number, text: string) => ({
  startSecond,
  endSecond,
  text,
});

describe("captionPieces", () => {
  it("cuts long texts into pieces that share the time by their length", () => {
    const words = Array.from({ length: 40 }, () => "word").join(" ");
    const pieces = captionPieces([said(0, 10, words)], 20);
    expect(pieces.map(({ text }) => text).join(" ")).toBe(words);
    expect(Math.max(...pieces.map(({ text }) => text.length))).toBeLessThanOrEqual(76);
    expect(pieces[0]?.startSecond).toBe(0);
    expect(pieces.at(-1)?.endSecond).toBeCloseTo(10);
    for (const [index, piece] of pieces.entries())
      expect(pieces[index + 1]?.startSecond ?? 10).toBeCloseTo(piece.endSecond);
  });

  it("cuts words without an end, by characters and not by halves of one", () => {
    const pieces = captionPieces([said(0, 10, "😀".repeat(100))], 20);
    expect(pieces.map(({ text }) => [...text].length)).toEqual([76, 24]);
  });

  it("puts segments in order, without overlap, inside the video, and leaves out nonsense", () => {
    const pieces = captionPieces(
      [
        said(4, 99, "last"),
        said(0, 3, "first\n\tline"),
        said(2, 4, "second"),
        said(-1, 2, "before"),
        said(5, 5, "never"),
        said(Number.NaN, 6, "when"),
        said(1, 2, " \u0000\u0007 "),
      ],
      6,
    );
    expect(pieces).toEqual([
      { startSecond: 0, endSecond: 1, text: "first line" },
      { startSecond: 2, endSecond: 4, text: "second" },
      { startSecond: 4, endSecond: 6, text: "last" },
    ]);
  });
});

describe("captionScript", () => {
  it("takes text for text", () => {
    expect(escapeCaption("{\\an8}a\\Nb")).toBe("\\{\\\u2060an8\\}a\\\u2060Nb");
    const script = captionScript({
      segments: [said(0, 1, "hi\nDialogue: 0,0:00:00.00,9:00:00.00,Said,,0,0,0,,injected")],
      canvas,
      seconds: 5,
    });
    expect(script.split("\n").filter((line) => line.startsWith("Dialogue:"))).toHaveLength(1);
  });

  it("writes times in hundredths, and keeps clear of the buttons over upright videos", () => {
    const script = captionScript({
      segments: [said(59.999, 61.5, "x"), said(3600, 3725.25, "y")],
      canvas,
      seconds: 4000,
    });
    expect(script).toContain("Dialogue: 0,0:01:00.00,0:01:01.50,Said");
    expect(script).toContain("Dialogue: 0,1:00:00.00,1:02:05.25,Said");
    expect(/^Style: .*,86,86,461,1$/m.test(script)).toBe(true);
  });
});

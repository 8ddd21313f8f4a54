import { expect, test } from "vitest";
import { textLength } from "./text-length.ts";

test.each([
  ["", 0, 0, 0],
  ["hello", 5, 5, 5],
  ["é", 1, 1, 1],
  ["e\u0301", 1, 2, 2],
  ["😀", 1, 1, 2],
  ["👨‍👩‍👧", 1, 5, 8],
  ["🇩🇪🇫🇷", 2, 4, 8],
  ["👍🏽", 1, 2, 4],
  ["漢字", 2, 2, 2],
  ["a\r\nb", 3, 4, 4],
  ["नमस्ते", 3, 6, 6],
])("%j has %i graphemes, %i code points, %i UTF-16 units", (text, graphemes, codepoints, utf16) => {
  expect(textLength(text, "graphemes")).toBe(graphemes);
  expect(textLength(text, "codepoints")).toBe(codepoints);
  expect(textLength(text, "utf16")).toBe(utf16);
});

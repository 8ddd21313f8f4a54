import { expect, it } from "vitest";
import { parseByteRange } from "./byte-range.ts";

it.each([
  ["bytes=0-9", { start: 0, length: 10 }],
  ["bytes=90-", { start: 90, length: 10 }],
  ["bytes=-10", { start: 90, length: 10 }],
  ["bytes=-500", { start: 0, length: 100 }],
  ["bytes=50-5000", { start: 50, length: 50 }],
  ["bytes=99-99", { start: 99, length: 1 }],
  ["bytes=100-", "unsatisfiable"],
  ["bytes=-0", "unsatisfiable"],
  ["bytes=5-4", undefined],
  ["bytes=0-1,5-6", undefined],
  ["bytes=-", undefined],
  ["bytes=a-b", undefined],
  ["bytes=0-99999999999999999999", undefined],
  ["lines=0-9", undefined],
  [undefined, undefined],
])("%s of 100 bytes", (header, range) => {
  expect(parseByteRange(header, 100)).toEqual(range);
});

it("finds nothing in an empty file", () => {
  expect(parseByteRange("bytes=0-", 0)).toBe("unsatisfiable");
});

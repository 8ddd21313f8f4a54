import { expect, test } from "vitest";
import { asText, fromText, writeCsv } from "./write-csv.ts";

test.each(["=1", "+1", "-1", "@a", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠a"])(
  "%j would be a formula",
  (cell) => {
    expect(asText(cell)).toBe(`'${cell}`);
  },
);

test.each(["", "1", "a=1", "Ahoy @ada", "'a", "ａ"])("%j is none", (cell) => {
  expect(asText(cell)).toBe(cell);
});

// What a program whose separator is another one would take for cells: it knows no quotes but those in front of one.
test.each([
  ["x;=cmd|'/C calc'!A0;y", "x;'=cmd|'/C calc'!A0;y"],
  ["x\t=1", "x\t'=1"],
  ["a\n=HYPERLINK(1)\r\n-2+3+cmd|' /C calc'!A0", "a\n'=HYPERLINK(1)\r\n'-2+3+cmd|' /C calc'!A0"],
  ["x;@SUM(1)", "x;'@SUM(1)"],
  ["\t;＝1", "'\t;'＝1"],
])("%j has a formula behind what may be a separator", (cell, written) => {
  expect(asText(cell)).toBe(written);
  expect(fromText(written)).toBe(cell);
});

test.each(["To do:\n- this\n- that!\n@ada; + you", "a; b"])("%j has none", (cell) => {
  expect(asText(cell)).toBe(cell);
});

test("what may be a separator elsewhere stands in quotes", () => {
  expect(writeCsv([["a;b", "a\tb", "a\nb", "a\rb", "ab", 1, null]])).toBe(
    '"a;b","a\tb","a\nb","a\rb",ab,1,\r\n',
  );
});

test.each([
  ...["", "=1", "'=1", "''=1", "'a", "a", "'", "\n", "a;'=1", "a;''=1;=2", "\t\t=1", "\n'=(\n"],
])("%j comes back as it was", (cell) => {
  expect(fromText(asText(cell))).toBe(cell);
});

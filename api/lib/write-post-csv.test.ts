import { expect, test } from "vitest";
import { asText, fromText } from "./write-post-csv.ts";

test.each(["=1", "+1", "-1", "@a", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠a"])(
  "%j would be a formula",
  (cell) => {
    expect(asText(cell)).toBe(`'${cell}`);
  },
);

test.each(["", "1", "a=1", "Ahoy @ada", "'a", "ａ"])("%j is none", (cell) => {
  expect(asText(cell)).toBe(cell);
});

test.each(["", "=1", "'=1", "''=1", "'a", "a", "'", "\n"])("%j comes back as it was", (cell) => {
  expect(fromText(asText(cell))).toBe(cell);
});

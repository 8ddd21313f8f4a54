import { expect, test } from "vitest";
import { afterSequence } from "./pages.ts";

const cursor = (text: string) => Buffer.from(text).toString("base64url");

test("goes on after any number that a counted row may have", () => {
  for (const sequence of [1, 999_999_999, 1_000_000_000, 999_999_999_999_999])
    expect(afterSequence(cursor(String(sequence)))).toEqual({ sequence: { $lt: sequence } });
  for (const wrong of ["", "x", "-1", "1.5", "1000000000000000"])
    expect(() => afterSequence(cursor(wrong))).toThrow(/cursor/);
});

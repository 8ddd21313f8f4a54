import { expect, test } from "vitest";
import { exitCodeOf, summaryLine, type SuiteResult } from "./test-summary.ts";

const suite = (passed: number, failed: number, skipped = 0): SuiteResult => ({
  name: "unit",
  milliseconds: 1,
  passed,
  failed,
  skipped: Array.from({ length: skipped }, () => ({ name: "a", reason: "no compiler" })),
});

test("adds all suites up in one line", () => {
  expect(summaryLine([suite(3, 0), suite(4, 1)])).toBe("7 passed, 1 failed");
  expect(summaryLine([suite(3, 0, 2)])).toBe("3 passed, 0 failed, 2 skipped");
});

test("fails on a failure, and when nothing ran", () => {
  expect(exitCodeOf([suite(3, 0), suite(0, 0)])).toBe(0);
  expect(exitCodeOf([suite(3, 0), suite(4, 1)])).toBe(1);
  expect(exitCodeOf([])).toBe(1);
  expect(exitCodeOf([suite(0, 0, 5)])).toBe(1);
});

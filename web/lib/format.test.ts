import { expect, it } from "vitest";
import { writeDuration, writeRelative } from "./format.ts";

it.each([
  [59, "59 ms"],
  [460, "0.5 s"],
  [12_400, "12 s"],
  [185_000, "3 min 5 s"],
  [7_440_000, "2 h 4 min"],
])("writes %i ms as %s", (milliseconds, text) => {
  expect(writeDuration(milliseconds)).toBe(text);
});

it.each([
  ["2026-11-22T12:00:20Z", "in a moment"],
  ["2026-11-22T11:59:40Z", "just now"],
  ["2026-11-22T14:30:00Z", "in 2 hours"],
  ["2026-11-21T11:00:00Z", "yesterday"],
  ["2026-11-22T11:58:00Z", "2 minutes ago"],
])("writes %s, seen at noon, as %s", (instant, text) => {
  expect(writeRelative(instant, Date.parse("2026-11-22T12:00:00Z"))).toBe(text);
});

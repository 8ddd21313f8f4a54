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
  ["2026-11-22T11:58:00Z", "2 minutes ago"],
  ["2026-11-22T12:59:00Z", "in 59 minutes"],
  ["2026-11-22T14:30:00Z", "today 15:30"],
  // Eleven hours from now, and yet tomorrow there.
  ["2026-11-22T23:00:00Z", "tomorrow 00:00"],
  ["2026-11-23T22:59:00Z", "tomorrow 23:59"],
  ["2026-11-21T00:00:00Z", "yesterday 01:00"],
  ["2026-11-24T09:00:00Z", "Tue 24 Nov 10:00"],
  // September's clocks are an hour ahead of November's.
  ["2026-09-01T09:00:00Z", "Tue 1 Sept 11:00"],
  ["2027-01-01T09:00:00Z", "Fri 1 Jan 2027 10:00"],
])("writes %s, seen in Berlin at 13:00, as %s", (instant, text) => {
  expect(writeRelative(instant, Date.parse("2026-11-22T12:00:00Z"), "Europe/Berlin")).toBe(text);
});

it("counts a day of 25 hours as one", () => {
  const now = Date.parse("2026-10-24T22:30:00Z");
  expect(writeRelative("2026-10-25T22:45:00Z", now, "Europe/Berlin")).toBe("today 23:45");
  expect(writeRelative("2026-10-25T23:30:00Z", now, "Europe/Berlin")).toBe("tomorrow 00:30");
});

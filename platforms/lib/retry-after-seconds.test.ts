import { expect, it } from "vitest";
import { retryAfterSeconds } from "./retry-after-seconds.ts";

const now = new Date("2026-03-01T10:00:00Z");

it.each([
  [null, undefined],
  ["", undefined],
  ["soon", undefined],
  ["0", 0],
  [" 7 ", 7],
  ["99999999999", 86_400],
  ["Sun, 01 Mar 2026 10:01:30 GMT", 90],
  ["Sun, 01 Mar 2026 09:00:00 GMT", 0],
])("retryAfterSeconds reads %o as %o", (header, seconds) => {
  expect(retryAfterSeconds({ header, now })).toBe(seconds);
});

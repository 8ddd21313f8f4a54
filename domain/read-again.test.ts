import { expect, test } from "vitest";
import { readAgainMs } from "./read-again.ts";

const sentAt = new Date("2027-01-01T00:00:00Z");
const minute = 60_000;
const after = (minutes: number) =>
  readAgainMs({ sentAt, now: new Date(sentAt.getTime() + minutes * minute) });

test("an account that waits for a person is read soon, then ever later, for a day", () => {
  expect(after(0)).toBe(minute / 2);
  expect(after(8)).toBe(2 * minute);
  expect(after(600)).toBe(30 * minute);
  expect(after(24 * 60 - 1)).toBe(30 * minute);
  expect(after(24 * 60)).toBeUndefined();
});

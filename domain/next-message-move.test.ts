import { expect, test } from "vitest";
import { nextMessageMove } from "./next-message-move.ts";

const now = Date.parse("2026-05-01T10:00:00Z");
const minute = 60_000;
const at = (ago: number, over: object = {}) => ({
  id: `${ago}`,
  at: now - ago,
  isTest: false,
  ...over,
});
const move = (waiting: ReturnType<typeof at>[], failedAgo?: number) =>
  nextMessageMove({
    waiting,
    errorAt: failedAgo === undefined ? undefined : new Date(now - failedAgo).toISOString(),
    now,
  });

test("a minute after the first of it, however many follow", () => {
  expect(move([at(20_000), at(0)])).toEqual({ dueAt: now + 40_000, givenUp: [] });
  expect(move([at(5 * minute), at(0)]).dueAt).toBeLessThanOrEqual(now);
});

test("nothing is due of nothing", () => {
  expect(move([])).toEqual({ dueAt: undefined, givenUp: [] });
});

test("a way that failed is left alone for ten minutes", () => {
  expect(move([at(30 * minute)], minute)).toEqual({ dueAt: now + 9 * minute, givenUp: [] });
  expect(move([at(30 * minute)], 11 * minute).dueAt).toBeLessThanOrEqual(now);
  // What comes later than that is grouped as ever.
  expect(move([at(0)], 11 * minute).dueAt).toBe(now + minute);
});

test("what is a day old is given up", () => {
  const day = 24 * 60 * minute;
  expect(move([at(day + 1), at(minute)])).toEqual({ dueAt: now, givenUp: [`${day + 1}`] });
  expect(move([at(day + 1)])).toEqual({ dueAt: undefined, givenUp: [`${day + 1}`] });
});

test("a test goes out at once, also after a failure, but is itself no reason to hammer", () => {
  expect(move([at(0, { isTest: true })]).dueAt).toBe(now);
  expect(move([at(0, { isTest: true })], minute).dueAt).toBe(now);
  expect(move([at(2 * minute, { isTest: true })], minute).dueAt).toBe(now + 9 * minute);
});

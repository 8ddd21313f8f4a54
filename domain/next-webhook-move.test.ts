import { describe, expect, test } from "vitest";
import { nextWebhookMove, readRetryAfter, webhookPausesMs } from "./next-webhook-move.ts";

const hour = 3_600_000;
const move = (httpStatus: number | undefined, tries = 1, more: object = {}) =>
  nextWebhookMove({
    answer: { ...(httpStatus === undefined ? {} : { httpStatus }), ...more },
    tries,
    random: 0,
  });

test.each([200, 201, 202, 204, 299])("%i is success", (status) => {
  expect(move(status)).toEqual({ kind: "delivered" });
});

test.each([undefined, 100, 301, 302, 308, 400, 401, 404, 429, 500, 503])(
  "%s is tried again",
  (status) => {
    expect(move(status)).toEqual({ kind: "retry", afterMs: 5_000 });
  },
);

test("410 ends it, at every try", () => {
  for (const tries of [1, 5, 11]) expect(move(410, tries)).toEqual({ kind: "gone" });
});

test("tries for a day, more and more seldom, and no longer", () => {
  const moves = webhookPausesMs.map((_, index) => move(500, index + 1));
  const pauses = moves.map((one) => (one.kind === "retry" ? one.afterMs : Number.NaN));
  expect(pauses).toEqual([...webhookPausesMs]);
  expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
  const whole = pauses.reduce((sum, one) => sum + one, 0);
  expect(whole).toBeGreaterThan(23 * hour);
  expect(whole).toBeLessThan(24 * hour);
  expect(move(500, webhookPausesMs.length + 1)).toEqual({ kind: "failed" });
});

test("spreads by a fifth at most", () => {
  const answer = { httpStatus: 500 };
  expect(nextWebhookMove({ answer, tries: 2, random: 1 })).toMatchObject({ afterMs: 36_000 });
  expect(nextWebhookMove({ answer, tries: 2, random: 0.5 })).toMatchObject({ afterMs: 33_000 });
});

describe("Retry-After", () => {
  test("puts the next try off, up to eight hours, and never brings it closer", () => {
    expect(move(429, 1, { retryAfterMs: 90_000 })).toEqual({ kind: "retry", afterMs: 90_000 });
    expect(move(429, 1, { retryAfterMs: 99 * hour })).toEqual({ kind: "retry", afterMs: 8 * hour });
    expect(move(429, 4, { retryAfterMs: 1_000 })).toEqual({ kind: "retry", afterMs: 600_000 });
  });

  const now = new Date("2026-05-01T10:00:00Z");
  test.each([
    ["120", 120_000],
    [" 7 ", 7_000],
    ["0", 0],
    ["Fri, 01 May 2026 10:00:30 GMT", 30_000],
    ["Fri, 01 May 2026 09:00:00 GMT", 0],
    ["soon", undefined],
    ["", undefined],
    [null, undefined],
  ])("%j is read as %s ms", (header, expected) => {
    expect(readRetryAfter(header, now)).toBe(expected);
  });
});

import { describe, expect, test } from "vitest";
import { nextConnectionMove, refreshTime, type ConnectionFacts } from "./next-connection-move.ts";
import { connectionMachine } from "./states.ts";

const now = new Date("2026-06-01T12:00:00Z");
const after = (ms: number) => new Date(now.getTime() + ms);
const minute = 60_000;
const hour = 60 * minute;

function connection(facts: Partial<ConnectionFacts> = {}): ConnectionFacts {
  return {
    id: "00000000-0000-4000-8000-000000000000",
    status: "active",
    disconnected: false,
    refreshable: true,
    issuedAt: now,
    expiresAt: after(60 * 24 * hour),
    refreshAsked: false,
    ...facts,
  };
}

test("waits until it must be refreshed, half an hour ahead of the end", () => {
  expect(nextConnectionMove(connection(), now)).toEqual({
    move: { kind: "wait", until: after(60 * 24 * hour - 30 * minute).getTime() },
  });
});

test("is refreshed then, and shown as expiring meanwhile", () => {
  const at = after(60 * 24 * hour - 30 * minute);
  expect(nextConnectionMove(connection(), at)).toEqual({
    move: { kind: "refresh" },
    status: "expiring",
  });
  expect(nextConnectionMove(connection({ status: "expiring" }), at)).toEqual({
    move: { kind: "refresh" },
  });
  expect(nextConnectionMove(connection({ status: "expired" }), after(90 * 24 * hour)).move).toEqual(
    { kind: "refresh" },
  );
});

test("is refreshed when a person asks", () => {
  expect(nextConnectionMove(connection({ refreshAsked: true }), now).move).toEqual({
    kind: "refresh",
  });
  expect(nextConnectionMove(connection({ refreshAsked: true, expiresAt: null }), now).move).toEqual(
    { kind: "refresh" },
  );
});

test("that never ends is left alone", () => {
  expect(nextConnectionMove(connection({ expiresAt: null }), now)).toEqual({
    move: { kind: "wait" },
  });
});

test("that can't be refreshed needs a person at its end", () => {
  const facts = connection({ refreshable: false, refreshAsked: true, expiresAt: after(hour) });
  expect(nextConnectionMove(facts, now)).toEqual({
    move: { kind: "wait", until: after(hour).getTime() },
  });
  expect(nextConnectionMove(facts, after(hour))).toEqual({
    move: { kind: "wait" },
    status: "needs_reauthorization",
  });
});

test.each(["pending", "revoked", "invalid", "needs_reauthorization"] as const)(
  "%s waits for a person",
  (status) => {
    const facts = connection({ status, refreshAsked: true, expiresAt: after(-hour) });
    expect(nextConnectionMove(facts, now)).toEqual({ move: { kind: "wait" } });
  },
);

test("disconnected, it is forgotten, whatever it was", () => {
  for (const status of connectionMachine.states) {
    expect(nextConnectionMove(connection({ status, disconnected: true }), now)).toEqual({
      move: { kind: "forget" },
    });
  }
});

describe("refreshTime", () => {
  const id = (last: string) => `00000000-0000-4000-8000-0000000000${last}`;
  const time = (lifeMs: number, last = "00") =>
    refreshTime({ id: id(last), issuedAt: now, expiresAt: after(lifeMs) }) - now.getTime();

  test("a short one at four fifths of its life, a long one half an hour before", () => {
    expect(time(100_000)).toBe(80_000);
    expect(time(10 * hour)).toBe(9.5 * hour);
  });
  test("is spread by the id, earlier by half at most", () => {
    expect(time(10 * hour, "ff")).toBe(9.5 * hour - 15 * minute);
    expect(time(10 * hour, "80")).toBeGreaterThan(time(10 * hour, "ff"));
    expect(time(10 * hour, "80")).toBeLessThan(time(10 * hour, "00"));
  });
  test("an authorization that lasts no time is not refreshed without end", () => {
    for (const life of [-hour, 0, 1, 1000]) expect(time(life)).toBe(5_000);
  });
});

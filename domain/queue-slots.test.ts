import { describe, expect, test } from "vitest";
import { findFreeSlot, isSlot, slotsAfter, type HeldQueue, type SlotTable } from "./queue-slots.ts";
import type { QueueSlot } from "./schemas/series.ts";

const now = new Date("2027-03-26T12:00:00Z");
const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const daily = (...times: string[]): QueueSlot[] =>
  times.flatMap((time) => days.map((day) => ({ day, time })));
const table = (slots: QueueSlot[], timeZone = "Europe/Berlin"): SlotTable => ({ timeZone, slots });
const queue = (slots: QueueSlot[], held: string[] = []): HeldQueue => ({
  ...table(slots),
  held: new Set(held.map((at) => Date.parse(at))),
});
const first = (slots: SlotTable, count: number, after = now) =>
  [...slotsAfter(slots, { after, now: after })].slice(0, count).map(({ at }) => at.toISOString());

describe("the slots", () => {
  test("are wall times, in order, each once", () => {
    expect(first(table([...daily("09:00"), ...daily("09:00", "08:00")]), 3)).toEqual([
      "2027-03-27T07:00:00.000Z",
      "2027-03-27T08:00:00.000Z",
      "2027-03-28T06:00:00.000Z",
    ]);
  });

  test("that the clock skips are none; of those that come twice the first is", () => {
    expect(first(table(daily("02:30")), 2)).toEqual([
      "2027-03-27T01:30:00.000Z",
      "2027-03-29T00:30:00.000Z",
    ]);
    const autumn = new Date("2027-10-30T12:00:00Z");
    expect(first(table(daily("02:30")), 2, autumn)).toEqual([
      "2027-10-31T00:30:00.000Z",
      "2027-11-01T01:30:00.000Z",
    ]);
    expect(isSlot(table(daily("02:30")), new Date("2027-10-31T01:30:00Z"))).toBe(false);
  });

  test("end after 90 days, and after none there is an end too", () => {
    expect(first(table(daily("09:00")), 1000)).toHaveLength(90);
    expect(first(table([]), 1000)).toEqual([]);
  });

  test.each(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"])(
    "in %s are exactly the instants that are slots",
    (timeZone) => {
      const slots = table(daily("00:00", "01:30", "02:15", "23:45"), timeZone);
      const told = new Set(
        [...slotsAfter(slots, { after: now, now })].map(({ at }) => at.getTime()),
      );
      const quarter = 15 * 60_000;
      const end = now.getTime() + 90 * 86_400_000;
      for (let at = now.getTime() + quarter; at <= end; at += quarter)
        expect(isSlot(slots, new Date(at)), new Date(at).toISOString()).toBe(told.has(at));
    },
  );
});

describe("a free slot", () => {
  const at = (queues: [HeldQueue, ...HeldQueue[]], more: object = {}) =>
    findFreeSlot({ queues, now, position: "next", ...more })?.at.toISOString();

  test("is the first that nobody holds, or the first after all that are held", () => {
    const held = ["2027-03-27T08:00:00Z", "2027-03-29T07:00:00Z"];
    expect(at([queue(daily("09:00"), held)])).toBe("2027-03-28T07:00:00.000Z");
    expect(at([queue(daily("09:00"), held)], { position: "last" })).toBe(
      "2027-03-30T07:00:00.000Z",
    );
  });

  test("is one of all queues", () => {
    const one = queue(daily("09:00", "12:00"), ["2027-03-27T11:00:00Z"]);
    const other = queue(daily("12:00", "18:00"));
    expect(at([one, other])).toBe("2027-03-28T10:00:00.000Z");
    expect(at([other, one])).toBe("2027-03-28T10:00:00.000Z");
    expect(at([one, queue(daily("17:00"))])).toBeUndefined();
  });

  test("is the one that is kept, while that is free and to come", () => {
    const keep = new Date("2027-03-30T07:00:00Z");
    expect(at([queue(daily("09:00"))], { keep })).toBe("2027-03-30T07:00:00.000Z");
    expect(at([queue(daily("09:00"), [keep.toISOString()])], { keep })).toBe(
      "2027-03-27T08:00:00.000Z",
    );
    expect(at([queue(daily("09:00"))], { keep: new Date("2027-03-20T08:00:00Z") })).toBe(
      "2027-03-27T08:00:00.000Z",
    );
  });
});

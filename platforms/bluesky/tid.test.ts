import { expect, it } from "vitest";
import { dateOfTid, tidOf } from "./tid.ts";

const claimedAt = new Date("2026-03-01T10:00:00.123Z");

it("tidOf gives a valid record key, the same each time, in the order of time", () => {
  const tid = tidOf({ deliveryId: "one", claimedAt });
  // The syntax of https://atproto.com/specs/tid
  expect(tid).toMatch(/^[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}$/);
  expect(tidOf({ deliveryId: "one", claimedAt })).toBe(tid);
  const later = tidOf({ deliveryId: "one", claimedAt: new Date(claimedAt.getTime() + 1) });
  expect(later > tid).toBe(true);
});

it("tidOf tells apart what was claimed in the same millisecond", () => {
  const tids = Array.from({ length: 200 }, (_, number) =>
    tidOf({ deliveryId: `delivery-${number}`, claimedAt }),
  );
  expect(new Set(tids).size).toBe(200);
});

it("dateOfTid gives the time of the claim back, to the millisecond", () => {
  for (const deliveryId of ["one", "two", "three"])
    expect(dateOfTid(tidOf({ deliveryId, claimedAt }))).toEqual(claimedAt);
  expect(dateOfTid("2222222222222")).toEqual(new Date(0));
});

it.each(["", "3jzfcijpj2z2", "3jzfcijpj2z2aa", "3jzfcijpj2z21", "zzzzzzzzzzzzz"])(
  "dateOfTid refuses %o",
  (tid) => {
    expect(() => dateOfTid(tid)).toThrow(RangeError);
  },
);

import { describe, expect, test } from "vitest";
import { planOccurrences, type SeriesFacts } from "./plan-occurrences.ts";

const hourMs = 3_600_000;
const began = new Date("2027-01-15T12:00:00Z");
const after = (hours: number) => new Date(began.getTime() + hours * hourMs);

const series = (more: Partial<SeriesFacts> = {}): SeriesFacts => ({
  rrule: "FREQ=DAILY",
  start: "2027-01-01T09:00",
  timeZone: "UTC",
  catchUp: 1,
  notBefore: began,
  madeThrough: null,
  latestAfterDueMs: 6 * hourMs,
  ...more,
});
const days = (occurrences: { localAt: string }[]) =>
  occurrences.map((one) => Number(one.localAt.slice(8, 10)));

describe("a new series", () => {
  test("has ten made, or what fits into 14 days", () => {
    const plan = planOccurrences(series(), began);
    expect(days(plan.make)).toEqual([16, 17, 18, 19, 20, 21, 22, 23, 24, 25]);
    expect(plan).toMatchObject({
      skipped: [],
      madeThrough: "2027-01-25T09:00:00",
      nextAt: new Date("2027-01-26T09:00:00Z"),
      ended: false,
    });
    const weekly = planOccurrences(series({ rrule: "FREQ=WEEKLY" }), began);
    expect(days(weekly.make)).toEqual([22, 29]);
    expect(weekly.nextAt).toEqual(new Date("2027-02-05T09:00:00Z"));
    const far = planOccurrences(series({ start: "2099-01-01T09:00" }), began);
    expect(far).toMatchObject({ make: [], madeThrough: null, ended: false });
    expect(far.nextAt).toEqual(new Date("2099-01-01T09:00:00Z"));
  });

  test("goes on where its next occurrence is too far away to be found", () => {
    const rrule = "FREQ=DAILY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29;BYDAY=SU";
    const lately = new Date("2032-03-05T12:00:00Z");
    const plan = planOccurrences(series({ rrule, notBefore: lately }), lately);
    expect(plan).toMatchObject({ make: [], skipped: [], nextAt: null, ended: false });
  });

  test("that is over already ends", () => {
    expect(planOccurrences(series({ rrule: "FREQ=DAILY;COUNT=5" }), began)).toMatchObject({
      make: [],
      skipped: [],
      ended: true,
      nextAt: null,
    });
  });
});

describe("what was made", () => {
  const first = planOccurrences(series(), began);

  test("is not made again", () => {
    const again = planOccurrences(series({ madeThrough: first.madeThrough }), began);
    expect(again).toMatchObject({ make: [], skipped: [], madeThrough: first.madeThrough });
    const dayLater = planOccurrences(series({ madeThrough: first.madeThrough }), after(24));
    expect(days(dayLater.make)).toEqual([26]);
  });

  test("is not made again either when the zone gets another offset", () => {
    // The wall time is what it goes by.
    const moved = series({ madeThrough: first.madeThrough, timeZone: "America/New_York" });
    expect(days(planOccurrences(moved, began).make)).toEqual([]);
  });
});

describe("what was missed", () => {
  const hourly = (more: Partial<SeriesFacts>) =>
    series({ rrule: "FREQ=HOURLY", madeThrough: "2027-01-15T14:00:00", ...more });

  test.each([
    [0, 0],
    [1, 1],
    [3, 3],
    // Six hours late and no later: 17:30 back to 11:30.
    [10, 6],
  ])("with catchUp %i is made %i times, the latest of it", (catchUp, made) => {
    const plan = planOccurrences(hourly({ catchUp }), after(29.5));
    const caughtUp = plan.make.filter(({ at }) => at <= after(29.5));
    expect(caughtUp).toHaveLength(made);
    if (made > 0) expect(caughtUp.at(-1)?.at).toEqual(after(29));
    expect(plan.skipped).toHaveLength(27 - made);
    expect(plan.make.length - made).toBe(10);
  });

  test("for years is let go piece by piece, and then made as ever", () => {
    let facts = hourly({ catchUp: 1 });
    const now = new Date("2028-01-15T12:30:00Z");
    let skipped = 0;
    for (let looks = 1; ; looks += 1) {
      const plan = planOccurrences(facts, now);
      skipped += plan.skipped.length;
      facts = { ...facts, madeThrough: plan.madeThrough };
      if (plan.make.length > 0) {
        expect(plan.make).toHaveLength(11);
        expect(plan.make[0]?.at).toEqual(new Date("2028-01-15T12:00:00Z"));
        expect(looks).toBeGreaterThan(1);
        break;
      }
    }
    // All of the year's hours after 14:00 of its first day, but the one that was made.
    expect(skipped).toBe(365 * 24 - 2 - 1);
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AgentSchedule } from "./schemas/content.ts";
import { agentCalendars, calendarDay, isTimeZone, wakeUps } from "./wake-ups.ts";

const everyDay: AgentSchedule["days"] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

function next(schedule: Partial<AgentSchedule>, after: string, count = 3): string[] {
  const whole = { days: everyDay, times: ["09:00"], timeZone: "UTC", ...schedule };
  return wakeUps({ schedule: whole, after: new Date(after), count }).map((at) =>
    at.toISOString().slice(0, 16),
  );
}

// That all this is what Temporal's server does is shown in test/workflows/schedules.test.ts.
describe("wakeUps", () => {
  test("gives wall times of the zone, in order, each once", () => {
    expect(
      next(
        { times: ["18:30", "09:00", "09:00"], timeZone: "Europe/Berlin" },
        "2026-06-01T00:00Z",
        4,
      ),
    ).toEqual(["2026-06-01T07:00", "2026-06-01T16:30", "2026-06-02T07:00", "2026-06-02T16:30"]);
  });

  test("begins strictly after", () => {
    expect(next({}, "2026-06-01T09:00Z", 1)).toEqual(["2026-06-02T09:00"]);
    expect(next({}, "2026-06-01T08:59:59Z", 1)).toEqual(["2026-06-01T09:00"]);
    expect(next({}, "2026-06-01T08:59:59.999Z", 1)).toEqual(["2026-06-01T09:00"]);
    expect(next({}, "2026-06-01T09:00:00.001Z", 1)).toEqual(["2026-06-02T09:00"]);
  });

  test("keeps to its days, as the zone counts them", () => {
    // Monday in Auckland begins on Sunday in UTC.
    expect(
      next(
        { days: ["mon"], times: ["08:00"], timeZone: "Pacific/Auckland" },
        "2026-06-01T00:00Z",
        2,
      ),
    ).toEqual(["2026-06-07T20:00", "2026-06-14T20:00"]);
  });

  test("follows the clock: the wall time stays, the instant moves", () => {
    expect(
      next({ days: ["sat", "mon"], timeZone: "Europe/Berlin" }, "2026-10-24T00:00Z", 2),
    ).toEqual(["2026-10-24T07:00", "2026-10-26T08:00"]);
  });

  test("a time that the clock skips does not wake that day", () => {
    expect(next({ times: ["02:30"], timeZone: "Europe/Berlin" }, "2027-03-27T00:00Z", 3)).toEqual([
      "2027-03-27T01:30",
      "2027-03-29T00:30",
      "2027-03-30T00:30",
    ]);
  });

  test("a time that comes twice wakes once: east of Greenwich the second time, west of it the first", () => {
    expect(next({ times: ["02:30"], timeZone: "Europe/Berlin" }, "2026-10-24T12:00Z", 2)).toEqual([
      "2026-10-25T01:30",
      "2026-10-26T01:30",
    ]);
  });

  test("gives as many as asked for, and none for none", () => {
    expect(next({ days: ["thu"] }, "2026-06-01T00:00Z", 120)).toHaveLength(120);
    expect(next({}, "2026-06-01T00:00Z", 0)).toEqual([]);
  });

  test("every wake-up on a day without a clock change is one of its times on one of its days", () => {
    const zone = fc.constantFrom(
      "Europe/Berlin",
      "America/New_York",
      "Australia/Lord_Howe",
      "Asia/Kathmandu",
      "UTC",
    );
    const time = fc
      .tuple(fc.integer({ min: 4, max: 23 }), fc.integer({ min: 0, max: 59 }))
      .map(
        ([hour, minute]) => `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`,
      );
    fc.assert(
      fc.property(
        zone,
        fc.uniqueArray(time, { minLength: 1, maxLength: 4 }),
        fc.subarray(everyDay, { minLength: 1 }),
        fc.date({ min: new Date("2024-01-01"), max: new Date("2030-01-01"), noInvalidDate: true }),
        (timeZone, times, days, after) => {
          const found = wakeUps({ schedule: { days, times, timeZone }, after, count: 12 });
          expect(found).toHaveLength(12);
          let previous = after;
          for (const at of found) {
            expect(at.getTime()).toBeGreaterThan(previous.getTime());
            previous = at;
            const shown = new Intl.DateTimeFormat("en-GB", {
              timeZone,
              weekday: "short",
              hour: "2-digit",
              minute: "2-digit",
            }).format(at);
            const [weekday = "", clock = ""] = shown.replace(",", "").split(" ");
            expect(times).toContain(clock);
            expect(days).toContain(weekday.toLowerCase());
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

test("agentCalendars gives each time once, with all days", () => {
  expect(
    agentCalendars({ days: ["mon", "sun"], times: ["18:05", "09:00", "09:00"], timeZone: "UTC" }),
  ).toEqual([
    { dayOfWeek: ["MONDAY", "SUNDAY"], hour: 9, minute: 0 },
    { dayOfWeek: ["MONDAY", "SUNDAY"], hour: 18, minute: 5 },
  ]);
});

describe("isTimeZone", () => {
  test.each([
    "Europe/Berlin",
    "UTC",
    "Asia/Kolkata",
    "Asia/Calcutta",
    "America/Argentina/Buenos_Aires",
    "Etc/GMT+5",
  ])("takes %s", (name) => expect(isTimeZone(name)).toBe(true));
  // The server finds no file of that spelling, or follows no clock change with it.
  test.each([
    "",
    "Berlin",
    "europe/berlin",
    "utc",
    "+02:00",
    "-0500",
    "Europe/Atlantis",
    "../etc/passwd",
    "Europe/Berlin ",
  ])("refuses %j", (name) => expect(isTimeZone(name)).toBe(false));
});

describe("calendarDay", () => {
  const day = (at: string, timeZone: string) => {
    const { name, start, end } = calendarDay({ at: new Date(at), timeZone });
    return [name, start.toISOString().slice(0, 16), end.toISOString().slice(0, 16)];
  };
  test("is the zone's own", () => {
    expect(day("2026-06-01T23:30Z", "Europe/Berlin")).toEqual([
      "2026-06-02",
      "2026-06-01T22:00",
      "2026-06-02T22:00",
    ]);
  });
  test("has 23 or 25 hours where the clock changes", () => {
    expect(day("2026-03-29T12:00Z", "Europe/Berlin")).toEqual([
      "2026-03-29",
      "2026-03-28T23:00",
      "2026-03-29T22:00",
    ]);
    expect(day("2026-10-25T12:00Z", "Europe/Berlin")).toEqual([
      "2026-10-25",
      "2026-10-24T22:00",
      "2026-10-25T23:00",
    ]);
  });
  test("ends where the next begins, even when its midnight is skipped", () => {
    // Egypt's summer time begins at midnight: this day begins at one o'clock, the next at midnight.
    expect(day("2025-04-25T12:00Z", "Africa/Cairo")).toEqual([
      "2025-04-25",
      "2025-04-24T22:00",
      "2025-04-25T21:00",
    ]);
    expect(day("2025-04-24T12:00Z", "Africa/Cairo")).toEqual([
      "2025-04-24",
      "2025-04-23T22:00",
      "2025-04-24T22:00",
    ]);
  });
});

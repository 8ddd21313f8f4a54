import { describe, expect, test } from "vitest";
import { Problem } from "./errors.ts";
import { checkRecurrence, occurrencesOf, type Recurrence } from "./recurrence.ts";

const rule = (rrule: string, more: Partial<Recurrence> = {}): Recurrence => ({
  rrule,
  start: "2027-01-01T09:00",
  timeZone: "Europe/Berlin",
  ...more,
});
const walls = (recurrence: Recurrence, limit = 5) =>
  occurrencesOf(recurrence, { limit }).found.map((one) => one.localAt.slice(0, 16));
const instants = (recurrence: Recurrence, limit = 5) =>
  occurrencesOf(recurrence, { limit }).found.map((one) => one.at.toISOString());

/** What the refusal says; nothing when there is none. */
function refusal(recurrence: Recurrence): string | undefined {
  try {
    checkRecurrence(recurrence);
    return undefined;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    expect(error).toMatchObject({ status: 422, code: "invalid_rule" });
    return error.message;
  }
}

describe("a rule", () => {
  test.each([
    ["FREQ=DAILY;INTERVAL=2", ["2027-01-01T09:00", "2027-01-03T09:00", "2027-01-05T09:00"]],
    ["RRULE:freq=weekly;byday=mo,th", ["2027-01-04T09:00", "2027-01-07T09:00", "2027-01-11T09:00"]],
    ["FREQ=MONTHLY;BYDAY=-1FR", ["2027-01-29T09:00", "2027-02-26T09:00", "2027-03-26T09:00"]],
    ["FREQ=MONTHLY;BYMONTHDAY=31", ["2027-01-31T09:00", "2027-03-31T09:00", "2027-05-31T09:00"]],
    ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", ["2028-02-29T09:00", "2032-02-29T09:00"]],
    ["FREQ=DAILY;BYHOUR=8,20;BYMINUTE=15", ["2027-01-01T20:15", "2027-01-02T08:15"]],
    ["FREQ=HOURLY;INTERVAL=6", ["2027-01-01T09:00", "2027-01-01T15:00", "2027-01-01T21:00"]],
    [
      "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
      ["2027-01-29T09:00", "2027-02-26T09:00", "2027-03-31T09:00"],
    ],
  ])("%s", (rrule, expected) => {
    expect(walls(rule(rrule), expected.length)).toEqual(expected);
  });

  test("ends with its count, or with what it goes until", () => {
    expect(occurrencesOf(rule("FREQ=DAILY;COUNT=2"), { limit: 9 })).toMatchObject({
      found: [{ localAt: "2027-01-01T09:00:00" }, { localAt: "2027-01-02T09:00:00" }],
      more: false,
    });
    // In UTC, on the wall clock, and a day with all of it.
    for (const until of ["20270103T080000Z", "20270103T090000", "20270103"])
      expect(walls(rule(`FREQ=DAILY;UNTIL=${until}`), 9)).toHaveLength(3);
    expect(walls(rule("FREQ=DAILY;UNTIL=20270103T075959Z"), 9)).toHaveLength(2);
    expect(occurrencesOf(rule("FREQ=DAILY"), { limit: 2 }).more).toBe(true);
  });

  test("is told from a moment on, counted from its start", () => {
    const range = { after: "2027-01-05T00:00:00", limit: 9 };
    expect(occurrencesOf(rule("FREQ=DAILY;COUNT=6"), range).found).toHaveLength(2);
    expect(
      occurrencesOf(rule("FREQ=DAILY;INTERVAL=3"), { ...range, limit: 1 }).found[0]?.localAt,
    ).toBe("2027-01-07T09:00:00");
    const until = {
      later: new Date("2027-01-03T08:00:00Z"),
      before: new Date("2027-01-05T08:00:00Z"),
    };
    expect(
      occurrencesOf(rule("FREQ=DAILY"), { ...until, limit: 9 }).found.map((one) => one.localAt),
    ).toEqual(["2027-01-04T09:00:00", "2027-01-05T09:00:00"]);
  });
});

/** The days from one year to another that are as asked, the long way round. */
function daysThat(from: number, to: number, fits: (day: Date) => boolean): string[] {
  const days = [];
  for (let at = Date.UTC(from, 0, 1); at < Date.UTC(to, 0, 1); at += 86_400_000)
    if (fits(new Date(at))) days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}

describe("a rule that comes seldom", () => {
  const isLeapSunday = (day: Date) =>
    day.getUTCMonth() === 1 && day.getUTCDate() === 29 && day.getUTCDay() === 0;
  const isBadFriday = (day: Date) => day.getUTCDate() === 13 && day.getUTCDay() === 5;
  const isLastFebruaryMonday = (day: Date) =>
    day.getUTCDay() === 1 &&
    new Date(day.getTime() + 86_400_000).toISOString().slice(5, 10) === "03-01";

  test.each([
    ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=SU", isLeapSunday],
    ["FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=SU", isLeapSunday],
    ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=SU", isLeapSunday],
    ["FREQ=DAILY;BYMONTHDAY=13;BYDAY=FR", isBadFriday],
    ["FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", isBadFriday],
    ["FREQ=DAILY;INTERVAL=01;BYMONTH=2;BYMONTHDAY=-1;BYDAY=MO", isLastFebruaryMonday],
  ] as const)("%s goes on over the longest gap", (rrule, fits) => {
    const recurrence = rule(rrule);
    expect(refusal(recurrence)).toBeUndefined();
    // 2096 to 2104 has no leap day.
    const expected = daysThat(2027, 2200, fits);
    const { found, more } = occurrencesOf(recurrence, { limit: expected.length });
    expect(found.map((one) => one.localAt.slice(0, 10))).toEqual(expected);
    expect(more).toBe(true);
  });

  // Every other day, of which too few are tried to get from one leap day on a Sunday to the next.
  const sparse = (more = "") =>
    rule(`FREQ=DAILY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29;BYDAY=SU${more}`, {
      start: "2027-01-02T09:00",
    });

  test("is refused where what comes after the first one is too far away to be found", () => {
    expect(refusal(sparse())).toMatch(/too seldom: what comes after 2032-02-29 is too far away/);
    expect(refusal(sparse(";UNTIL=20320229T090000"))).toBeUndefined();
    expect(refusal(sparse(";COUNT=1"))).toBeUndefined();
  });

  test("may go on where the next one is too far away to be found, but not after what it goes until", () => {
    const range = { after: "2032-03-01T00:00:00", limit: 1 };
    expect(occurrencesOf(sparse(), range)).toEqual({ found: [], more: true });
    expect(occurrencesOf(sparse(";UNTIL=20400101"), range).more).toBe(true);
    for (const until of ["20320229T120000", "20320229T120000Z"])
      expect(occurrencesOf(sparse(`;UNTIL=${until}`), range).more).toBe(false);
  });
});

describe("when the clock changes", () => {
  test("it keeps its wall time", () => {
    expect(instants(rule("FREQ=WEEKLY", { start: "2027-03-22T09:00" }), 2)).toEqual([
      "2027-03-22T08:00:00.000Z",
      "2027-03-29T07:00:00.000Z",
    ]);
  });

  test("what it skips is no occurrence and is not counted; of what comes twice the first is", () => {
    const spring = rule("FREQ=DAILY;COUNT=3", { start: "2027-03-27T02:30" });
    expect(walls(spring)).toEqual(["2027-03-27T02:30", "2027-03-29T02:30", "2027-03-30T02:30"]);
    const autumn = rule("FREQ=HOURLY", { start: "2027-10-31T01:00" });
    expect(instants(autumn, 3)).toEqual([
      "2027-10-30T23:00:00.000Z",
      "2027-10-31T00:00:00.000Z",
      "2027-10-31T02:00:00.000Z",
    ]);
  });

  test.each([
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "Asia/Tokyo",
  ])(
    "every day of two years in %s is the one wall time, in order, and never the same instant",
    (timeZone) => {
      for (const time of ["00:30", "01:45", "02:15", "23:30"]) {
        const daily = rule("FREQ=DAILY", { start: `2027-01-01T${time}`, timeZone });
        const { found } = occurrencesOf(daily, { limit: 730 });
        const shown = new Intl.DateTimeFormat("en-GB", { timeZone, timeStyle: "short" });
        for (const [index, { at, localAt }] of found.entries()) {
          expect(shown.format(at)).toBe(time);
          expect(localAt.slice(11, 16)).toBe(time);
          if (index > 0) expect(at.getTime()).toBeGreaterThan(found[index - 1]?.at.getTime() ?? 0);
        }
        // At most one day a year has no such time.
        const days =
          (Date.parse(found.at(-1)?.localAt ?? "") - Date.parse(`2027-01-01T${time}`)) / 86_400_000;
        expect(Math.round(days)).toBeGreaterThanOrEqual(729);
        expect(Math.round(days)).toBeLessThanOrEqual(731);
      }
    },
  );
});

describe("refused is", () => {
  test.each([
    ["", /is no part/],
    ["DAILY", /is no part/],
    ["FREQ=DAILY;FREQ=WEEKLY", /is no part/],
    ["INTERVAL=2", /FREQ is missing/],
    ["FREQ=MINUTELY", /HOURLY, DAILY/],
    ["FREQ=SECONDLY", /HOURLY, DAILY/],
    ["FREQ=DAILY;BYSECOND=1", /BYSECOND is not taken/],
    ["FREQ=DAILY;BYMINUTE=0,30", /an hour apart/],
    ["FREQ=DAILY;INTERVAL=0", /INTERVAL can't be 0/],
    ["FREQ=DAILY;INTERVAL=1001", /INTERVAL can't be 1001\. It is a number from 1 to 1000\./],
    ["FREQ=DAILY;COUNT=1001", /COUNT can't be 1001\. .* to 1000\./],
    ["FREQ=MONTHLY;BYMONTHDAY=32", /from 1 to 31, or from -1 to -31 counted from the end; 31 of/],
    ["FREQ=DAILY;COUNT=1;UNTIL=20270101", /do not go together/],
    ["FREQ=DAILY;UNTIL=20270231", /UNTIL can't be/],
    ["FREQ=DAILY;UNTIL=tomorrow", /UNTIL can't be/],
    ["FREQ=DAILY;BYHOUR=24", /BYHOUR can't be/],
    ["FREQ=MONTHLY;BYMONTHDAY=0", /BYMONTHDAY can't be/],
    ["FREQ=DAILY;BYDAY=2MO", /Numbered days/],
    ["FREQ=WEEKLY;BYMONTHDAY=1", /BYMONTHDAY does not go/],
    ["FREQ=MONTHLY;BYWEEKNO=1", /BYWEEKNO goes with/],
    ["FREQ=DAILY;BYSETPOS=1", /BYSETPOS needs/],
    ["FREQ=DAILY;__proto__=1", /is not taken/],
    ["FREQ=DAILY;constructor=1", /is not taken/],
    ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", /never comes/],
    ["FREQ=DAILY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29;BYDAY=SU", /never comes, or too seldom/],
    ["FREQ=DAILY;UNTIL=20200101", /never comes/],
    [`FREQ=DAILY;BYMONTHDAY=${"1,".repeat(300)}1`, /longer than 500/],
    [`RRULE:FREQ=DAILY${" ".repeat(490)}`, /longer than 500/],
  ])("%j", (rrule, says) => {
    expect(refusal(rule(rrule))).toMatch(says);
  });

  test("one that takes too long to look at, by the clock", () => {
    let time = 0;
    const slow = () => (time += 400);
    expect(() => checkRecurrence(rule("FREQ=DAILY"), slow)).toThrow(/too long/);
  });

  // What each costs was measured: the worst of 1,500 made-up rules took a second.
  test.each([
    "FREQ=HOURLY;INTERVAL=1000;COUNT=999;BYMONTHDAY=30;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11",
    "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19;BYSETPOS=366",
    "FREQ=YEARLY;BYYEARDAY=366;BYDAY=SU;BYMONTH=1",
    "FREQ=YEARLY;INTERVAL=1000;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=YEARLY;BYWEEKNO=53,-53;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=366,-366",
  ])("or answered soon, however hostile: %s", (rrule) => {
    const startedAt = performance.now();
    refusal(rule(rrule));
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});

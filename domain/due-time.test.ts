import { describe, expect, test } from "vitest";
import { dueTime } from "./due-time.ts";
import { Problem } from "./errors.ts";

const now = new Date("2026-06-01T12:00:00Z");

function due(at: string, timeZone?: string): string {
  return dueTime({ at, timeZone, now }).dueAt.toISOString();
}

/** Code and pointer of the refusal. */
function refusal(at: string, timeZone?: string): string {
  try {
    return `no refusal, but ${due(at, timeZone)}`;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    expect(error.status).toBe(422);
    return `${error.code} ${error.errors?.[0]?.pointer}`;
  }
}

describe("an instant", () => {
  test.each([
    ["2027-03-01T09:00:00Z", "2027-03-01T09:00:00.000Z"],
    ["2027-03-01T09:00Z", "2027-03-01T09:00:00.000Z"],
    ["2027-03-01t09:00z", "2027-03-01T09:00:00.000Z"],
    ["2027-03-01T09:00+02:00", "2027-03-01T07:00:00.000Z"],
    ["2027-03-01T09:00-0530", "2027-03-01T14:30:00.000Z"],
    ["2027-03-01T09:00-05", "2027-03-01T14:00:00.000Z"],
    ["2027-03-01T09:00:00.250Z", "2027-03-01T09:00:00.250Z"],
  ])("%s", (at, expected) => {
    expect(due(at)).toBe(expected);
    // The zone is for display then.
    expect(due(at, "Asia/Tokyo")).toBe(expected);
    expect(dueTime({ at, timeZone: "Asia/Tokyo", now }).localAt).toBeNull();
  });
});

describe("a wall time", () => {
  test("counts in its zone", () => {
    expect(due("2027-03-01T09:00", "Europe/Berlin")).toBe("2027-03-01T08:00:00.000Z");
    expect(due("2027-07-01 09:00:30", "Europe/Berlin")).toBe("2027-07-01T07:00:30.000Z");
    expect(dueTime({ at: "2027-03-01T09:00", timeZone: "Europe/Berlin", now }).localAt).toBe(
      "2027-03-01T09:00:00",
    );
  });

  test("that comes twice means the first", () => {
    expect(due("2026-10-25T02:30", "Europe/Berlin")).toBe("2026-10-25T00:30:00.000Z");
    expect(due("2026-11-01T01:30", "America/New_York")).toBe("2026-11-01T05:30:00.000Z");
  });

  test("that the clock skips is refused", () => {
    expect(refusal("2027-03-28T02:30", "Europe/Berlin")).toBe("invalid_time /schedule/at");
    expect(refusal("2026-10-04T02:15", "Australia/Lord_Howe")).toBe("invalid_time /schedule/at");
    expect(due("2027-03-28T03:00", "Europe/Berlin")).toBe("2027-03-28T01:00:00.000Z");
  });

  test("needs a zone, and one that exists", () => {
    expect(refusal("2027-03-01T09:00")).toBe("time_zone_missing /schedule/timeZone");
    expect(refusal("2027-03-01T09:00", "Europe/Atlantis")).toBe("invalid_time /schedule/timeZone");
    expect(refusal("2027-03-01T09:00Z", "+02:00")).toBe("invalid_time /schedule/timeZone");
  });
});

test("what has passed is refused, this very moment too", () => {
  expect(refusal("2026-06-01T12:00:00Z")).toBe("in_the_past /schedule/at");
  expect(refusal("2026-06-01T13:59", "Europe/Berlin")).toBe("in_the_past /schedule/at");
  expect(due("2026-06-01T12:00:00.001Z")).toBe("2026-06-01T12:00:00.001Z");
});

// Some of these a parser would take, and ignore half of.
test.each([
  ...[
    "",
    "tomorrow",
    "2027-03-01",
    "2027-03",
    "09:00",
    "20270301T0900",
    "2027-13-01T09:00",
    "2027-02-30T09:00",
  ],
  ...[
    "2027-03-01T25:00",
    "2027-03-01T09:00[Europe/Berlin]",
    "2027-03-01T09:00+01:00[America/New_York]",
  ],
  ...[
    "2027-03-01T09:00Z[u-ca=hebrew]",
    "1798761600",
    "2027-03-01T09:00+99:00",
    " 2027-03-01T09:00",
    "2027-03-01T09",
  ],
])("%j is no time", (at) => {
  expect(refusal(at, "Asia/Tokyo")).toBe("invalid_time /schedule/at");
});

import { Temporal } from "temporal-polyfill";
import { Problem } from "./errors.ts";
import type { ProblemCode } from "./problem-codes.ts";
import { isTimeZone } from "./wake-ups.ts";
import { wallInstant } from "./wall-time.ts";

// Checked before parsing: the parser takes dates without a time, and ignores an offset or a zone where it expects none.
const dateTime =
  /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?(?<offset>Z|[+-]\d{2}(:?\d{2})?)?$/i;

/**
 * The instant that `at` means. With an offset or `Z` it is that instant, and `timeZone` is for display; a local
 * date-time counts on the wall clock of `timeZone`. A wall time that the clock skips is refused; one that comes twice
 * means the first. Throws Problem 422 `invalid_time`, `time_zone_missing` or `in_the_past`.
 */
export function dueTime(input: { at: string; timeZone?: string | undefined; now: Date }): {
  dueAt: Date;
  /** The wall time as asked, when the zone decides. */
  localAt: string | null;
} {
  const { at, timeZone } = input;
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    throw refuse(
      "invalid_time",
      `${timeZone} is no time zone; use a name such as Europe/Berlin.`,
      "/schedule/timeZone",
    );
  }
  const shape = dateTime.exec(at);
  if (!shape) throw notATime(at);
  const parsed = shape.groups?.["offset"] ? instantOf(at) : wallTimeOf({ at, timeZone });
  if (parsed.dueAt.getTime() <= input.now.getTime()) {
    throw refuse(
      "in_the_past",
      "That time has passed. Choose a later one, or publish now.",
      "/schedule/at",
    );
  }
  return parsed;
}

function instantOf(at: string): { dueAt: Date; localAt: null } {
  try {
    return { dueAt: new Date(Temporal.Instant.from(at).epochMilliseconds), localAt: null };
  } catch {
    throw notATime(at);
  }
}

function wallTimeOf(input: { at: string; timeZone: string | undefined }): {
  dueAt: Date;
  localAt: string;
} {
  if (input.timeZone === undefined) {
    throw refuse(
      "time_zone_missing",
      "A time without an offset needs a time zone: add timeZone, or an offset such as Z.",
      "/schedule/timeZone",
    );
  }
  let wall: Temporal.PlainDateTime;
  try {
    wall = Temporal.PlainDateTime.from(input.at);
  } catch {
    throw notATime(input.at);
  }
  const localAt = wall.toString();
  const { at, skipped } = wallInstant({ localAt, timeZone: input.timeZone });
  if (skipped) {
    throw refuse(
      "invalid_time",
      `The clock in ${input.timeZone} skips ${localAt}. Choose a time before or after.`,
      "/schedule/at",
    );
  }
  return { dueAt: at, localAt };
}

function notATime(at: string): Problem {
  return refuse(
    "invalid_time",
    `${JSON.stringify(at.slice(0, 60))} is no date and time; write it as 2027-03-01T09:00 or 2027-03-01T09:00:00Z.`,
    "/schedule/at",
  );
}

function refuse(code: ProblemCode, detail: string, pointer: string): Problem {
  return new Problem({ status: 422, code, detail, errors: [{ pointer, detail }] });
}

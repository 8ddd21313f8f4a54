/** When a series is due: an RRULE of RFC 5545 on the wall clock of a time zone. */
import { RRuleTemporal } from "rrule-temporal";
import { Temporal } from "temporal-polyfill";
import { invalidRule, parseRrule, type ParsedRule } from "./parse-rrule.ts";
import { wallInstant } from "./wall-time.ts";

export interface Recurrence {
  rrule: string;
  /** Wall time `YYYY-MM-DDTHH:MM[:SS]`: from here the rule counts. Where it does not fit the rule, it is no occurrence. */
  start: string;
  timeZone: string;
}

export interface Occurrence {
  /** Wall time, `YYYY-MM-DDTHH:MM:SS`. */
  localAt: string;
  at: Date;
}

/** At most so many occurrences of a rule are looked at, at once. */
export const mostLookedAt = 2000;
/**
 * What the library may try until it finds the next one: so many days of a daily rule, weeks of a weekly one, months of a
 * monthly one. A leap day takes a daily rule 1,461 tries, 2,921 around 2100.
 */
const limits = { maxIterations: 3_000, maxCandidateEvaluations: 30_000 };
/** A rule that takes longer to look at is refused. Milliseconds. */
const patienceMs = 1_000;
const checkedOccurrences = 100;
/** A rule is looked at so far ahead before it is taken: a leap day on a certain weekday comes every 28 or 40 years. */
const checkedYears = 60;

/**
 * The occurrences after a wall time and an instant, in order, with the last ones at `before`. Those that the clock skips
 * are none and are not counted (RFC 5545, 3.3.10); of one that comes twice the first counts. `more` says that the rule
 * goes on after what is told, or may: the next one may be too far away to be found. Throws Problem 422 `invalid_rule`.
 */
export function occurrencesOf(
  recurrence: Recurrence,
  range: { after?: string | undefined; later?: Date; before?: Date; limit: number },
): { found: Occurrence[]; more: boolean } {
  const { until, count, ...rule } = parseRrule(recurrence.rrule);
  const walls = wallTimesOf(
    rule.pattern,
    recurrence.start,
    count === null ? range.after : undefined,
  );
  const found: Occurrence[] = [];
  let counted = 0;
  let looked = 0;
  for (const localAt of walls) {
    if (localAt === notFound) return { found, more: !isOver(until, recurrence, range.after) };
    if (until && "wall" in until && localAt > until.wall) return { found, more: false };
    const { at, skipped } = wallInstant({ localAt, timeZone: recurrence.timeZone });
    if (until && "instant" in until && at > until.instant) return { found, more: false };
    if (range.before && at > range.before) return { found, more: true };
    if ((looked += 1) > mostLookedAt) return { found, more: true };
    if (skipped) continue;
    const isTold =
      (range.after === undefined || localAt > range.after) && !(range.later && at <= range.later);
    if (isTold && found.length === range.limit) return { found, more: true };
    if (isTold) found.push({ localAt, at });
    if ((counted += 1) === count) return { found, more: false };
  }
  return { found, more: false };
}

/** Whether nothing can come after this wall time any more. */
function isOver(
  until: ParsedRule["until"],
  { timeZone }: Recurrence,
  after: string | undefined,
): boolean {
  if (!until || after === undefined) return false;
  if ("wall" in until) return after >= until.wall;
  return wallInstant({ localAt: after, timeZone }).at >= until.instant;
}

/**
 * Refuses what can't be planned: a rule that is none, one that never comes, one whose occurrences are too far apart to
 * be found, and one that takes too long to look at. Throws Problem 422 `invalid_rule`.
 */
export function checkRecurrence(
  recurrence: Recurrence,
  clock: () => number = performance.now.bind(performance),
): void {
  const { count, until, pattern } = parseRrule(recurrence.rrule);
  const startedAt = clock();
  const lastYear = Number(recurrence.start.slice(0, 4)) + checkedYears;
  let seen = 0;
  let last: string | undefined;
  for (const localAt of wallTimesOf(pattern, recurrence.start, undefined)) {
    if (clock() - startedAt > patienceMs) throw invalidRule("It takes too long to look at.");
    if (localAt === notFound && last === undefined)
      throw invalidRule("It never comes, or too seldom to be found.");
    if (localAt === notFound) {
      throw invalidRule(
        `It comes too seldom: what comes after ${last?.slice(0, 10)} is too far away to be found.`,
      );
    }
    if ((seen += 1) >= (count ?? checkedOccurrences)) break;
    if (Number(localAt.slice(0, 4)) > lastYear || isOver(until, recurrence, localAt)) break;
    last = localAt;
  }
  const { found } = occurrencesOf(recurrence, { limit: 1 });
  if (found.length === 0) throw invalidRule("It never comes.");
}

/** Instead of a wall time: the next one is further away than is looked for, or there is none. */
const notFound = Symbol("not found");

/**
 * The wall times of a pattern after one, in order; `notFound` ends them where the search was given up. The library counts
 * in UTC, whose clock never changes, so that what a change means is decided here alone.
 */
function* wallTimesOf(
  pattern: string,
  start: string,
  after: string | undefined,
): Generator<string | typeof notFound> {
  const first = inUtc(start);
  const rule = new RRuleTemporal({
    rruleString: inMonths(pattern),
    dtstart: first,
    tzid: "UTC",
    cache: false,
    ...limits,
  });
  const isLater = after !== undefined && after >= first.toPlainDateTime().toString();
  let next = nextOf(rule, isLater ? inUtc(after) : first, !isLater);
  // The last hours of the year 9999 are in the next one elsewhere, which RFC 3339 can't write.
  while (next && next !== notFound && next.year < 9999) {
    yield next.toPlainDateTime().toString({ smallestUnit: "second" });
    next = nextOf(rule, next, false);
  }
  if (next === notFound) yield notFound;
}

/**
 * The same rule by months where it is by days of the month: it is found in a thirtieth of the tries. With BYMONTHDAY
 * both take the days that all other parts allow (RFC 5545, 3.3.10).
 */
function inMonths(pattern: string): string {
  const parts = new Map(pattern.split(";").map((part) => part.split("=") as [string, string]));
  const isDaily = parts.get("FREQ") === "DAILY" && Number(parts.get("INTERVAL") ?? 1) === 1;
  if (!isDaily || !parts.has("BYMONTHDAY") || parts.has("BYSETPOS")) return pattern;
  return [...parts.set("FREQ", "MONTHLY")].map((part) => part.join("=")).join(";");
}

function inUtc(wall: string): Temporal.ZonedDateTime {
  return Temporal.PlainDateTime.from(wall).toZonedDateTime("UTC");
}

/** Null where the rule has none after it. */
function nextOf(
  rule: RRuleTemporal,
  after: Temporal.ZonedDateTime,
  inclusive: boolean,
): Temporal.ZonedDateTime | typeof notFound | null {
  try {
    return rule.next(after, inclusive);
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("Maximum ")) return notFound;
    throw error;
  }
}

/** When a series is due: an RRULE of RFC 5545 on the wall clock of a time zone. */
import { RRuleTemporal } from "rrule-temporal";
import { Temporal } from "temporal-polyfill";
import { invalidRule, parseRrule } from "./parse-rrule.ts";
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
/** What the library may try until it finds the next one: a leap day takes a daily rule 1,461 tries, 2,921 around 2100. */
const limits = { maxIterations: 3_000, maxCandidateEvaluations: 30_000 };
/** A rule that takes longer to look at is refused. Milliseconds. */
const patienceMs = 1_000;
const checkedOccurrences = 100;

/**
 * The occurrences after a wall time and an instant, in order, with the last ones at `before`. Those that the clock skips
 * are none and are not counted (RFC 5545, 3.3.10); of one that comes twice the first counts. `more` says that the rule
 * goes on after what is told. Throws Problem 422 `invalid_rule`.
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

/**
 * Refuses what can't be planned: a rule that is none, one that never comes, and one that takes too long to look at.
 * Throws Problem 422 `invalid_rule`.
 */
export function checkRecurrence(
  recurrence: Recurrence,
  clock: () => number = performance.now.bind(performance),
): void {
  const { count, pattern } = parseRrule(recurrence.rrule);
  const startedAt = clock();
  let seen = 0;
  for (const _ of wallTimesOf(pattern, recurrence.start, undefined)) {
    if (clock() - startedAt > patienceMs) throw invalidRule("It takes too long to look at.");
    if ((seen += 1) >= (count ?? checkedOccurrences)) break;
  }
  const { found } = occurrencesOf(recurrence, { limit: 1 });
  if (found.length === 0) throw invalidRule("It never comes.");
}

/**
 * The wall times of a pattern after one, in order. The library counts in UTC, whose clock never changes, so that what a
 * change means is decided here alone.
 */
function* wallTimesOf(
  pattern: string,
  start: string,
  after: string | undefined,
): Generator<string> {
  const first = inUtc(start);
  const rule = new RRuleTemporal({
    rruleString: pattern,
    dtstart: first,
    tzid: "UTC",
    cache: false,
    ...limits,
  });
  const isLater = after !== undefined && after >= first.toPlainDateTime().toString();
  let next = nextOf(rule, isLater ? inUtc(after) : first, !isLater);
  // The last hours of the year 9999 are in the next one elsewhere, which RFC 3339 can't write.
  while (next && next.year < 9999) {
    yield next.toPlainDateTime().toString({ smallestUnit: "second" });
    next = nextOf(rule, next, false);
  }
}

function inUtc(wall: string): Temporal.ZonedDateTime {
  return Temporal.PlainDateTime.from(wall).toZonedDateTime("UTC");
}

/** Nothing where the library gave up: what is that far away never comes. */
function nextOf(
  rule: RRuleTemporal,
  after: Temporal.ZonedDateTime,
  inclusive: boolean,
): Temporal.ZonedDateTime | null {
  try {
    return rule.next(after, inclusive);
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("Maximum ")) return null;
    throw error;
  }
}

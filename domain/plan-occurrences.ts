import { mostLookedAt, occurrencesOf, type Occurrence, type Recurrence } from "./recurrence.ts";
import { wallTimeAt } from "./wall-time.ts";

/** Occurrences become posts so far ahead, and no further than so many. */
export const madeAhead = { ms: 14 * 24 * 3_600_000, occurrences: 10 } as const;

const dayMs = 24 * 3_600_000;
/** More than fit into the longest lateness that a workspace may set (a week), an hour apart. */
const lateEnough = 200;

export interface SeriesFacts extends Recurrence {
  /** How many missed occurrences are still made. */
  catchUp: number;
  notBefore: Date;
  madeThrough: string | null;
  /** How late a post may go out. Milliseconds. */
  latestAfterDueMs: number;
}

export interface OccurrencePlan {
  /** In order. */
  make: Occurrence[];
  /** Missed, and let go: in order. */
  skipped: Occurrence[];
  /** The wall time through which all is decided. */
  madeThrough: string | null;
  /** The next one that is still to be made; null when none is left. */
  nextAt: Date | null;
  /** All of it is over. */
  ended: boolean;
}

/**
 * Which occurrences of a series become posts now. Of those that were missed the latest `catchUp` are made, as far as
 * they are not too late; the others are skipped. Of those to come the next ten within 14 days are made.
 */
export function planOccurrences(series: SeriesFacts, now: Date): OccurrencePlan {
  const since = series.madeThrough ?? justBefore(series, series.notBefore);
  const past = occurrencesOf(series, {
    after: since,
    later: series.notBefore,
    before: now,
    limit: mostLookedAt,
  });
  if (past.found.length > mostLookedAt - lateEnough) {
    // So many that a part of them is enough for once: the oldest are too late in any case.
    const skipped = past.found.slice(0, mostLookedAt - 2 * lateEnough);
    const last = skipped.at(-1);
    return {
      make: [],
      skipped,
      madeThrough: last?.localAt ?? null,
      nextAt: last?.at ?? null,
      ended: false,
    };
  }
  const inTime = past.found.filter(
    ({ at }) => now.getTime() - at.getTime() <= series.latestAfterDueMs,
  );
  const caughtUp = series.catchUp === 0 ? [] : inTime.slice(-series.catchUp);
  const coming = occurrencesOf(series, {
    after: justBefore(series, now),
    later: laterOf(now, series.notBefore),
    limit: madeAhead.occurrences + 1,
  });
  const horizon = now.getTime() + madeAhead.ms;
  const ahead = coming.found
    .slice(0, madeAhead.occurrences)
    .filter(({ at }) => at.getTime() <= horizon);
  const beyond = coming.found[ahead.length];
  const fresh = ahead.filter(({ localAt }) => !series.madeThrough || localAt > series.madeThrough);
  return {
    make: [...caughtUp, ...fresh],
    skipped: past.found.filter((one) => !caughtUp.includes(one)),
    madeThrough: latestOf([series.madeThrough, past.found.at(-1)?.localAt, ahead.at(-1)?.localAt]),
    nextAt: beyond?.at ?? null,
    ended: coming.found.length === 0 && !coming.more,
  };
}

/** A wall time that is before every occurrence after the instant, whatever the clock does in between. */
export function justBefore({ timeZone }: Pick<Recurrence, "timeZone">, instant: Date): string {
  return wallTimeAt({ at: new Date(instant.getTime() - dayMs), timeZone });
}

function laterOf(one: Date, other: Date): Date {
  return one > other ? one : other;
}

function latestOf(walls: (string | null | undefined)[]): string | null {
  return walls.reduce<string | null>(
    (latest, wall) => (wall && (!latest || wall > latest) ? wall : latest),
    null,
  );
}

/** Wall times and instants: the one place that decides what a time means when clocks change. */
import { Temporal } from "temporal-polyfill";

/**
 * The instant at which the clock of the zone shows `localAt` (`YYYY-MM-DDTHH:MM[:SS]`). A time that comes twice is the
 * first of the two. One that the clock skips is `skipped`, and `at` is then as much later as the clock jumps.
 * Throws RangeError for what is no date and time.
 */
export function wallInstant(wall: { localAt: string; timeZone: string }): {
  at: Date;
  skipped: boolean;
} {
  const local = Temporal.PlainDateTime.from(wall.localAt);
  const zoned = local.toZonedDateTime(wall.timeZone, { disambiguation: "compatible" });
  return {
    at: new Date(zoned.epochMilliseconds),
    skipped: !zoned.toPlainDateTime().equals(local),
  };
}

/** What the clock of the zone shows at an instant, to the second: `YYYY-MM-DDTHH:MM:SS`. */
export function wallTimeAt(input: { at: Date; timeZone: string }): string {
  return Temporal.Instant.fromEpochMilliseconds(input.at.getTime())
    .toZonedDateTimeISO(input.timeZone)
    .toPlainDateTime()
    .toString({ smallestUnit: "second" });
}

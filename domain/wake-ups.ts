/** When an agent wakes: the same rule for the console's preview, for the Schedule in Temporal and for its tests. */
import { Temporal } from "temporal-polyfill";
import type { AgentSchedule, Weekday } from "./schemas/content.ts";

const weekdayNumber: Record<Weekday, number> = {
  mon: 1,
  tue: 2,
  wed: 3,
  thu: 4,
  fri: 5,
  sat: 6,
  sun: 7,
};
const weekdayName = {
  mon: "MONDAY",
  tue: "TUESDAY",
  wed: "WEDNESDAY",
  thu: "THURSDAY",
  fri: "FRIDAY",
  sat: "SATURDAY",
  sun: "SUNDAY",
} as const;

/** The schedule as calendars of a Temporal Schedule, one per time of day. */
export function agentCalendars(schedule: AgentSchedule) {
  return [...new Set(schedule.times)].sort().map((time) => ({
    dayOfWeek: schedule.days.map((day) => weekdayName[day]),
    hour: Number(time.slice(0, 2)),
    minute: Number(time.slice(3, 5)),
  }));
}

/**
 * The next `count` wake-ups strictly after `after`, as instants in order. A wall time that the clock skips (start of
 * summer time) does not wake the agent that day; one that comes twice (its end) wakes it the first time only.
 */
export function wakeUps(input: { schedule: AgentSchedule; after: Date; count: number }): Date[] {
  const { schedule, count } = input;
  const after = Temporal.Instant.fromEpochMilliseconds(input.after.getTime());
  const days = new Set(schedule.days.map((day) => weekdayNumber[day]));
  const times = [...new Set(schedule.times)].sort().map((time) => Temporal.PlainTime.from(time));
  const found: Date[] = [];
  // A day back, because the day of `after` in the agent's zone may still hold later times.
  let day = after.toZonedDateTimeISO(schedule.timeZone).toPlainDate();
  // 54 weeks hold every weekday often enough that a skipped hour is not taken for none at all.
  for (
    let looked = 0;
    looked < 378 + count * 7 && found.length < count;
    looked += 1, day = day.add({ days: 1 })
  ) {
    if (!days.has(day.dayOfWeek)) continue;
    for (const time of times) {
      const zoned = day
        .toPlainDateTime(time)
        .toZonedDateTime(schedule.timeZone, { disambiguation: "earlier" });
      if (!zoned.toPlainTime().equals(time)) continue;
      if (Temporal.Instant.compare(zoned.toInstant(), after) <= 0) continue;
      found.push(new Date(zoned.epochMilliseconds));
    }
  }
  return found.sort((a, b) => a.getTime() - b.getTime()).slice(0, count);
}

/** True when the name is an IANA time zone that this system knows. */
export function isTimeZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    // An offset such as +02:00 is accepted above but follows no clock change.
    return !/^[+-]/.test(name);
  } catch {
    return false;
  }
}

/** The calendar day of an instant in a zone: its name `YYYY-MM-DD`, and the instants at which it begins and ends. */
export function calendarDay(input: { at: Date; timeZone: string }): {
  name: string;
  start: Date;
  end: Date;
} {
  const zoned = Temporal.Instant.fromEpochMilliseconds(input.at.getTime()).toZonedDateTimeISO(
    input.timeZone,
  );
  const start = zoned.startOfDay();
  return {
    name: zoned.toPlainDate().toString(),
    start: new Date(start.epochMilliseconds),
    end: new Date(start.add({ days: 1 }).epochMilliseconds),
  };
}

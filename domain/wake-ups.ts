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
 * The next `count` wake-ups strictly after `after`, as instants in order: exactly those of the Temporal Schedule that
 * `agentCalendars` makes, so that people are shown what will happen.
 *
 * On days without a clock change these are the wall times. A wall time that the clock skips (start of summer time) does
 * not wake the agent that day. Around the hour that comes twice (its end) we follow the server, read in its
 * `service/worker/scheduler/calendar.go` and compared with server 1.32.0 in `test/workflows/schedules.test.ts`:
 * a time in that hour wakes once, east of Greenwich in the second copy, west of it in the first and possibly again;
 * one in the hour before it may wake a second time one hour later. Nothing but times of that night is affected.
 */
export function wakeUps(input: { schedule: AgentSchedule; after: Date; count: number }): Date[] {
  const { schedule, count } = input;
  const days = new Set(schedule.days.map((day) => weekdayNumber[day]));
  const calendars = agentCalendars(schedule).map(({ hour, minute }) => ({ days, hour, minute }));
  const found: Date[] = [];
  let after = Math.floor(input.after.getTime() / 1000) * 1000;
  while (found.length < count) {
    const from = after;
    const next = Math.min(...calendars.map((one) => nextMatch(one, from, schedule.timeZone)));
    if (!Number.isFinite(next)) break;
    found.push(new Date(next));
    after = next;
  }
  return found;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/**
 * The first match of one wall time after an instant (epoch ms, whole seconds), as the server looks for it: from field to
 * field of the wall clock, which is where its answers around a repeated hour come from. Infinity when there is none.
 * Wall times are held as the epoch ms at which UTC would show them.
 */
function nextMatch(
  calendar: { days: Set<number>; hour: number; minute: number },
  after: number,
  timeZone: string,
): number {
  const wall = after + offsetAt(after, timeZone);
  let day = Math.floor(wall / dayMs) * dayMs;
  let hour = hourOf(wall);
  // The seconds of `after` are over, so the search begins in the next minute.
  let minute = Math.floor((wall % hourMs) / 60_000) + 1;
  let secondCopy = hourOf(after - hourMs + offsetAt(after - hourMs, timeZone)) === hour;
  // 54 weeks hold every weekday often enough that one skipped hour is not taken for none at all.
  const last = day + 378 * dayMs;
  while (day <= last) {
    if (minute > calendar.minute && hour === calendar.hour) {
      // On to the next hour; where that is more than an hour away, this one comes again.
      const away =
        instantOf(day + (hour + 1) * hourMs, timeZone) - instantOf(day + hour * hourMs, timeZone);
      secondCopy = !secondCopy && away > hourMs;
      if (!secondCopy) hour += 1;
      minute = 0;
    }
    if (hour > calendar.hour || !calendar.days.has(weekdayOf(day))) {
      [day, hour, minute, secondCopy] = [day + dayMs, 0, 0, false];
      continue;
    }
    if (hour < calendar.hour) [hour, minute, secondCopy] = [calendar.hour, 0, false];
    const match = instantOf(day + hour * hourMs + calendar.minute * 60_000, timeZone);
    if (hourOf(match + offsetAt(match, timeZone)) === hour)
      return match + (secondCopy ? hourMs : 0);
    // The clock skips it.
    [hour, minute] = [hour + 1, 0];
  }
  return Number.POSITIVE_INFINITY;
}

function hourOf(wall: number): number {
  return new Date(wall).getUTCHours();
}

/** ISO: Monday is 1, Sunday 7. */
function weekdayOf(wall: number): number {
  return new Date(wall).getUTCDay() || 7;
}

/** What the wall clock is ahead of UTC at an instant. Milliseconds. */
function offsetAt(instant: number, timeZone: string): number {
  const zoned = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone);
  return zoned.offsetNanoseconds / 1e6;
}

/** The instant of a wall time. Of two, the one that Go's `time.Date` chooses: it first tries the offset at that time in UTC. */
function instantOf(wall: number, timeZone: string): number {
  const first = offsetAt(wall, timeZone);
  const second = offsetAt(wall - first, timeZone);
  return wall - second;
}

/**
 * True when the name is an IANA time zone that this system knows, spelled as IANA spells it: Temporal's server looks it
 * up as a file, and knows no europe/berlin.
 */
export function isTimeZone(name: string): boolean {
  try {
    const { timeZoneId } = Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    // An offset such as +02:00 is accepted above but follows no clock change.
    return timeZoneId === name && !/^[+-]/.test(name);
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
    end: new Date(
      zoned.toPlainDate().add({ days: 1 }).toZonedDateTime(input.timeZone).epochMilliseconds,
    ),
  };
}

/** Times and amounts as the console writes them, in the reader's language and zone; hours always as `00` to `23`. */

const dateTime = new Intl.DateTimeFormat(undefined, {
  dateStyle: "medium",
  timeStyle: "short",
  hourCycle: "h23",
});
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "long" });
const ownZone = dateTime.resolvedOptions().timeZone;

/** `22 Nov 2026, 17:48`, as the reader's system writes it. */
export function writeInstant(instant: string): string {
  return dateTime.format(new Date(instant));
}

const precise = new Intl.DateTimeFormat(undefined, {
  dateStyle: "medium",
  timeStyle: "medium",
  hourCycle: "h23",
});

/** `22 Nov 2026, 17:48:05`, where the order of things matters. */
export function writePrecisely(instant: string): string {
  return precise.format(new Date(instant));
}

/**
 * `2 minutes ago`, `in 5 minutes`; what is an hour away or more by the days of the zone's calendar: `today 10:00`,
 * `tomorrow 10:00`, `Tue 24 Nov 10:00`, `Fri 1 Jan 2027 10:00`.
 */
export function writeRelative(
  instant: string,
  now: number = Date.now(),
  timeZone: string = ownZone,
): string {
  const at = Date.parse(instant);
  const minutes = Math.trunc((at - now) / 60_000);
  if (minutes === 0) return at > now ? "in a moment" : "just now";
  if (Math.abs(minutes) < 60) return relative.format(minutes, "minute");
  const day = calendarDay(at, timeZone);
  const today = calendarDay(now, timeZone);
  const days = (day.midnight - today.midnight) / 86_400_000;
  if (Math.abs(days) <= 1) return `${relative.format(days, "day")} ${day.time}`;
  return `${day.name}${day.year === today.year ? "" : ` ${day.year}`} ${day.time}`;
}

/** The day of an instant in a zone; `midnight` counts days, whatever the zone's clocks do in between. */
function calendarDay(at: number, timeZone: string) {
  const write = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-GB", { timeZone, ...options }).format(at);
  const year = Number(write({ year: "numeric" }));
  const day = Number(write({ day: "numeric" }));
  const month = Number(write({ month: "numeric" }));
  return {
    year,
    name: `${write({ weekday: "short" })} ${day} ${write({ month: "short" })}`,
    time: write({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
    midnight: Date.UTC(year, month - 1, day),
  };
}

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short", hourCycle: "h23" });

/** The first full minute after an instant, as a time of day: `10:32`. */
export function writeMinuteAfter(instant: Date): string {
  return clock.format(Math.ceil(instant.getTime() / 60_000) * 60_000);
}

/** `59 ms`, `0.4 s`, `12 s`, `3 min 5 s`, `2 h 4 min`. */
export function writeDuration(milliseconds: number): string {
  if (milliseconds < 100) return `${milliseconds} ms`;
  const seconds = milliseconds / 1_000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

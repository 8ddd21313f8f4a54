/** Times and amounts as the console writes them, in the reader's language and zone. */

const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "long" });

/** `22 Nov 2026, 17:48`, as the reader's system writes it. */
export function writeInstant(instant: string): string {
  return dateTime.format(new Date(instant));
}

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** `2 hours ago`, `in 3 days`. */
export function writeRelative(instant: string, now: number = Date.now()): string {
  const seconds = (Date.parse(instant) - now) / 1_000;
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return relative
    .format(0, "minute")
    .replace("this minute", seconds > 0 ? "in a moment" : "just now");
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

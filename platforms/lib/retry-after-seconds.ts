/** Longest wait that is believed; a platform that asks for more has made a mistake. */
const maxSeconds = 24 * 3_600;

/** Seconds that a `Retry-After` header asks for (RFC 9110, 10.2.3: a number or a date); undefined when unreadable. */
export function retryAfterSeconds(input: { header: string | null; now: Date }): number | undefined {
  const header = input.header?.trim();
  if (header === undefined || header === "") return undefined;
  const seconds = /^\d+$/.test(header)
    ? Number(header)
    : Math.ceil((Date.parse(header) - input.now.getTime()) / 1_000);
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(0, seconds), maxSeconds);
}

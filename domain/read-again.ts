/** So long is it waited for an account to be connected again that must be read. Milliseconds. */
const longestWaitMs = 24 * 60 * 60_000;
const firstPauseMs = 30_000;
const longestPauseMs = 30 * 60_000;

/**
 * When to try again to read an account that waits to be connected again: soon at first, later the longer it takes.
 * Milliseconds; undefined when it was waited long enough.
 */
export function readAgainMs(input: { sentAt: Date; now: Date }): number | undefined {
  const waitedMs = input.now.getTime() - input.sentAt.getTime();
  if (waitedMs >= longestWaitMs) return undefined;
  return Math.min(longestPauseMs, Math.max(firstPauseMs, waitedMs / 4));
}

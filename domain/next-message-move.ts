import { notificationGivenUpMs, notificationGroupingMs } from "./notifications.ts";

/** Something that waits to be sent to somebody by one way. Times are epoch ms. */
export interface WaitingMessage {
  id: string;
  at: number;
  /** Somebody waits for it to come. */
  isTest: boolean;
}

/** So long a way is left alone that failed. Milliseconds. */
export const messageRestMs = 10 * 60_000;

/**
 * When what waits goes out by one way: a moment after the first of it, so that several go together; later where the way
 * failed lately; never what is too old. Undefined where nothing is left.
 */
export function nextMessageMove(input: {
  waiting: readonly WaitingMessage[];
  /** When the way failed last, ISO 8601; absent when it works. */
  errorAt: string | undefined;
  now: number;
}): { dueAt: number | undefined; givenUp: string[] } {
  const { waiting, errorAt, now } = input;
  const isOld = ({ at }: WaitingMessage) => now - at > notificationGivenUpMs;
  const givenUp = waiting.filter(isOld).map(({ id }) => id);
  const left = waiting.filter((one) => !isOld(one));
  if (left.length === 0) return { dueAt: undefined, givenUp };
  const failedAt = errorAt === undefined ? undefined : Date.parse(errorAt);
  // Whoever tries after a failure wants to know whether it is mended.
  const tried = left.some(({ at, isTest }) => isTest && (failedAt === undefined || at > failedAt));
  if (tried) return { dueAt: now, givenUp };
  const grouped = Math.min(...left.map(({ at }) => at)) + notificationGroupingMs;
  const rested = failedAt === undefined ? grouped : Math.max(grouped, failedAt + messageRestMs);
  return { dueAt: rested, givenUp };
}

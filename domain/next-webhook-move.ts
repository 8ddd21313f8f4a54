/** What came of one try to deliver to a webhook. Without a status no answer came. */
export interface WebhookAnswer {
  httpStatus?: number;
  /** What `Retry-After` asked for. Milliseconds. */
  retryAfterMs?: number;
}

export type WebhookMove =
  | { kind: "delivered" }
  | { kind: "retry"; afterMs: number }
  | { kind: "failed" }
  /** The endpoint asks for no more, of anything (410). */
  | { kind: "gone" };

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Milliseconds between the tries: 11 of them, over a day. */
export const webhookPausesMs = [
  5 * second,
  30 * second,
  2 * minute,
  10 * minute,
  30 * minute,
  hour,
  2 * hour,
  4 * hour,
  8 * hour,
  8 * hour,
] as const;

/** No answer of an endpoint puts the next try off by more than this. */
const longestMs = 8 * hour;

/** An endpoint that took nothing for so long is disabled when it fails once more for good. */
export const webhookFailingLimitMs = 3 * 24 * hour;

/** What follows the try with the number `tries` (from 1). `random` is from 0 to 1: many that failed together part. */
export function nextWebhookMove(input: {
  answer: WebhookAnswer;
  tries: number;
  random: number;
}): WebhookMove {
  const { httpStatus, retryAfterMs = 0 } = input.answer;
  if (httpStatus !== undefined && httpStatus >= 200 && httpStatus < 300)
    return { kind: "delivered" };
  if (httpStatus === 410) return { kind: "gone" };
  const pause = webhookPausesMs[input.tries - 1];
  if (pause === undefined) return { kind: "failed" };
  const spread = pause * (1 + input.random / 5);
  return {
    kind: "retry",
    afterMs: Math.round(Math.max(spread, Math.min(retryAfterMs, longestMs))),
  };
}

/** Milliseconds that a `Retry-After` header asks for: seconds or an HTTP date (RFC 9110, 10.2.3); undefined for neither. */
export function readRetryAfter(header: string | null, now: Date): number | undefined {
  if (header === null || header.trim() === "") return undefined;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * second;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}

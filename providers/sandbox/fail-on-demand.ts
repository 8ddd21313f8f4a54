import { setTimeout as sleep } from "node:timers/promises";
import { APICallError } from "@ai-sdk/provider";
import { type Directives, numberOf } from "./directives.ts";

/** Status and code as OpenAI's API gives them, so that one classification serves both. */
export const answers: Record<string, { status: number; code: string }> = {
  rate_limited: { status: 429, code: "rate_limit_exceeded" },
  quota: { status: 429, code: "insufficient_quota" },
  content_policy: { status: 400, code: "content_policy_violation" },
  invalid_input: { status: 400, code: "invalid_value" },
  provider_down: { status: 503, code: "service_unavailable" },
  unauthorized: { status: 401, code: "invalid_api_key" },
};

/** Obeys the directives `wait`, `error` and `retry-after`; ends at once, with the signal's reason, when aborted. */
export async function failOnDemand({
  directives,
  signal,
}: {
  directives: Directives;
  signal: AbortSignal | undefined;
}): Promise<void> {
  signal?.throwIfAborted();
  const seconds = numberOf(directives, "wait");
  if (seconds !== undefined) await waitFor({ seconds, signal });

  const wanted = directives.get("error");
  if (wanted === undefined) return;
  if (wanted === "timeout")
    throw new DOMException("The sandbox was told to time out.", "TimeoutError");
  const answer = answers[wanted];
  if (answer === undefined) return;
  const retryAfter = numberOf(directives, "retry-after");
  throw new APICallError({
    message: `The sandbox was told to fail with ${wanted}.`,
    url: "sandbox:",
    requestBodyValues: {},
    statusCode: answer.status,
    ...(retryAfter === undefined ? {} : { responseHeaders: { "retry-after": String(retryAfter) } }),
    data: { error: { code: answer.code, type: answer.code } },
  });
}

async function waitFor({
  seconds,
  signal,
}: {
  seconds: number;
  signal: AbortSignal | undefined;
}): Promise<void> {
  try {
    await sleep(seconds * 1000, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    // Node wraps the reason in an AbortError of its own; callers tell a time-out from a cancellation by the reason.
    signal?.throwIfAborted();
    throw error;
  }
}

import { PlatformError, type PlatformErrorOptions } from "#domain/errors.ts";
import type { Secrets } from "#platforms/contract.ts";
import { redactSecrets } from "#platforms/lib/redact-secrets.ts";
import { retryAfterSeconds } from "#platforms/lib/retry-after-seconds.ts";
import { ErrorAnswer } from "./answers.ts";

/**
 * What a call is for; decides what its failure means. `publish` is the one that makes content visible, `remove` the one
 * that takes it away.
 */
export type Step = "session" | "read" | "upload" | "publish" | "remove";

export interface FailedAnswer {
  status: number;
  headers: Headers;
  /** Parsed JSON, or undefined when it was none. */
  body: unknown;
}

/** The server no longer takes this authorization, in its own words. */
const lostAuthorization = new Set([
  "AccountDeactivated",
  "AccountNotFound",
  "AccountSuspended",
  "AccountTakedown",
  "AuthMissing",
  "AuthenticationRequired",
  "InvalidToken",
]);

/** How soon to come back with a fresh token. Whoever asks again opens the connection anew. */
const refreshSeconds = 1;

/** The error that an answer other than the hoped-for one means. Pure. */
export function classifyAnswer(input: {
  step: Step;
  answer: FailedAnswer;
  secrets: Secrets;
  now: Date;
}): PlatformError {
  const { step, answer, now } = input;
  const { status } = answer;
  const said = ErrorAnswer.safeParse(answer.body);
  const platformMessage =
    said.success && said.data.message !== undefined
      ? redactSecrets({ text: said.data.message, secrets: input.secrets })
      : undefined;
  const fail = (
    message: string,
    options: Omit<PlatformErrorOptions, "status" | "platformMessage">,
  ): PlatformError =>
    new PlatformError(message, {
      ...options,
      status,
      ...(platformMessage === undefined ? {} : { platformMessage }),
    });

  if (status === 429) {
    const seconds = waitSeconds({ headers: answer.headers, now });
    return fail("Bluesky asks to slow down.", {
      fate: "retry",
      code: "rate_limited",
      ...(seconds === undefined ? {} : { retryAfterSeconds: seconds }),
    });
  }
  // 408 is a time-out in the words of a 4xx. A 2xx that ends here could not be read.
  if (status < 400 || status >= 500 || status === 408) return lost({ step, fail, status });
  if (status === 413)
    return fail("The server takes no file as large as this.", {
      fate: "reject",
      code: "media_too_large",
    });
  // Whatever stands in front of the server answered, not the server.
  if (!said.success) return lost({ step, fail, status });

  const word = said.data.error;
  const code = snakeCase(word);
  if (word === "ExpiredToken")
    return step === "session"
      ? fail("Bluesky no longer accepts this authorization; connect the account again.", {
          fate: "reauthorize",
          code,
        })
      : fail("The access to Bluesky has just ended; it is renewed and tried again.", {
          fate: "retry",
          code,
          retryAfterSeconds: refreshSeconds,
        });
  if (status === 401 || lostAuthorization.has(word))
    return fail("Bluesky no longer accepts this authorization; connect the account again.", {
      fate: "reauthorize",
      code,
    });
  if (step === "publish" && word === "InvalidSwap")
    return fail("There is a record under this post's key already; read what it is.", {
      fate: "ambiguous",
      code: "record_exists",
    });
  return fail(`Bluesky refuses this: ${code}.`, { fate: "reject", code });
}

/** The error for a call that got no answer at all: reset, refused, timed out. Pure. */
export function classifySilence(input: { step: Step; cause: unknown }): PlatformError {
  const timedOut = input.cause instanceof Error && input.cause.name === "TimeoutError";
  const code = timedOut ? "timeout" : "unreachable";
  const { cause } = input;
  return isDecisive(input.step)
    ? new PlatformError("Bluesky gave no answer; nobody knows whether it accepted.", {
        fate: "ambiguous",
        code,
        cause,
      })
    : new PlatformError("Bluesky gave no answer.", { fate: "retry", code, cause });
}

/** Whether the public sees what the call does: then no answer is not the same as nothing done. */
export function isDecisive(step: Step): boolean {
  return step === "publish" || step === "remove";
}

function lost(input: {
  step: Step;
  status: number;
  fail: (message: string, options: { fate: "ambiguous" | "retry"; code: string }) => PlatformError;
}): PlatformError {
  const { step, status, fail } = input;
  const code = status >= 500 ? "server_error" : status === 408 ? "timeout" : "unreadable";
  return isDecisive(step)
    ? fail(`Bluesky answered ${status}; nobody knows whether it accepted.`, {
        fate: "ambiguous",
        code,
      })
    : fail(`Bluesky answered ${status}.`, { fate: "retry", code });
}

/** Newer servers send `Retry-After`, all of them `RateLimit-Reset`: seconds since 1970. */
function waitSeconds(input: { headers: Headers; now: Date }): number | undefined {
  const { headers, now } = input;
  const asked = retryAfterSeconds({ header: headers.get("retry-after"), now });
  const reset = headers.get("ratelimit-reset")?.trim() ?? "";
  if (asked !== undefined || !/^\d+$/.test(reset)) return asked;
  const seconds = Math.max(0, Math.ceil(Number(reset) - now.getTime() / 1_000));
  return retryAfterSeconds({ header: String(seconds), now });
}

/** `BlobTooLarge` → `blob_too_large`; anything that is no plain word is not repeated. */
function snakeCase(word: string): string {
  return /^[A-Za-z_]{1,60}$/.test(word)
    ? word.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase()
    : "rejected";
}

import { PlatformError, type PlatformErrorOptions } from "#domain/errors.ts";
import type { Secrets } from "#platforms/contract.ts";
import { redactSecrets } from "#platforms/lib/redact-secrets.ts";
import { retryAfterSeconds } from "#platforms/lib/retry-after-seconds.ts";
import { ErrorAnswer } from "./answers.ts";

/**
 * What a call is for; decides what its failure means. `publish` is the one that makes content visible, `remove` the one
 * that takes it away.
 */
export type Step = "token" | "read" | "upload" | "publish" | "remove";

export interface FailedAnswer {
  status: number;
  headers: Headers;
  /** Parsed JSON, or undefined when it was none. */
  body: unknown;
}

/** The error that an answer other than the hoped-for one means. Pure. */
export function classifyAnswer(input: {
  step: Step;
  answer: FailedAnswer;
  secrets: Secrets;
  now: Date;
}): PlatformError {
  const { step, answer } = input;
  const { status } = answer;
  const said = ErrorAnswer.safeParse(answer.body);
  const word = said.success ? said.data.error : undefined;
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
    const seconds = retryAfterSeconds({
      header: answer.headers.get("retry-after"),
      now: input.now,
    });
    return fail("The sandbox network asks to slow down.", {
      fate: "retry",
      code: "rate_limited",
      ...(seconds === undefined ? {} : { retryAfterSeconds: seconds }),
    });
  }
  // 408 is a time-out in the words of a 4xx. A 2xx that ends here could not be read.
  if (status < 400 || status >= 500 || status === 408) return lost({ step, fail, status });
  if (word === "invalid_client" || word === "unauthorized_client")
    return fail("The sandbox network does not know this installation's client id.", {
      fate: "ours",
      code: word,
    });
  if (step === "token" && word === "invalid_grant")
    return fail("The sandbox network refuses this authorization; connect the account again.", {
      fate: "reauthorize",
      code: word,
    });
  if (status === 401 || (status === 403 && word === "insufficient_scope"))
    return fail(
      "The sandbox network no longer accepts this authorization; connect the account again.",
      {
        fate: "reauthorize",
        code: word ?? "unauthorized",
      },
    );
  if (step === "remove" && word === "delete_not_supported")
    return fail("This account's posts can't be taken down by a program.", {
      fate: "reject",
      code: "not_supported",
    });
  // Its word is the code.
  const what =
    word === undefined
      ? `The sandbox network answered ${status}.`
      : "The sandbox network refuses this.";
  return fail(what, {
    fate: "reject",
    code: word ?? (status === 404 ? "not_found" : "rejected"),
  });
}

/** The error for a call that got no answer at all: reset, refused, timed out. Pure. */
export function classifySilence(input: { step: Step; cause: unknown }): PlatformError {
  const timedOut = input.cause instanceof Error && input.cause.name === "TimeoutError";
  const code = timedOut ? "timeout" : "unreachable";
  return isDecisive(input.step)
    ? new PlatformError("The sandbox network gave no answer; nobody knows whether it accepted.", {
        fate: "ambiguous",
        code,
        cause: input.cause,
      })
    : new PlatformError("The sandbox network gave no answer.", {
        fate: "retry",
        code,
        cause: input.cause,
      });
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
  const code =
    input.status >= 500 ? "server_error" : input.status === 408 ? "timeout" : "unreadable";
  return isDecisive(input.step)
    ? input.fail(
        `The sandbox network answered ${input.status}; nobody knows whether it accepted.`,
        {
          fate: "ambiguous",
          code,
        },
      )
    : input.fail(`The sandbox network answered ${input.status}.`, { fate: "retry", code });
}

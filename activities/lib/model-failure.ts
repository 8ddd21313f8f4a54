import { ApplicationFailure } from "@temporalio/common";
import type { ModelErrorVerdict } from "./classify-model-error.ts";

/** The one translation of a failed model call for Temporal: what can't succeed later is not tried again. */
export function modelFailure(verdict: ModelErrorVerdict): ApplicationFailure {
  return ApplicationFailure.create({
    message: verdict.message,
    type: verdict.code,
    nonRetryable: !verdict.retryable,
    ...(verdict.retryAfterSeconds === undefined
      ? {}
      : { nextRetryDelay: `${verdict.retryAfterSeconds} seconds` }),
  });
}

import { ApplicationFailure } from "@temporalio/common";
import { PlatformError } from "#domain/errors.ts";

/** The one translation of a platform's error for Temporal: only `retry` is worth another try by itself. */
export function platformFailure(error: unknown): unknown {
  if (!(error instanceof PlatformError)) return error;
  return ApplicationFailure.create({
    message: error.message,
    type: error.code,
    nonRetryable: error.fate !== "retry",
    ...(error.retryAfterSeconds === undefined
      ? {}
      : { nextRetryDelay: `${error.retryAfterSeconds} seconds` as const }),
  });
}

import { ApplicationFailure } from "@temporalio/activity";

/** The row, or a failure that no retry mends: what a workflow works on was removed under it. */
export function orGone<T>(row: T | null | undefined, what: string): T {
  if (row === null || row === undefined) {
    throw ApplicationFailure.nonRetryable(`the ${what} is gone`, "gone");
  }
  return row;
}

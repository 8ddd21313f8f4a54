import { WorkflowFailedError, type WorkflowHandle } from "@temporalio/client";
import { CancelledFailure } from "@temporalio/common";
import { expect } from "vitest";

/** The workflow ends as cancelled: neither as failed nor as done. */
export async function expectCancelled(handle: WorkflowHandle): Promise<void> {
  const error: unknown = await handle.result().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(WorkflowFailedError);
  expect(error instanceof WorkflowFailedError && error.cause).toBeInstanceOf(CancelledFailure);
}

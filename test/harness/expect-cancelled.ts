import { setTimeout as sleep } from "node:timers/promises";
import { WorkflowFailedError, type WorkflowHandle } from "@temporalio/client";
import { CancelledFailure } from "@temporalio/common";
import { expect } from "vitest";

/** The workflow ends as cancelled: neither as failed nor as done. */
export async function expectCancelled(handle: WorkflowHandle): Promise<void> {
  await endsWithoutSkipping(handle);
  const error: unknown = await handle.result().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(WorkflowFailedError);
  expect(error instanceof WorkflowFailedError && error.cause).toBeInstanceOf(CancelledFailure);
}

/**
 * Asking for a result lets the test server skip time, at once and perhaps before the story has heard of the cancellation:
 * then its own time-outs come first. So it gets some seconds of real time; retries that take longer are skipped after that.
 */
async function endsWithoutSkipping(handle: WorkflowHandle): Promise<void> {
  for (let looks = 0; looks < 250; looks += 1) {
    const { status } = await handle.describe();
    if (status.name !== "RUNNING") return;
    await sleep(20);
  }
}

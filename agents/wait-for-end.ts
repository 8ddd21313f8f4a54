import {
  CancellationScope,
  ChildWorkflowFailure,
  getExternalWorkflowHandle,
  isCancellation,
  TerminatedFailure,
} from "@temporalio/workflow";
import { WorkflowExecutionAlreadyStartedError } from "@temporalio/common";
import { onChanged } from "#workflows/changed.ts";

/** What a row says of the work that a run waits for. `over`: nothing more happens to it by itself. */
export interface Outcome<Status> {
  status: Status;
  over: boolean;
}

/** Between two looks at the row, when nobody said that it changed: short at first, at most ten minutes. */
const firstPauseMs = 2_000;
const longestPauseMs = 10 * 60_000;

/**
 * True when the failure of a child says nothing of the work itself: another workflow of the same id was at it already (a
 * person moved it on before the run came to it, or this run was reset), or an operator ended the child, so that the sweep
 * starts it anew.
 */
export function goesOnElsewhere(error: unknown): boolean {
  if (error instanceof WorkflowExecutionAlreadyStartedError) return true;
  return error instanceof ChildWorkflowFailure && error.cause instanceof TerminatedFailure;
}

/**
 * Waits until the work has ended that another workflow sees to. Cancelled, it has that workflow cancelled and waits for
 * what becomes of it, as for a child; throws the cancellation where that was the end of the work too.
 */
export async function waitForEnd<Status>(input: {
  workflowId: string;
  look: () => Promise<Outcome<Status>>;
}): Promise<Status> {
  const row = onChanged();
  const wait = async (): Promise<Status> => {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
      row.clear();
      const { status, over } = await input.look();
      if (over) return status;
      await row.waitUntil(Date.now() + pauseMs, "waiting for the end of what goes on elsewhere");
    }
  };
  try {
    return await wait();
  } catch (error) {
    if (!isCancellation(error)) throw error;
    return CancellationScope.nonCancellable(async () => {
      await cancelIfThere(input.workflowId);
      const status = await wait();
      if (status === "cancelled") throw error;
      return status;
    });
  }
}

async function cancelIfThere(workflowId: string): Promise<void> {
  try {
    await getExternalWorkflowHandle(workflowId).cancel();
  } catch {
    // It ended meanwhile, or is about to be started anew: its row says what becomes of it.
  }
}

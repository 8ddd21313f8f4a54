import {
  ActivityFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  isCancellation,
  setCurrentDetails,
  workflowInfo,
} from "@temporalio/workflow";
import type { ConnectionMove } from "#domain/next-connection-move.ts";
import { platformOptions } from "#temporal.config";
import { onChanged } from "./changed.ts";
import type { ConnectionIds } from "./ids.ts";
import { toldActivities } from "./told-activities.ts";

export interface ConnectionActivities {
  nextConnectionMove(input: ConnectionIds & { now: number }): Promise<ConnectionMove>;
  /** New secrets from the platform, under the connection's lock. A passing error is retried and revokes nothing. */
  refreshSecrets(input: ConnectionIds): Promise<void>;
  /**
   * Tells the platform that the authorization is given up, as far as it listens, and removes the connection's row with
   * what was measured through it.
   */
  forgetConnection(input: ConnectionIds): Promise<void>;
}

/** After all retries of a step failed: the connection is looked at again so much later, or when it changes. */
const afterFailureMs = 15 * 60_000;

/** Keeps one connection's authorization fresh ahead of its expiry, and clears up after it is disconnected. */
export async function refreshConnection(ids: ConnectionIds): Promise<void> {
  const activities = toldActivities<ConnectionActivities>(platformOptions, {
    nextConnectionMove: "ask the connection's row what comes next",
    refreshSecrets: "refresh the authorization",
    forgetConnection: "tell the platform and remove the connection",
  });
  const row = onChanged();
  while (!workflowInfo().continueAsNewSuggested) {
    row.clear();
    try {
      if (await makeMove({ ids, row, activities })) return;
    } catch (error) {
      // An outage of the platform, however long, must not end the care for the connection.
      if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
      setCurrentDetails("The last try failed; trying again later.");
      await row.waitUntil(Date.now() + afterFailureMs, "trying again after a failure");
    }
  }
  await condition(allHandlersFinished);
  await continueAsNew<typeof refreshConnection>(ids);
}

/** Makes the connection's next move; true when nothing is left to do. */
async function makeMove(input: {
  ids: ConnectionIds;
  row: ReturnType<typeof onChanged>;
  activities: ConnectionActivities;
}): Promise<boolean> {
  const { ids, row, activities } = input;
  const move = await activities.nextConnectionMove({ ...ids, now: Date.now() });
  switch (move.kind) {
    case "refresh":
      setCurrentDetails("Refreshing the authorization.");
      await activities.refreshSecrets(ids);
      return false;
    case "forget":
      setCurrentDetails("Disconnecting.");
      await activities.forgetConnection(ids);
      return false;
    case "wait":
      setCurrentDetails(
        move.until === undefined
          ? "Nothing to refresh."
          : `Next refresh at ${new Date(move.until).toISOString()}.`,
      );
      await row.waitUntil(move.until, "until the authorization must be refreshed");
      return false;
    case "done":
      setCurrentDetails("Done.");
      return true;
  }
}

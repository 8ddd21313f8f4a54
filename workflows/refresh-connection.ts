import {
  allHandlersFinished,
  condition,
  continueAsNew,
  proxyActivities,
  setCurrentDetails,
  workflowInfo,
} from "@temporalio/workflow";
import type { ConnectionMove } from "#domain/next-connection-move.ts";
import { platformOptions } from "#temporal.config";
import { onChanged } from "./changed.ts";
import type { ConnectionIds } from "./ids.ts";

export interface ConnectionActivities {
  nextConnectionMove(input: ConnectionIds & { now: number }): Promise<ConnectionMove>;
  /** New secrets from the platform, under the connection's lock. A passing error is retried and revokes nothing. */
  refreshSecrets(input: ConnectionIds): Promise<void>;
  /** Tells the platform that the authorization is given up, as far as it listens, and removes the connection's row. */
  forgetConnection(input: ConnectionIds): Promise<void>;
}

/** Keeps one connection's authorization fresh ahead of its expiry, and clears up after it is disconnected. */
export async function refreshConnection(ids: ConnectionIds): Promise<void> {
  const { nextConnectionMove, refreshSecrets, forgetConnection } =
    proxyActivities<ConnectionActivities>({
      ...platformOptions,
    });
  const row = onChanged();
  while (!workflowInfo().continueAsNewSuggested) {
    row.clear();
    const move = await nextConnectionMove({ ...ids, now: Date.now() });
    switch (move.kind) {
      case "refresh":
        setCurrentDetails("Refreshing the authorization.");
        await refreshSecrets(ids);
        break;
      case "forget":
        setCurrentDetails("Disconnecting.");
        await forgetConnection(ids);
        break;
      case "wait":
        setCurrentDetails(
          move.until === undefined
            ? "Nothing to refresh."
            : `Next refresh at ${new Date(move.until).toISOString()}.`,
        );
        await row.waitUntil(move.until, "until the authorization must be refreshed");
        break;
      case "done":
        setCurrentDetails("Done.");
        return;
    }
  }
  await condition(allHandlersFinished);
  await continueAsNew<typeof refreshConnection>(ids);
}

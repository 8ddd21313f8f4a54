import { ActivityFailure, isCancellation, setCurrentDetails } from "@temporalio/workflow";
import { keyCheckOptions, localOptions } from "#temporal.config";
import type { ProviderKeyIds } from "./ids.ts";
import { toldActivities, toldLocalActivities } from "./told-activities.ts";

export type ProviderKeyEnd = "ok" | "failed" | "gone";

export interface ProviderKeyActivities {
  /** Asks the provider which models the key sees, and notes what came of it. Does nothing where that was done. */
  tryProviderKey(input: ProviderKeyIds): Promise<{ status: ProviderKeyEnd }>;
}

export interface ProviderKeyLedgerActivities {
  /** Notes that the key could not be tried, and forgets it. */
  giveUpProviderKey(input: ProviderKeyIds): Promise<void>;
}

/** Tries a workspace's key of an AI provider, once, so that only one that works is ever used. */
export async function checkProviderKey(ids: ProviderKeyIds): Promise<{ status: ProviderKeyEnd }> {
  const { tryProviderKey } = toldActivities<ProviderKeyActivities>(keyCheckOptions, {
    tryProviderKey: "ask the provider which models the key sees",
  });
  const { giveUpProviderKey } = toldLocalActivities<ProviderKeyLedgerActivities>(localOptions, {
    giveUpProviderKey: "note that it could not be tried",
  });
  setCurrentDetails("Trying the key.");
  let end: { status: ProviderKeyEnd };
  try {
    end = await tryProviderKey(ids);
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    await giveUpProviderKey(ids);
    end = { status: "failed" };
  }
  setCurrentDetails(`Ended: ${end.status}.`);
  return end;
}

import {
  ActivityFailure,
  CancellationScope,
  isCancellation,
  setCurrentDetails,
} from "@temporalio/workflow";
import { localOptions, platformOptions } from "#temporal.config";
import { onChanged } from "./changed.ts";
import type { DeliveryIds } from "./delivery-ports.ts";
import type { PostIds } from "./ids.ts";
import { toldActivities, toldLocalActivities } from "./told-activities.ts";

/** Activities on our own database. */
export interface TakeDownLedgerActivities {
  /** Where it was asked to be taken down, with what still stands there: the last part of a thread first. */
  targetsToTakeDown(input: PostIds): Promise<StandingTarget[]>;
  /** Writes what became of a target: removed when nothing of it stands any more, failed otherwise. */
  settleRemoval(input: PostIds & { targetId: string; failure?: RemovalFailure }): Promise<void>;
}

export interface TakeDownPlatformActivities {
  /** Takes one part down. Repeating it is harmless. */
  removeDelivery(
    input: DeliveryIds,
  ): Promise<{ kind: "gone" } | ({ kind: "failed" } & RemovalFailure)>;
}

export interface StandingTarget {
  targetId: string;
  connectionId: string;
  deliveryIds: string[];
}

export interface RemovalFailure {
  code: string;
  detail: string;
}

/** Takes down what is out of a post, target by target. Ends when every request has an answer. */
export async function takeDownPost(ids: PostIds): Promise<{ targets: number }> {
  const ledger = toldLocalActivities<TakeDownLedgerActivities>(localOptions, {
    targetsToTakeDown: "ask the rows what is to be taken down",
    settleRemoval: "write what became of it",
  });
  const row = onChanged();
  const done = new Set<string>();
  for (;;) {
    row.clear();
    const targets = await ledger.targetsToTakeDown(ids);
    if (targets.length === 0 && !row.changed()) break;
    setCurrentDetails(`Taking down at ${targets.length} channels.`);
    await Promise.all(
      targets.map(async (standing) => {
        const { targetId } = standing;
        const failure = await removeAll({ ids, standing });
        await ledger.settleRemoval({ ...ids, targetId, ...(failure ? { failure } : {}) });
        done.add(targetId);
      }),
    );
  }
  setCurrentDetails(`Done at ${done.size} channels.`);
  return { targets: done.size };
}

/** One after the other: what hangs on a part goes before it. */
async function removeAll(input: {
  ids: PostIds;
  standing: StandingTarget;
}): Promise<RemovalFailure | undefined> {
  const { targetId, connectionId, deliveryIds } = input.standing;
  const platform = toldActivities<TakeDownPlatformActivities>(
    { ...platformOptions, priority: { fairnessKey: connectionId.slice(0, 64) } },
    { removeDelivery: "take down a part" },
  );
  for (const deliveryId of deliveryIds) {
    try {
      // A person asked for it: what was begun is not left half done.
      const ended = await CancellationScope.nonCancellable(() =>
        platform.removeDelivery({ ...input.ids, targetId, deliveryId }),
      );
      if (ended.kind === "failed") return { code: ended.code, detail: ended.detail };
    } catch (error) {
      if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
      return {
        code: "platform_unreachable",
        detail: "The platform could not be reached after many tries. Ask for it again later.",
      };
    }
  }
  return undefined;
}

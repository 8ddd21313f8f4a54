import { Context } from "@temporalio/activity";
import { randomUUID } from "node:crypto";
import type { ActivityDeps } from "#activities/index.ts";
import { closeCall } from "#activities/lib/delivery-ledger.ts";
import { prepareCall } from "#activities/lib/prepare-call.ts";
import type { DeliveryIds, PublishResult } from "#workflows/delivery-ports.ts";

/**
 * The bug that a run must find: publishing as it is often written, without the ledger. It sends straight away, with no
 * gate and nothing written down before the call, and marks each try anew; a try that broke is simply made again.
 */
export function withoutLedger<Activities extends object>(
  deps: ActivityDeps,
  activities: Activities,
): Activities {
  if (!("publishDelivery" in activities))
    throw new Error("There is no activity publishDelivery: the planted bug needs another place.");
  const publishDelivery = async (input: DeliveryIds): Promise<PublishResult> => {
    const { call, outgoing, delivery, platform } = await prepareCall(
      deps,
      input,
      Context.current().cancellationSignal,
    );
    const published = await platform.publish(call, {
      ...outgoing,
      created: delivery.created ?? {},
      marker: randomUUID(),
    });
    await closeCall(deps, input, randomUUID(), { outcome: "published", published });
    return { kind: "published" };
  };
  return { ...activities, publishDelivery };
}

import { Context } from "@temporalio/activity";
import { randomUUID } from "node:crypto";
import type { ActivityDeps } from "#activities/index.ts";
import { closeCall } from "#activities/lib/delivery-ledger.ts";
import { prepareCall } from "#activities/lib/prepare-call.ts";
import { PlatformError } from "#domain/errors.ts";
import type { Published } from "#platforms/contract.ts";
import type { DeliveryIds, PublishResult } from "#workflows/delivery-ports.ts";

type Publish = (input: DeliveryIds) => Promise<PublishResult>;

/**
 * The bug that a run must find: publishing as it is often written, without the ledger. It sends straight away, with no
 * gate and nothing written down before the call, and marks each try anew; a try whose answer was lost is simply made
 * again. What the platform refused it leaves to the real activity.
 */
export function withoutLedger<Activities extends object>(
  deps: ActivityDeps,
  activities: Activities,
): Activities {
  if (!("publishDelivery" in activities))
    throw new Error("There is no activity publishDelivery: the planted bug needs another place.");
  const properly = activities.publishDelivery as Publish;
  const publishDelivery: Publish = async (input) => {
    const { cancellationSignal } = Context.current();
    const { call, outgoing, delivery, platform } = await prepareCall(
      deps,
      input,
      cancellationSignal,
    );
    let published: Published;
    try {
      published = await platform.publish(call, {
        ...outgoing,
        created: delivery.created ?? {},
        marker: randomUUID(),
      });
    } catch (error) {
      if (error instanceof PlatformError && error.fate !== "ambiguous") return properly(input);
      throw error;
    }
    await closeCall(deps, input, randomUUID(), { outcome: "published", published });
    return { kind: "published" };
  };
  return { ...activities, publishDelivery };
}

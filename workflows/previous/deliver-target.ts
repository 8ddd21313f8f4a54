import { ioOptions } from "#temporal.config";
import { deliverPart } from "../deliver-target.ts";
import type { DeliveryIds } from "../delivery-ports.ts";
import type { TargetIds } from "../ids.ts";
import { toldActivities } from "../told-activities.ts";

/** Activities on our own database. */
export interface DeliveryLedgerActivities {
  /** Makes the delivery's row, or finds the one that an earlier try made. */
  claimDelivery(input: TargetIds & { version: number }): Promise<Claim>;
  /** The end of all tries: what may be out is left to a person as `unconfirmed`, what is not has failed. */
  exhaustDelivery(input: DeliveryIds): Promise<void>;
}

export interface Claim {
  deliveryId: string;
  /** `open`: nothing was sent. `sent`: a call was begun and nobody knows how it ended. `ended`: decided. */
  state: "open" | "sent" | "ended";
  steps: { create: boolean; poll: boolean };
  connectionId: string;
}

/** How a target was delivered before posts had parts; told only by runs that began then. */
export async function deliverTarget(input: {
  ids: TargetIds;
  version: number;
}): Promise<{ published: boolean }> {
  const ledger = toldActivities<DeliveryLedgerActivities>(ioOptions, {
    claimDelivery: "claim the delivery in the ledger",
    exhaustDelivery: "give up after the last try",
  });
  const claim = await ledger.claimDelivery({ ...input.ids, version: input.version });
  if (claim.state === "ended") return { published: false };
  return { published: (await deliverPart({ ...input, claim, ledger })).out };
}

import type { CallContext, Created, OutgoingPost, Reconciled } from "#platforms/contract.ts";
import { findRecord } from "./find-record.ts";
import { createdAtOf } from "./post-record.ts";

/** Looks under the key that only this delivery uses. */
export async function reconcilePost(
  ctx: CallContext,
  input: { marker: string; created: Created; post: OutgoingPost; sentAt: Date },
): Promise<Reconciled> {
  const found = await findRecord(ctx, input.marker);
  if (found.outcome === "none") return { outcome: "absent" };
  if (found.outcome === "hidden")
    return {
      outcome: "unprovable",
      reason:
        "The server shows nothing of this account: it may be deactivated, taken down or moved.",
    };
  // Two deliveries whose keys are the same are all but impossible; somebody else's edit of the record is not.
  if (found.text !== input.post.text || found.createdAt !== createdAtOf(input.marker))
    return {
      outcome: "unprovable",
      reason: "There is another record under this post's key: look at the account yourself.",
    };
  return { outcome: "present", ...found.published };
}

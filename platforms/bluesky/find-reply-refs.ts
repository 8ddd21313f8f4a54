import { PlatformError } from "#domain/errors.ts";
import type { CallContext, PlaceOfPart, PublishedPart } from "#platforms/contract.ts";
import { findRecord } from "./find-record.ts";
import type { ReplyRefs, StrongRef } from "./post-record.ts";
import { rkeyOf } from "./remote-id.ts";

/**
 * What a reply has to say of the posts above it. A content id that nobody kept, as when a person named the post by its
 * address, is read. Throws PlatformError `reject` when a post above is not there.
 */
export async function findReplyRefs(ctx: CallContext, place: PlaceOfPart): Promise<ReplyRefs> {
  const root = await strongRefOf(ctx, place.root);
  const isFirst = place.parent.remoteId === place.root.remoteId;
  return { root, parent: isFirst ? root : await strongRefOf(ctx, place.parent) };
}

async function strongRefOf(ctx: CallContext, part: PublishedPart): Promise<StrongRef> {
  const uri = part.remoteId;
  const known = part.data?.["cid"];
  if (known !== undefined) return { uri, cid: known };
  const rkey = rkeyOf({ did: ctx.account.remoteId, remoteId: uri });
  const found = rkey === undefined ? undefined : await findRecord(ctx, rkey);
  if (found?.outcome === "hidden")
    throw new PlatformError(
      "The server shows nothing of this account: it may be deactivated, taken down or moved.",
      { fate: "reauthorize", code: "account_hidden" },
    );
  const cid = found?.outcome === "found" ? found.published.data?.["cid"] : undefined;
  if (cid === undefined)
    throw new PlatformError("The post that this one goes under is not on Bluesky any more.", {
      fate: "reject",
      code: "parent_missing",
    });
  return { uri, cid };
}

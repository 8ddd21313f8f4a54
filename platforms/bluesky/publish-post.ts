import type { CallContext, Created, OutgoingPost, Published } from "#platforms/contract.ts";
import { WriteAnswer } from "./answers.ts";
import { callBluesky } from "./client.ts";
import { checkPost, createdPost } from "./create-post.ts";
import { detectFacets } from "./detect-facets.ts";
import { findRecord, publishedAs } from "./find-record.ts";
import { findReplyRefs } from "./find-reply-refs.ts";
import { postRecord } from "./post-record.ts";
import { collection, rkeyOf } from "./remote-id.ts";
import { serviceOf } from "./service-address.ts";

/**
 * The call that makes the post visible, after those that read who is mentioned and what is replied to. The marker is the record's key, and `swapRecord: null` says that there must be
 * nothing under it yet. So the server answers the very same record with the post of then, and any other with
 * `InvalidSwap`; `createRecord` would answer both with a 500 that says nothing.
 */
export async function publishPost(
  ctx: CallContext,
  post: OutgoingPost & { created: Created; marker: string },
): Promise<Published> {
  checkPost(post);
  const created = createdPost({ created: post.created, post });
  const did = ctx.account.remoteId;
  const facets = await detectFacets(ctx, post.text);
  const reply = post.place && (await findReplyRefs(ctx, post.place));
  const { cid } = await callBluesky({
    deps: ctx,
    step: "publish",
    service: serviceOf({ account: ctx.account, app: ctx.app }),
    method: "com.atproto.repo.putRecord",
    token: ctx.secrets["accessJwt"],
    secrets: ctx.secrets,
    body: {
      json: {
        repo: did,
        collection,
        rkey: post.marker,
        swapRecord: null,
        record: postRecord({ post, created, facets, reply, marker: post.marker }),
      },
    },
    answer: WriteAnswer,
    signal: ctx.signal,
  });
  return publishedAs({ did, rkey: post.marker, cid });
}

/** Whether the account's server shows the post to everybody. */
export async function confirmPost(
  ctx: CallContext,
  remoteId: string,
): Promise<{ visible: boolean; remoteUrl?: string }> {
  const rkey = rkeyOf({ did: ctx.account.remoteId, remoteId });
  if (rkey === undefined) return { visible: false };
  const found = await findRecord(ctx, rkey);
  if (found.outcome !== "found") return { visible: false };
  const { remoteUrl } = found.published;
  return { visible: true, ...(remoteUrl === undefined ? {} : { remoteUrl }) };
}

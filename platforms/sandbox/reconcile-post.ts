import type { CallContext, Created, OutgoingPost, Reconciled } from "#platforms/contract.ts";
import { ErrorAnswer, PostAnswer, PostsAnswer } from "./answers.ts";
import { callSandbox } from "./client.ts";
import { createdMedia } from "./create-media.ts";
import { findPost, isBefore } from "./find-post.ts";
import { publishedFrom } from "./publish-post.ts";

/** More pages than this are no proof any more: posts may come faster than they are read. */
const maxPages = 50;

/**
 * Finds out by reading what became of a publish without an answer: by its marker where the account takes markers, else
 * among the account's own posts, else it can't be known.
 */
export async function reconcilePost(
  ctx: CallContext,
  input: { marker: string; created: Created; post: OutgoingPost; sentAt: Date },
): Promise<Reconciled> {
  // Each way asks the network whether it is offered: that may have changed since the account was connected.
  return (await byMarker(ctx, input.marker)) ?? (await byListing(ctx, input)) ?? unprovable();
}

/** Undefined when the account takes no markers, or did not yet when it was connected. */
async function byMarker(ctx: CallContext, marker: string): Promise<Reconciled | undefined> {
  const found = await callSandbox({
    deps: ctx,
    step: "read",
    method: "GET",
    path: `/api/markers/${encodeURIComponent(marker)}`,
    secrets: ctx.secrets,
    answer: PostAnswer,
    // Only these very words prove something; any other 404 may be a wrong address.
    onRefusal({ status, body }) {
      const said = ErrorAnswer.safeParse(body);
      if (!said.success) return undefined;
      if (status === 404 && said.data.error === "unknown_marker") return "absent";
      if (status === 403 && said.data.error === "markers_not_supported") return "unsupported";
      return undefined;
    },
    signal: ctx.signal,
  });
  if (typeof found === "object") return { outcome: "present", ...publishedFrom(found) };
  // An account that took no markers at first may have ignored the one that we sent.
  const tookMarkers = ctx.account.data["markers"] === "true";
  return found === "absent" && tookMarkers ? { outcome: "absent" } : undefined;
}

/** Undefined when the account's posts can't be listed. */
async function byListing(
  ctx: CallContext,
  input: { created: Created; post: OutgoingPost; sentAt: Date },
): Promise<Reconciled | undefined> {
  const { media } = createdMedia(input.created);
  let cursor: string | undefined;
  let sentAt = input.sentAt;
  const found: PostAnswer[] = [];
  for (let page = 0; page < maxPages; page++) {
    const listed = await listOwnPosts(ctx, cursor);
    if (listed === "unsupported") return undefined;
    // The network's clock is not ours: what counts is how long ago we sent.
    if (page === 0 && listed.serverTime !== undefined)
      sentAt = new Date(
        Date.parse(listed.serverTime) - (ctx.now().getTime() - input.sentAt.getTime()),
      );

    const replyTo = input.post.place?.parent.remoteId;
    const { text } = input.post;
    found.push(...findPost({ posts: listed.data, text, media, replyTo, sentAt }));
    const last = listed.data.at(-1);
    cursor = listed.nextCursor ?? undefined;
    if (cursor === undefined || (last !== undefined && isBefore({ post: last, sentAt })))
      return outcomeOf(found);
  }
  return {
    outcome: "unprovable",
    reason: "The account has posted too much since to look through all of it.",
  };
}

function outcomeOf(found: PostAnswer[]): Reconciled {
  const [only, another] = found;
  if (only === undefined) return { outcome: "absent" };
  if (another === undefined) return { outcome: "present", ...publishedFrom(only) };
  return {
    outcome: "unprovable",
    reason: "The account shows more than one post that may be this one.",
  };
}

async function listOwnPosts(ctx: CallContext, cursor: string | undefined) {
  const query = new URLSearchParams({
    channelId: ctx.channel.remoteId,
    limit: "100",
    ...(cursor === undefined ? {} : { cursor }),
  });
  return callSandbox({
    deps: ctx,
    step: "read",
    method: "GET",
    path: `/api/posts?${query.toString()}`,
    secrets: ctx.secrets,
    answer: PostsAnswer,
    onRefusal({ body }) {
      const said = ErrorAnswer.safeParse(body);
      return said.success && said.data.error === "listing_not_supported"
        ? "unsupported"
        : undefined;
    },
    signal: ctx.signal,
  });
}

function unprovable(): Reconciled {
  return {
    outcome: "unprovable",
    reason:
      "This account takes no client markers and its posts can't be listed: look at the network yourself.",
  };
}

import { z } from "zod";
import { PlatformError } from "#domain/errors.ts";
import type { CallContext, Metrics } from "#platforms/contract.ts";
import { PostsAnswer } from "./answers.ts";
import { callBluesky } from "./client.ts";
import { findRecord } from "./find-record.ts";
import { rkeyOf } from "./remote-id.ts";
import { serviceOf } from "./service-address.ts";

/** Our names of the counts, and those of app.bsky.feed.defs#postView. */
const counts = {
  likes: "likeCount",
  comments: "replyCount",
  reposts: "repostCount",
  quotes: "quoteCount",
};

/** How soon to look again for a post that the network has not counted yet. */
const indexingSeconds = 30;

/**
 * Counts now, from the AppView that the account's server passes such questions on to. A count that is not reported, or
 * not as a number, is missing. The AppView simply leaves out what it does not know: whether the post is gone or only
 * not known there yet, the account's server says.
 */
export async function readMetrics(ctx: CallContext, remoteId: string): Promise<Metrics> {
  const { posts } = await callBluesky({
    deps: ctx,
    step: "read",
    service: serviceOf({ account: ctx.account, app: ctx.app }),
    method: "app.bsky.feed.getPosts",
    query: { uris: remoteId },
    token: ctx.secrets["accessJwt"],
    secrets: ctx.secrets,
    answer: PostsAnswer,
    signal: ctx.signal,
  });
  const post = posts.find(({ uri }) => uri === remoteId);
  if (post === undefined) throw await whyMissing(ctx, remoteId);
  const metrics: Metrics = {};
  for (const [name, member] of Object.entries(counts)) {
    const count = z.int().nonnegative().safeParse(post[member]);
    if (count.success) metrics[name] = count.data;
  }
  return metrics;
}

async function whyMissing(ctx: CallContext, remoteId: string): Promise<PlatformError> {
  const rkey = rkeyOf({ did: ctx.account.remoteId, remoteId });
  const found = rkey === undefined ? undefined : await findRecord(ctx, rkey);
  return found?.outcome === "found"
    ? new PlatformError("Bluesky does not count this post yet.", {
        fate: "retry",
        code: "not_indexed",
        retryAfterSeconds: indexingSeconds,
      })
    : new PlatformError("This post is gone from Bluesky.", { fate: "reject", code: "not_found" });
}

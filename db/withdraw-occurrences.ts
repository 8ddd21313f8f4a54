import { LockMode } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { changeablePosts } from "#domain/states.ts";
import { Post, type Series } from "./entities/index.ts";
import { enqueue } from "./outbox/enqueue.ts";
import { cancelPost, removeQueuedData } from "./post-changes.ts";

/** Of what a pause took back, and resuming makes again. */
export const keptError = {
  code: "series_paused",
  detail:
    "Its series was paused. Resuming the series makes it again as it was, if its time is still to come.",
};

/** What of a series was taken back. */
export interface Withdrawn {
  posts: number;
  /** What Temporal is to be told after the commit. */
  outboxIds: string[];
  /** What to delete after the commit. */
  blobs: string[];
}

/**
 * Cancels posts that a series has made and that are not out: `all` of them, or those to come that are `untouched`, which
 * nobody has edited, moved or approved. Their occurrences may be made anew. Of those that a `pause` cancels, what
 * somebody has touched is kept for `restoreOccurrences`. Call it within the transaction that locks the series' row.
 */
export async function withdrawOccurrences(
  em: EntityManager,
  input: { series: Series; which: "all" | "untouched" | "pause"; now: Date },
): Promise<Withdrawn> {
  const { series, which, now } = input;
  const posts = await em.find(
    Post,
    {
      seriesId: series.id,
      occurrenceAt: which === "untouched" ? { $gt: now } : { $ne: null },
      status: { $in: [...changeablePosts] },
      // Its version does not tell: the product makes another one too, such as when a zone gets other rules.
      ...(which === "untouched" ? { touchedAt: null } : {}),
    },
    { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: "asc" }, refresh: true },
  );
  const withdrawn: Withdrawn = { posts: 0, outboxIds: [], blobs: [] };
  for (const post of posts) {
    if (!(await cancelPost(em, post, now))) continue;
    if (which === "pause" && post.touchedAt) post.error = keptError;
    else post.occurrenceAt = null;
    await em.flush();
    withdrawn.posts += 1;
    withdrawn.blobs.push(...(await removeQueuedData(em, post.id)));
    const { workspaceId } = post;
    const workflowId = `post/${post.id}`;
    withdrawn.outboxIds.push(await enqueue(em, { workspaceId, action: "cancel", workflowId }));
  }
  return withdrawn;
}

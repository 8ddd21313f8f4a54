import { LockMode } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { changeablePosts } from "#domain/states.ts";
import { Post, type Series } from "./entities/index.ts";
import { enqueue } from "./outbox/enqueue.ts";
import { cancelPost, removeQueuedData } from "./post-changes.ts";

/** What of a series was taken back. */
export interface Withdrawn {
  posts: number;
  /** What Temporal is to be told after the commit. */
  outboxIds: string[];
  /** What to delete after the commit. */
  blobs: string[];
}

/**
 * Cancels posts that a series has made and that are not out: `all` of them, or those to come that nobody `untouched`
 * has edited, moved or approved. Their occurrences may be made anew. Call it within the transaction that locks the
 * series' row.
 */
export async function withdrawOccurrences(
  em: EntityManager,
  input: { series: Series; which: "all" | "untouched"; now: Date },
): Promise<Withdrawn> {
  const { series, which, now } = input;
  const posts = await em.find(
    Post,
    {
      seriesId: series.id,
      occurrenceAt: which === "all" ? { $ne: null } : { $gt: now },
      status: { $in: [...changeablePosts] },
      // Its version does not tell: the product makes another one too, such as when a zone gets other rules.
      ...(which === "untouched" ? { touchedAt: null } : {}),
    },
    { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: "asc" }, refresh: true },
  );
  const withdrawn: Withdrawn = { posts: 0, outboxIds: [], blobs: [] };
  for (const post of posts) {
    if (!(await cancelPost(em, post, now))) continue;
    post.occurrenceAt = null;
    await em.flush();
    withdrawn.posts += 1;
    withdrawn.blobs.push(...(await removeQueuedData(em, post.id)));
    const { workspaceId } = post;
    const workflowId = `post/${post.id}`;
    withdrawn.outboxIds.push(await enqueue(em, { workspaceId, action: "cancel", workflowId }));
  }
  return withdrawn;
}

import { Target, type Post } from "#db/entities/index.ts";
import { claimSlot, releaseSlots } from "#db/claim-slot.ts";
import type { EntityManager } from "#db/orm.ts";
import { dueOf, type Schedule } from "./post-requests.ts";

interface ScheduledPost {
  workspaceId: string;
  postId: string;
  channelIds: string[];
  now: Date;
}

/**
 * When a post is due, as columns of its row: of a queue it takes a slot, in place of the one that it held. Call it within
 * the transaction that writes the post; where there is one, after its row was locked. Throws what `dueOf` and `claimSlot`
 * throw.
 */
export async function schedulePost(
  em: EntityManager,
  { schedule, ...post }: ScheduledPost & { schedule: Schedule },
) {
  if (schedule.mode === "queue")
    return claimSlot(em, { ...post, position: schedule.position ?? "next" });
  await releaseSlots(em, post.postId);
  return dueOf(schedule, post.now);
}

/** Gives a post of a queue a slot that fits its targets as they are now: the one that it has, where that is possible. */
export async function keepSlot(em: EntityManager, post: Post, now: Date): Promise<void> {
  if (post.scheduleMode !== "queue") return;
  const targets = await em.find(Target, { postId: post.id }, { fields: ["channelId"] });
  const slot = await claimSlot(em, {
    workspaceId: post.workspaceId,
    postId: post.id,
    channelIds: targets.map((target) => target.channelId),
    position: "next",
    now,
    keep: post.dueAt,
  });
  Object.assign(post, slot);
}

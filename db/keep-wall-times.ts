import { LockMode } from "@mikro-orm/core";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { changeablePosts } from "#domain/states.ts";
import { systemClocks, type Clocks } from "./clocks.ts";
import { Post, Queue, QueueClaim } from "./entities/index.ts";
import { inWorkspace } from "./orm.ts";
import { enqueue } from "./outbox/enqueue.ts";
import { recordAudit } from "./record-audit.ts";
import { recordEvent } from "./record-event.ts";
import { sqlWords } from "./sql-words.ts";

/** How many posts are looked at, at once. */
const atOnce = 500;

/**
 * Keeps posts at the wall time that was asked for when a zone's rules change: those to come whose instant was drawn by
 * older data of the time zones get it anew. An older process never undoes what a newer one has drawn. Returns how many
 * moved.
 */
export async function keepWallTimes(input: {
  orm: MikroORM;
  workspaceId: string;
  now: Date;
  clocks?: Clocks;
}): Promise<{ moved: number }> {
  const { orm, workspaceId, now, clocks = systemClocks } = input;
  const em = inWorkspace(orm, workspaceId);
  let moved = 0;
  for (;;) {
    const old = await outdated(em, { now, version: clocks.version });
    const moves = old.map((post) => ({
      ...post,
      by: clocks.instantOf(post).getTime() - post.dueAt,
    }));
    const still = moves.filter(({ by }) => by === 0).map(({ id }) => id);
    await em.nativeUpdate(Post, { id: { $in: still } }, { zoneData: clocks.version });
    const moving = moves.filter(({ by }) => by !== 0);
    // Slots move one after another: each into a place that the one before it has left.
    moving.sort((a, b) => (a.by > 0 ? b.dueAt - a.dueAt : a.dueAt - b.dueAt));
    for (const { id } of moving) {
      const work = (within: EntityManager) => movePost(within, { id, clocks, now });
      if (await inWorkspace(orm, workspaceId).transactional(work)) moved += 1;
    }
    if (old.length < atOnce) return { moved };
  }
}

interface OutdatedPost {
  id: string;
  localAt: string;
  timeZone: string;
  /** Epoch milliseconds. */
  dueAt: number;
}

async function outdated(
  em: EntityManager,
  { now, version }: { now: Date; version: string },
): Promise<OutdatedPost[]> {
  return em.execute<OutdatedPost[]>(
    `select "id", "local_at" as "localAt", "time_zone" as "timeZone",
       (extract(epoch from "due_at") * 1000)::float8 as "dueAt"
     from "post"
     where "status" in ${sqlWords(changeablePosts)} and "due_at" > ?
       and "local_at" is not null and "time_zone" is not null
       and ("zone_data" is null or "zone_data" collate "C" < ?)
     order by "due_at" limit ?`,
    [now, version, atOnce],
  );
}

async function movePost(
  em: EntityManager,
  { id, clocks, now }: { id: string; clocks: Clocks; now: Date },
): Promise<boolean> {
  const post = await em.findOne(Post, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!post?.localAt || !post.timeZone || post.dueAt <= now) return false;
  if (!changeablePosts.includes(post.status)) return false;
  if ((post.zoneData ?? "") >= clocks.version) return false;
  const { workspaceId, dueAt: before, localAt, timeZone } = post;
  const dueAt = clocks.instantOf({ localAt, timeZone });
  post.zoneData = clocks.version;
  if (dueAt.getTime() === before.getTime()) return false;
  post.dueAt = dueAt;
  if (post.occurrenceAt?.getTime() === before.getTime()) post.occurrenceAt = dueAt;
  post.version += 1;
  await em.flush();
  await moveSlots(em, post);
  await recordEvent(em, {
    workspaceId,
    type: "post.rescheduled",
    subjectKind: "post",
    subjectId: post.id,
    data: { version: post.version, cause: "time_zone_data", dueAt: dueAt.toISOString() },
  });
  await recordAudit(em, {
    workspaceId,
    actor: "system",
    action: "post.rescheduled",
    subject: `post:${post.id}`,
    detail: { cause: "time_zone_data", timeZone, zoneData: clocks.version },
  });
  await enqueue(em, {
    workspaceId,
    action: "wake",
    workflowType: "publishPost",
    workflowId: `post/${post.id}`,
    input: { postId: post.id },
  });
  return true;
}

/** A slot that somebody else took meanwhile stays theirs; the post goes out at its time all the same. */
async function moveSlots(em: EntityManager, post: Post): Promise<void> {
  const claims = await em.find(QueueClaim, { postId: post.id }, { orderBy: { channelId: "asc" } });
  if (claims.length === 0) return;
  const channelId = { $in: claims.map((claim) => claim.channelId) };
  await em.find(
    Queue,
    { channelId },
    { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { channelId: "asc" } },
  );
  for (const claim of claims) {
    const there = { channelId: claim.channelId, slotAt: post.dueAt };
    if ((await em.count(QueueClaim, there)) > 0) em.remove(claim);
    else claim.slotAt = post.dueAt;
  }
  await em.flush();
}

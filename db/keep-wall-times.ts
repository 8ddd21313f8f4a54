import { LockMode } from "@mikro-orm/core";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { changeablePosts } from "#domain/states.ts";
import { systemClocks, type Clocks } from "./clocks.ts";
import { Post, Queue, QueueClaim, Series } from "./entities/index.ts";
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
    const later = moving.filter(({ by }) => by > 0);
    const earlier = moving.filter(({ by }) => by < 0);
    // Slots move one after another: each into a place that the one before it has left.
    for (const { id, seriesId } of [...later.toReversed(), ...earlier]) {
      const work = (within: EntityManager) =>
        seriesId
          ? moveSeries(within, { seriesId, id, clocks, now })
          : movePost(within, { id, clocks, now });
      moved += await inWorkspace(orm, workspaceId).transactional(work);
    }
    if (old.length < atOnce) return { moved };
  }
}

interface OutdatedPost {
  id: string;
  seriesId: string | null;
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
    `select "id", "series_id" as "seriesId", "local_at" as "localAt", "time_zone" as "timeZone",
       (extract(epoch from "due_at") * 1000)::float8 as "dueAt"
     from "post"
     where "status" in ${sqlWords(changeablePosts)} and "due_at" > ?
       and "local_at" is not null and "time_zone" is not null
       and ("zone_data" is null or "zone_data" collate "C" < ?)
     order by "due_at" limit ?`,
    [now, version, atOnce],
  );
}

/** Moves a post of a series with all others of it that are to come: one may move to where another still is. */
async function moveSeries(
  em: EntityManager,
  input: { seriesId: string; id: string; clocks: Clocks; now: Date },
): Promise<number> {
  const { seriesId, id, clocks, now } = input;
  const lockMode = LockMode.PESSIMISTIC_WRITE;
  // As where the series is changed or made: its row first, then its posts.
  await em.findOne(Series, { id: seriesId }, { lockMode });
  const posts = await em.find(
    Post,
    { seriesId, $or: [{ id }, { occurrenceAt: { $gt: now } }] },
    { lockMode, orderBy: { id: "asc" } },
  );
  const places = newPlaces(posts, clocks);
  const leaving = posts.filter((post) => places.has(post.id));
  for (const post of leaving) post.occurrenceAt = null;
  await em.flush();
  let moved = 0;
  for (const post of posts) moved += await movePost(em, { id: post.id, clocks, now });
  const taken = new Set(posts.map(({ occurrenceAt }) => occurrenceAt?.getTime()));
  for (const post of leaving) {
    const place = places.get(post.id);
    // Whoever has the place keeps it: the post goes out at its time all the same.
    if (!place || taken.has(place.getTime())) continue;
    taken.add(place.getTime());
    post.occurrenceAt = place;
  }
  await em.flush();
  return moved;
}

/**
 * Which occurrence each post of a series is by the clocks, of those where that changes. One that is not at its
 * occurrence's time any more has no wall time of it: it moves as far as its neighbour does.
 */
function newPlaces(posts: readonly Post[], clocks: Clocks): Map<string, Date> {
  const places = posts.flatMap((post): { post: Post; at: number; by?: number }[] => {
    const { occurrenceAt, dueAt, localAt, timeZone } = post;
    if (!occurrenceAt) return [];
    const at = occurrenceAt.getTime();
    if (!localAt || !timeZone || dueAt.getTime() !== at) return [{ post, at }];
    const isOld = (post.zoneData ?? "") < clocks.version;
    return [{ post, at, by: isOld ? clocks.instantOf({ localAt, timeZone }).getTime() - at : 0 }];
  });
  const known = places.flatMap(({ at, by }) => (by === undefined ? [] : [{ at, by }]));
  const asNeighbour = (at: number) =>
    known.toSorted((a, b) => Math.abs(a.at - at) - Math.abs(b.at - at))[0]?.by ?? 0;
  return new Map(
    places.flatMap(({ post, at, by = asNeighbour(at) }) =>
      by === 0 ? [] : [[post.id, new Date(at + by)] as const],
    ),
  );
}

/** How many it moved: one, or none. */
async function movePost(
  em: EntityManager,
  { id, clocks, now }: { id: string; clocks: Clocks; now: Date },
): Promise<number> {
  const post = await em.findOne(Post, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!post?.localAt || !post.timeZone || post.dueAt <= now) return 0;
  if (!changeablePosts.includes(post.status)) return 0;
  if ((post.zoneData ?? "") >= clocks.version) return 0;
  const { workspaceId, dueAt: before, localAt, timeZone } = post;
  const dueAt = clocks.instantOf({ localAt, timeZone });
  post.zoneData = clocks.version;
  if (dueAt.getTime() === before.getTime()) return 0;
  post.dueAt = dueAt;
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
  return 1;
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

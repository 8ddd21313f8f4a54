import { LockMode } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { Problem } from "#domain/errors.ts";
import { findFreeSlot, queueHorizonDays, type HeldQueue } from "#domain/queue-slots.ts";
import { systemClocks } from "./clocks.ts";
import { Channel, Queue, QueueClaim } from "./entities/index.ts";
import { insertRow } from "./insert-row.ts";

/** When a post with a slot is due, as columns of its row. */
export interface ClaimedTime {
  scheduleMode: "queue";
  dueAt: Date;
  localAt: string;
  timeZone: string;
  zoneData: string;
}

/**
 * Gives the post the next free slot that the queues of its channels have in common, instead of the one it holds. Channels
 * without a queue go along. Call it within a transaction; where there is a post, after its row was locked. The queues'
 * rows are locked until the end: one post at a time looks for a slot, so that no two find the same one.
 * Throws Problem 422 `no_queue` and `no_free_slot`.
 */
export async function claimSlot(
  em: EntityManager,
  input: {
    workspaceId: string;
    postId: string;
    channelIds: string[];
    position: "next" | "last";
    now: Date;
    /** Stay at this one where that is possible. */
    keep?: Date;
  },
): Promise<ClaimedTime> {
  const { workspaceId, postId, now } = input;
  // In one order, so that two posts to the same channels never wait for each other.
  const queues = await em.find(
    Queue,
    { channelId: { $in: input.channelIds } },
    { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { channelId: "asc" }, refresh: true },
  );
  await releaseSlots(em, postId);
  const held: HeldQueue[] = [];
  for (const queue of queues) held.push(await withHeld(em, queue, now));
  const [first, ...others] = held;
  if (!first) {
    throw refuse(
      "no_queue",
      "None of the channels has a queue. Give one its times with PUT /v1/queues/{channelId}, or name a time.",
    );
  }
  const paused = queues.filter((queue) => queue.paused);
  if (paused.length > 0) {
    const names = await namesOf(em, paused);
    throw refuse("no_free_slot", `The queue of ${names} is paused. Go on with it, or name a time.`);
  }
  const slot = findFreeSlot({
    queues: [first, ...others],
    now,
    position: input.position,
    ...(input.keep ? { keep: input.keep } : {}),
  });
  if (!slot) {
    const names = await namesOf(em, queues);
    const shared =
      queues.length > 1 ? "The queues have no free slot in common" : "The queue is full";
    throw refuse(
      "no_free_slot",
      `${shared} within ${queueHorizonDays} days (${names}). Add times to it, or name a time.`,
    );
  }
  for (const { channelId } of queues)
    await insertRow(em, QueueClaim, { workspaceId, channelId, slotAt: slot.at, postId });
  return {
    scheduleMode: "queue",
    dueAt: slot.at,
    localAt: slot.localAt,
    timeZone: slot.timeZone,
    zoneData: systemClocks.version,
  };
}

/** Gives back what the post holds of any queue. Call it within the transaction of the change. */
export async function releaseSlots(em: EntityManager, postId: string): Promise<void> {
  await em.nativeDelete(QueueClaim, { postId });
}

async function withHeld(em: EntityManager, queue: Queue, now: Date): Promise<HeldQueue> {
  const claims = await em.find(
    QueueClaim,
    { channelId: queue.channelId, slotAt: { $gt: now } },
    { fields: ["slotAt"] },
  );
  const { timeZone, slots } = queue;
  return { timeZone, slots, held: new Set(claims.map((claim) => claim.slotAt.getTime())) };
}

async function namesOf(em: EntityManager, queues: Queue[]): Promise<string> {
  const id = { $in: queues.map((queue) => queue.channelId) };
  const channels = await em.find(Channel, { id }, { fields: ["name"], orderBy: { id: "asc" } });
  return channels.map((channel) => channel.name).join(", ");
}

function refuse(code: "no_queue" | "no_free_slot", detail: string): Problem {
  const pointer = "/schedule/mode";
  return new Problem({ status: 422, code, detail, errors: [{ pointer, detail }] });
}

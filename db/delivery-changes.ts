import { raw, type EntityManager } from "@mikro-orm/postgresql";
import { cut } from "#domain/cut.ts";
import type { PlatformError } from "#domain/errors.ts";
import {
  postMachine,
  postsAtRest,
  postStatusOf,
  targetMachine,
  type TargetStatus,
} from "#domain/states.ts";
import { metricSlots } from "#temporal.config";
import { countTarget } from "../observe/metrics.ts";
import { Delivery, DeliveryAttempt, Target, type Post } from "./entities/index.ts";
import type { CallSummary } from "./entities/delivery-attempt.ts";
import { insertRow } from "./insert-row.ts";
import { enqueue } from "./outbox/enqueue.ts";
import { partsOf, setPostStatus } from "./post-changes.ts";
import { recordEvent } from "./record-event.ts";
import { setRemoval } from "./set-removal.ts";

/** The rows of one delivery, locked in the one order that everybody keeps: the post first. */
export interface LockedRows {
  post: Post;
  target: Target;
  delivery: Delivery;
}

/** Writes what became of a target, with its event. Call it under the post's lock. */
export async function setTarget(
  em: EntityManager,
  target: Target,
  status: TargetStatus,
  error: Target["error"],
): Promise<void> {
  target.error = error;
  target.waiting = null;
  if (target.status === status) return;
  target.status = targetMachine.step(target.status, status);
  target.statusAt = new Date();
  countTarget(target);
  await recordEvent(em, {
    workspaceId: target.workspaceId,
    type: `target.${status}`,
    subjectKind: "post",
    subjectId: target.postId,
    data: { targetId: target.id },
  });
}

/** Adds an attempt to a delivery, open or with its end; returns its id. Call it under the delivery's lock. */
export async function addAttempt(
  em: EntityManager,
  now: Date,
  delivery: Delivery,
  step: DeliveryAttempt["step"],
  end?: {
    startedAt: Date;
    outcome: string;
    detail?: string;
    failure?: PlatformError;
    calls?: CallSummary[];
    decidedBy?: string;
  },
): Promise<string> {
  return insertRow(em, DeliveryAttempt, {
    workspaceId: delivery.workspaceId,
    deliveryId: delivery.id,
    number: raw("(select count(*) + 1 from delivery_attempt where delivery_id = ?)", [delivery.id]),
    step,
    startedAt: end?.startedAt ?? now,
    ...(end
      ? {
          finishedAt: now,
          outcome: end.outcome,
          ...factsOf(end.failure),
          ...(end.detail === undefined ? {} : { detail: cut(end.detail, 2_000) }),
          ...(end.calls ? { calls: end.calls } : {}),
          ...(end.decidedBy ? { decidedBy: end.decidedBy } : {}),
        }
      : {}),
  });
}

/**
 * The part is out, whatever was decided meanwhile: that is the truth. The last one has the post measured. True when all of
 * the target is out.
 */
export async function markPublished(
  em: EntityManager,
  now: Date,
  { post, target, delivery }: LockedRows,
  published: { remoteId?: string; remoteUrl?: string; data?: Record<string, string> },
): Promise<boolean> {
  delivery.status = "published";
  const remoteId = published.remoteId ? cut(published.remoteId, 500) : null;
  const remoteUrl = published.remoteUrl ? cut(published.remoteUrl, 2_000) : null;
  Object.assign(delivery, { remoteId, remoteUrl, remoteData: published.data ?? null });
  post.publishedAt ??= now;
  if (target.removal?.status === "removed") await takeDownToo(em, now, post, target);
  if (delivery.part === 0) {
    Object.assign(target, { remoteId, remoteUrl });
    target.publishedAt ??= now;
  }
  const parts = partsOf(post, target).length;
  if (parts > 1) await em.flush();
  const out =
    parts === 1 ? 1 : await em.count(Delivery, { targetId: target.id, status: "published" });
  if (out < parts) {
    // One that was over for its story waits for a person to go on.
    if (postsAtRest.includes(post.status))
      await setTarget(em, target, "failed", interruptedError(delivery.part));
    else if (target.status === "pending" || target.status === "unconfirmed")
      await setTarget(em, target, "publishing", null);
    await settleOver(em, post);
    return false;
  }
  if (!targetMachine.allows(target.status, "published")) target.status = "publishing";
  await setTarget(em, target, "published", null);
  await enqueue(em, {
    workspaceId: post.workspaceId,
    action: "wake",
    workflowType: "collectMetrics",
    workflowId: `metrics/${post.id}`,
    input: { postId: post.id },
    notBefore: measurableFrom(post, now),
  });
  await settleOver(em, post);
  return true;
}

/** No post's lateness puts its measuring off by more than this. Milliseconds. */
const longestLateness = 60_000;

/**
 * When measuring begins: once there is something to measure, and later by twice as long as the post was late. What is late
 * says that much is due, and what is due goes out first.
 */
function measurableFrom(post: Post, now: Date): Date {
  const late = Math.min(longestLateness, Math.max(0, now.getTime() - post.dueAt.getTime()));
  return new Date(now.getTime() + metricSlots[0].afterMs + 2 * late);
}

/** A part was on its way while the rest of its target was taken down: it is taken down too. */
async function takeDownToo(
  em: EntityManager,
  now: Date,
  post: Post,
  target: Target,
): Promise<void> {
  await setRemoval(em, target, {
    status: "requested",
    detail: "A part that was on its way came out after the others were taken down.",
    at: now,
  });
  await enqueue(em, {
    workspaceId: post.workspaceId,
    action: "wake",
    workflowType: "takeDownPost",
    workflowId: `takedown/${post.id}`,
    input: { postId: post.id },
  });
}

/** What a target becomes whose post was over when a part of it turned out to be out. */
function interruptedError(part: number): NonNullable<Target["error"]> {
  return {
    code: "interrupted",
    detail: `Part ${part + 1} is out; what follows was not sent. Retry to go on from there.`,
  };
}

/** A post that was over for its story has nobody else to draw its state from its targets. */
async function settleOver(em: EntityManager, post: Post): Promise<void> {
  if (postsAtRest.includes(post.status)) await settleFromTargets(em, post);
}

/** Draws the post's state from its targets, once all have ended. Call it under the post's lock. */
export async function settleFromTargets(em: EntityManager, post: Post): Promise<void> {
  await em.flush();
  const targets = await em.find(Target, { postId: post.id });
  const status = postStatusOf(targets.map((one) => one.status));
  if (status && postMachine.allows(post.status, status)) await setPostStatus(em, post, status);
}

/** A foreign error as the ledger keeps it: no longer than its columns. */
export function factsOf(failure: PlatformError | undefined) {
  return {
    code: failure ? cut(failure.code, 80) : null,
    detail: failure ? cut(failure.message, 2_000) : null,
    platformMessage: failure?.platformMessage ? cut(failure.platformMessage, 2_000) : null,
    httpStatus: failure?.status ?? null,
  };
}

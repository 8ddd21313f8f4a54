import { LockMode } from "@mikro-orm/core";
import { Delivery, DeliveryAttempt, Post, Target } from "#db/entities/index.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace, type EntityManager } from "#db/orm.ts";
import { setPostStatus } from "#db/post-changes.ts";
import { recordEvent } from "#db/record-event.ts";
import { cut } from "#domain/cut.ts";
import type { PlatformError } from "#domain/errors.ts";
import {
  deliveryMachine,
  postMachine,
  postStatusOf,
  targetMachine,
  type DeliveryStatus,
  type TargetStatus,
} from "#domain/states.ts";
import type { Published } from "#platforms/contract.ts";
import type { DeliveryIds } from "#workflows/deliver-target.ts";
import { countTarget } from "../../observe/metrics.ts";
import type { ActivityDeps } from "../deps.ts";
import { checkGate } from "./check-gate.ts";

/** A call that was cut off may still arrive at the platform for so long; before that, "absent" proves nothing. */
const unansweredGraceMs = 30_000;
/** The same for a call that was answered, though not clearly. */
const answeredGraceMs = 2_000;

/** The rows of one delivery, locked in the one order that everybody keeps: the post first. */
interface LockedRows {
  post: Post;
  target: Target;
  delivery: Delivery;
}

/** Works on a delivery's rows under their locks; `undefined` when an edit removed them meanwhile. */
async function locked<T>(
  deps: ActivityDeps,
  ids: DeliveryIds,
  work: (em: EntityManager, rows: LockedRows) => Promise<T>,
): Promise<T | undefined> {
  return inWorkspace(deps.orm, ids.workspaceId).transactional(async (em) => {
    const lockMode = LockMode.PESSIMISTIC_WRITE;
    const post = await em.findOne(Post, { id: ids.postId }, { lockMode });
    const target = await em.findOne(Target, { id: ids.targetId });
    const delivery = await em.findOne(Delivery, { id: ids.deliveryId }, { lockMode });
    if (!post || !target || !delivery) return undefined;
    return work(em, { post, target, delivery });
  });
}

export type GateAnswer =
  | { kind: "open"; attemptId: string }
  /** Something that the gate must look at is being changed right now. */
  | { kind: "busy" }
  /** A call was begun before, and nobody knows how it ended. */
  | { kind: "unclear" }
  | { kind: "closed" };

/** Commits `sending` behind the gate: from here on the call may be made, once. */
export async function openGate(
  deps: ActivityDeps,
  ids: DeliveryIds,
  input: { version: number; now: number; sentHash: string | null },
): Promise<GateAnswer> {
  const answer = await locked(deps, ids, async (em, rows): Promise<GateAnswer> => {
    const { post, target, delivery } = rows;
    if (isUnderWay(delivery.status)) return { kind: "unclear" };
    if (delivery.status !== "claimed") return { kind: "closed" };
    const refusal = await checkGate(em, {
      deps,
      ...rows,
      version: input.version,
      // As late as it is, and never earlier than the story's own clock says.
      now: new Date(Math.max(input.now, deps.now().getTime())),
      sentHash: input.sentHash,
    });
    if (refusal) {
      const { code, detail } = refusal;
      if (refusal.target) await setTarget(em, target, refusal.target, { code, detail });
      return { kind: "closed" };
    }
    delivery.status = deliveryMachine.step(delivery.status, "sending");
    delivery.sendingAt = deps.now();
    await setTarget(em, target, "publishing", null);
    await setPostStatus(em, post, "publishing");
    return { kind: "open", attemptId: await addAttempt(em, deps, delivery, "publish") };
  }).catch((error: unknown) => {
    if (isLockTaken(error)) return { kind: "busy" as const };
    throw error;
  });
  return answer ?? { kind: "closed" };
}

/** How the publishing call ended. */
export type CallEnd =
  | { outcome: "published"; published: Published }
  /** The platform states that it did not accept: the delivery may be sent again. */
  | { outcome: "not_accepted"; failure: PlatformError }
  | { outcome: "rejected"; failure: PlatformError }
  | { outcome: "no_answer"; failure: PlatformError };

/**
 * Stores how the publishing call of an attempt ended. The answer of an attempt that is not the newest any more says
 * nothing of the newest, unless it says that the post is out.
 */
export async function closeCall(
  deps: ActivityDeps,
  ids: DeliveryIds,
  attemptId: string,
  end: CallEnd,
): Promise<void> {
  await locked(deps, ids, async (em, rows) => {
    const { delivery, target } = rows;
    const newest = await newestPublish(em, delivery.id);
    await closeAttempt(em, deps, attemptId, end);
    if (end.outcome === "published") {
      if (delivery.status !== "published") await markPublished(em, deps, rows, end.published);
      return;
    }
    if (newest?.id !== attemptId || !isUnderWay(delivery.status)) return;
    if (end.outcome === "not_accepted") await reopen(em, rows);
    if (end.outcome === "rejected") {
      delivery.status = deliveryMachine.step(delivery.status, "rejected");
      await setTarget(em, target, "failed", errorOf(end.failure));
    }
  });
}

/** What reading found of a call whose answer was lost. */
export type Finding = {
  startedAt: Date;
  /** When the call was sent that the reading was about: what it found says nothing of a later one. */
  sentAt: Date;
} & (
  | { outcome: "present"; published: Published }
  | { outcome: "absent" }
  | { outcome: "unprovable"; reason: string }
);

/** Stores what reading found. */
export async function settleFinding(
  deps: ActivityDeps,
  ids: DeliveryIds,
  found: Finding,
): Promise<void> {
  await locked(deps, ids, async (em, rows) => {
    if (!isUnderWay(rows.delivery.status)) return;
    if (rows.delivery.sendingAt?.getTime() !== found.sentAt.getTime()) return;
    await addAttempt(em, deps, rows.delivery, "reconcile", {
      startedAt: found.startedAt,
      outcome: found.outcome,
      ...(found.outcome === "unprovable" ? { detail: found.reason } : {}),
    });
    if (found.outcome === "present") await markPublished(em, deps, rows, found.published);
    else if (found.outcome === "absent") await reopen(em, rows);
    else await leaveUnconfirmed(em, rows);
  });
}

/** The end of all tries: what may be out is left to a person, what is not out has failed. */
export async function giveUp(deps: ActivityDeps, ids: DeliveryIds): Promise<void> {
  await locked(deps, ids, async (em, rows) => {
    if (isUnderWay(rows.delivery.status)) {
      await leaveUnconfirmed(em, rows);
      return;
    }
    if (rows.delivery.status !== "claimed") return;
    if (!targetMachine.allows(rows.target.status, "failed")) return;
    await setTarget(em, rows.target, "failed", {
      code: "gave_up",
      detail: "It could not be published after many tries. Its attempts say why; try again later.",
    });
  });
}

/** Ends a step that made nothing visible: the target is blocked or failed, with the reason. */
export async function endTarget(
  deps: ActivityDeps,
  ids: DeliveryIds,
  status: "blocked" | "failed",
  error: PlatformError,
): Promise<void> {
  await locked(deps, ids, async (em, { target, delivery }) => {
    if (delivery.status !== "claimed" || !targetMachine.allows(target.status, status)) return;
    await setTarget(em, target, status, errorOf(error));
  });
}

/**
 * How long a proof of absence that was read at `readAt` must still wait: a call on its way then was not absent yet.
 * Milliseconds, 0 when it counts.
 */
export async function tooEarlyMs(
  deps: ActivityDeps,
  ids: DeliveryIds,
  input: { sentAt: Date; readAt: Date },
): Promise<number> {
  const attempt = await newestPublish(inWorkspace(deps.orm, ids.workspaceId), ids.deliveryId);
  const ended = attempt?.finishedAt?.getTime();
  // Only an answer shows that the platform was done with the call when it ended; one that we cut off may be on its way.
  const grace = attempt?.httpStatus ? answeredGraceMs : unansweredGraceMs;
  return Math.max(0, (ended ?? input.sentAt.getTime()) + grace - input.readAt.getTime());
}

/** Adds an attempt to a delivery, open or with its end; returns its id. Call it under the delivery's lock. */
export async function addAttempt(
  em: EntityManager,
  deps: ActivityDeps,
  delivery: Delivery,
  step: DeliveryAttempt["step"],
  end?: { startedAt: Date; outcome: string; detail?: string; failure?: PlatformError },
): Promise<string> {
  const number = (await em.count(DeliveryAttempt, { deliveryId: delivery.id })) + 1;
  return insertRow(em, DeliveryAttempt, {
    workspaceId: delivery.workspaceId,
    deliveryId: delivery.id,
    number,
    step,
    startedAt: end?.startedAt ?? deps.now(),
    ...(end
      ? {
          finishedAt: deps.now(),
          outcome: end.outcome,
          ...factsOf(end.failure),
          ...(end.detail === undefined ? {} : { detail: cut(end.detail, 2_000) }),
        }
      : {}),
  });
}

/** Writes what became of a target, with its event. Call it under the post's lock. */
export async function setTarget(
  em: EntityManager,
  target: Target,
  status: TargetStatus,
  error: Target["error"],
): Promise<void> {
  target.error = error;
  if (target.status === status) return;
  target.status = targetMachine.step(target.status, status);
  countTarget(target);
  await recordEvent(em, {
    workspaceId: target.workspaceId,
    type: `target.${status}`,
    subjectKind: "post",
    subjectId: target.postId,
    data: { targetId: target.id },
  });
}

/** Nothing of it is out: the target waits again, and the post may be changed again unless another target is out. */
async function reopen(em: EntityManager, { post, target, delivery }: LockedRows): Promise<void> {
  delivery.status = deliveryMachine.step(delivery.status, "claimed");
  await setTarget(em, target, "pending", null);
  await em.flush();
  const others = await em.find(Target, { postId: post.id, id: { $ne: target.id } });
  const out = others.some((one) =>
    ["publishing", "published", "unconfirmed", "failed"].includes(one.status),
  );
  if (!out && post.status === "publishing") await setPostStatus(em, post, "scheduled");
}

async function leaveUnconfirmed(
  em: EntityManager,
  { target, delivery }: LockedRows,
): Promise<void> {
  delivery.status = deliveryMachine.step(delivery.status, "unknown");
  await setTarget(em, target, "unconfirmed", {
    code: "unconfirmed",
    detail:
      "The platform did not answer and reading does not tell whether the post is out. Look there and decide.",
  });
}

async function markPublished(
  em: EntityManager,
  deps: ActivityDeps,
  { post, target, delivery }: LockedRows,
  published: Published,
): Promise<void> {
  // Whatever was decided meanwhile: the post is out, and that is the truth.
  delivery.status = "published";
  const remoteId = cut(published.remoteId, 500);
  const remoteUrl = published.remoteUrl ? cut(published.remoteUrl, 2_000) : null;
  Object.assign(delivery, { remoteId, remoteUrl });
  Object.assign(target, { remoteId, remoteUrl });
  target.publishedAt ??= deps.now();
  post.publishedAt ??= deps.now();
  if (!targetMachine.allows(target.status, "published")) target.status = "publishing";
  await setTarget(em, target, "published", null);
  await em.flush();
  // A post that was over for its story has nobody else to draw its state from its targets.
  if (post.status !== "unconfirmed" && post.status !== "failed") return;
  const targets = await em.find(Target, { postId: post.id });
  const status = postStatusOf(targets.map((one) => one.status));
  if (status && postMachine.allows(post.status, status)) await setPostStatus(em, post, status);
}

async function newestPublish(
  em: EntityManager,
  deliveryId: string,
): Promise<DeliveryAttempt | undefined> {
  const [attempt] = await em.find(
    DeliveryAttempt,
    { deliveryId, step: "publish" },
    { orderBy: { number: "desc" }, limit: 1 },
  );
  return attempt;
}

async function closeAttempt(
  em: EntityManager,
  deps: ActivityDeps,
  attemptId: string,
  end: CallEnd,
): Promise<void> {
  const attempt = await em.findOne(DeliveryAttempt, { id: attemptId });
  if (!attempt || attempt.finishedAt) return;
  Object.assign(attempt, {
    finishedAt: deps.now(),
    outcome: end.outcome,
    ...factsOf("failure" in end ? end.failure : undefined),
  });
}

/** A foreign error as the ledger keeps it: no longer than its columns. */
function factsOf(failure: PlatformError | undefined) {
  return {
    code: failure ? cut(failure.code, 80) : null,
    detail: failure ? cut(failure.message, 2_000) : null,
    platformMessage: failure?.platformMessage ? cut(failure.platformMessage, 2_000) : null,
    httpStatus: failure?.status ?? null,
  };
}

function errorOf(error: PlatformError): NonNullable<Target["error"]> {
  return {
    code: cut(error.code, 80),
    detail: cut(error.message, 2_000),
    ...(error.platformMessage ? { platformMessage: cut(error.platformMessage, 2_000) } : {}),
  };
}

function isUnderWay(status: DeliveryStatus): boolean {
  return status === "sending" || status === "unknown";
}

/** PostgreSQL's `lock_not_available`: somebody holds a row that was asked for without waiting. */
function isLockTaken(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ("code" in at && at.code === "55P03") return true;
  }
  return false;
}

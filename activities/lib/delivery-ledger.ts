import { LockMode } from "@mikro-orm/core";
import {
  addAttempt,
  factsOf,
  markPublished,
  setTarget,
  type LockedRows,
} from "#db/delivery-changes.ts";
import { Delivery, DeliveryAttempt, Post, Target } from "#db/entities/index.ts";
import type { CallSummary } from "#db/entities/delivery-attempt.ts";
import type { TargetWaiting } from "#db/entities/target.ts";
import { inWorkspace, type EntityManager } from "#db/orm.ts";
import { setPostStatus } from "#db/post-changes.ts";
import { cut } from "#domain/cut.ts";
import type { PlatformError } from "#domain/errors.ts";
import { isOver } from "#domain/next-post-move.ts";
import {
  deliveryMachine,
  targetMachine,
  type DeliveryStatus,
  type PostStatus,
} from "#domain/states.ts";
import type { Published } from "#platforms/contract.ts";
import type { DeliveryIds } from "#workflows/delivery-ports.ts";
import type { ActivityDeps } from "../deps.ts";
import { checkGate } from "./check-gate.ts";
import { settlePost } from "./decide-post.ts";
import { prepareHeldCall, type PreparedCall } from "./prepare-call.ts";
import { takeRates } from "./take-rates.ts";

/** A call that was cut off may still arrive at the platform for so long; before that, "absent" proves nothing. */
const unansweredGraceMs = 30_000;
/** The same for a call that was answered, though not clearly. */
const answeredGraceMs = 2_000;

interface LedgerRows extends LockedRows {
  /** All of the post's, in their order. */
  targets: Target[];
}

/** Works on a delivery's rows under their locks; `undefined` when an edit removed them meanwhile. */
async function locked<T>(
  deps: ActivityDeps,
  ids: DeliveryIds,
  work: (em: EntityManager, rows: LedgerRows) => Promise<T>,
): Promise<T | undefined> {
  return inWorkspace(deps.orm, ids.workspaceId).transactional(async (em) => {
    const lockMode = LockMode.PESSIMISTIC_WRITE;
    const post = await em.findOne(Post, { id: ids.postId }, { lockMode });
    const targets = await em.find(Target, { postId: ids.postId }, { orderBy: { position: "asc" } });
    const target = targets.find(({ id }) => id === ids.targetId);
    const delivery = await em.findOne(Delivery, { id: ids.deliveryId }, { lockMode });
    if (!post || !target || !delivery) return undefined;
    return work(em, { post, target, targets, delivery });
  });
}

export type GateAnswer =
  | { kind: "open"; attemptId: string; sendingAt: Date; prepared: PreparedCall }
  /** The account's access must be refreshed first. */
  | { kind: "stale"; connectionId: string }
  /** Something that the gate must look at is being changed right now. */
  | { kind: "busy" }
  /** The account has used what its platform allows, or was asked to slow down. */
  | { kind: "limited"; waitMs: number; detail: string }
  /** A call was begun before, and nobody knows how it ended. */
  | { kind: "unclear" }
  | { kind: "closed" };

/**
 * Reads what goes out and commits `sending` behind the gate, in one transaction: from here on the call may be made, once.
 * Throws as `prepareHeldCall`, with nothing written.
 */
export async function openGate(
  deps: ActivityDeps,
  ids: DeliveryIds,
  input: {
    version: number;
    now: number;
    signal: AbortSignal;
    /** With the connection's access as it is: it was just refreshed. */
    asItIs?: boolean;
  },
): Promise<GateAnswer> {
  const answer = await locked(deps, ids, async (em, rows): Promise<GateAnswer> => {
    const { post, target, delivery } = rows;
    if (isUnderWay(delivery.status)) return { kind: "unclear" };
    if (delivery.status !== "claimed") return { kind: "closed" };
    const { signal, asItIs = false } = input;
    // Whatever may fail before the call fails here, where nothing was sent.
    const call = await prepareHeldCall(em, deps, { ids, signal, asItIs });
    if (call.kind === "stale") return call;
    const { prepared, channel, connection } = call;
    const refusal = await checkGate(em, {
      deps,
      ...rows,
      channel,
      connection,
      version: input.version,
      // As late as it is, and never earlier than the story's own clock says.
      now: new Date(Math.max(input.now, deps.now().getTime())),
    });
    if (refusal) {
      const { code, detail } = refusal;
      if (refusal.target) {
        // A thread that has begun can't be as if it had never been.
        const gone = isFurther(rows) && refusal.target !== "blocked";
        await setTarget(em, target, gone ? "failed" : refusal.target, { code, detail });
      }
      return { kind: "closed" };
    }
    // Last, after all other locks: others of this account wait for it.
    const limited = await takeRates(em, {
      workspaceId: ids.workspaceId,
      connectionId: connection.id,
      rates: deps.platforms.get(target.platform)?.manifest.rates ?? [],
      now: deps.now(),
    });
    if (limited) return { kind: "limited", ...limited };
    delivery.status = deliveryMachine.step(delivery.status, "sending");
    const sendingAt = deps.now();
    delivery.sendingAt = sendingAt;
    await setTarget(em, target, "publishing", null);
    await setPostStatus(em, post, "publishing");
    const attemptId = await addAttempt(em, sendingAt, delivery, "publish");
    return { kind: "open", attemptId, sendingAt, prepared };
  }).catch((error: unknown) => {
    if (isLockTaken(error)) return { kind: "busy" as const };
    throw error;
  });
  return answer ?? { kind: "closed" };
}

/** How the publishing call ended. */
export type CallEnd = { calls?: CallSummary[] } & (
  | { outcome: "published"; published: Published }
  /** The platform states that it did not accept: the delivery may be sent again. */
  | { outcome: "not_accepted"; failure: PlatformError }
  | { outcome: "rejected"; failure: PlatformError }
  | { outcome: "no_answer"; failure: PlatformError }
);

/**
 * Stores how the publishing call of an attempt ended. The answer of an attempt that is not the newest any more says
 * nothing of the newest, unless it says that the post is out. Returns what became of the post where that ended it.
 */
export async function closeCall(
  deps: ActivityDeps,
  ids: DeliveryIds,
  attemptId: string,
  end: CallEnd,
): Promise<PostStatus | undefined> {
  return locked(deps, ids, async (em, rows) => {
    const { post, delivery, target } = rows;
    const newest = end.outcome === "published" ? undefined : await newestPublish(em, delivery.id);
    await closeAttempt(em, deps, attemptId, end);
    if (end.outcome === "published") {
      if (delivery.status !== "published") await markPublished(em, deps.now(), rows, end.published);
      await settlePost(em, rows);
      return isOver(post.status) ? post.status : undefined;
    }
    if (newest?.id !== attemptId || !isUnderWay(delivery.status)) return undefined;
    if (end.outcome === "not_accepted") await reopen(em, rows);
    if (end.outcome === "rejected") {
      delivery.status = deliveryMachine.step(delivery.status, "rejected");
      await setTarget(em, target, "failed", errorOf(end.failure));
    }
    return undefined;
  });
}

/** What reading found of a call whose answer was lost. */
export type Finding = {
  startedAt: Date;
  /** When the call was sent that the reading was about: what it found says nothing of a later one. */
  sentAt: Date;
  calls?: CallSummary[];
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
    await addAttempt(em, deps.now(), rows.delivery, "reconcile", {
      startedAt: found.startedAt,
      outcome: found.outcome,
      ...(found.calls ? { calls: found.calls } : {}),
      ...(found.outcome === "unprovable" ? { detail: found.reason } : {}),
    });
    if (found.outcome === "present") await markPublished(em, deps.now(), rows, found.published);
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
  status: "blocked" | "failed" | "expired",
  error: PlatformError,
): Promise<void> {
  await locked(deps, ids, async (em, rows) => {
    const { target, delivery } = rows;
    const ends = isFurther(rows) && status === "expired" ? "failed" : status;
    if (delivery.status !== "claimed" || !targetMachine.allows(target.status, ends)) return;
    await setTarget(em, target, ends, errorOf(error));
  });
}

/** Writes down what a step that makes nothing visible called, and how that ended. */
export async function noteAttempt(
  deps: ActivityDeps,
  ids: DeliveryIds,
  step: "create" | "poll",
  end: Parameters<typeof addAttempt>[4] & object,
): Promise<void> {
  await locked(deps, ids, async (em, { delivery }) => {
    await addAttempt(em, deps.now(), delivery, step, end);
  });
}

/** Notes what the platform makes a target wait for, so that a person can see it. Never throws for a row that is gone. */
export async function noteWaiting(
  deps: ActivityDeps,
  ids: DeliveryIds,
  waiting: Omit<TargetWaiting, "since">,
): Promise<void> {
  await inWorkspace(deps.orm, ids.workspaceId).transactional(async (em) => {
    const target = await em.findOne(
      Target,
      { id: ids.targetId },
      { lockMode: LockMode.PESSIMISTIC_WRITE },
    );
    if (!target || !["pending", "preparing", "publishing"].includes(target.status)) return;
    const same = target.waiting?.reason === waiting.reason ? target.waiting : undefined;
    target.waiting = { ...waiting, since: same?.since ?? deps.now().toISOString() };
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

/** Nothing of it is out: the target waits again, and the post may be changed again unless another target is out. */
async function reopen(em: EntityManager, rows: LockedRows): Promise<void> {
  const { post, target, delivery } = rows;
  delivery.status = deliveryMachine.step(delivery.status, "claimed");
  // A thread that has begun stays under way.
  if (isFurther(rows)) return;
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
  await em.nativeUpdate(
    DeliveryAttempt,
    { id: attemptId, finishedAt: null },
    {
      finishedAt: deps.now(),
      outcome: end.outcome,
      ...factsOf("failure" in end ? end.failure : undefined),
      ...(end.calls ? { calls: end.calls } : {}),
    },
  );
}

function errorOf(error: PlatformError): NonNullable<Target["error"]> {
  return {
    code: cut(error.code, 80),
    detail: cut(error.message, 2_000),
    ...(error.platformMessage ? { platformMessage: cut(error.platformMessage, 2_000) } : {}),
  };
}

/** Whether something of the target is out before this part. */
function isFurther({ delivery }: Pick<LockedRows, "delivery">): boolean {
  return delivery.part > 0;
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

import type { CallSummary } from "#db/entities/delivery-attempt.ts";
import { Channel, Delivery, Post, Target } from "#db/entities/index.ts";
import { latestAfterDueMsOf } from "#db/latest-after-due.ts";
import { inWorkspace } from "#db/orm.ts";
import { ApplicationFailure } from "@temporalio/common";
import { PlatformError } from "#domain/errors.ts";
import { expiryOf } from "#domain/next-post-move.ts";
import { readAgainMs } from "#domain/read-again.ts";
import type { Published } from "#platforms/contract.ts";
import type { DeliveryLedgerActivities } from "#workflows/deliver-target.ts";
import type {
  DeliveryIds,
  PlatformActivities,
  PublishActivities,
  PublishResult,
  ReconcileResult,
  StepResult,
} from "#workflows/delivery-ports.ts";
import type { DeliveryLedgerActivities as EarlierLedger } from "#workflows/previous/deliver-target.ts";
import type { ActivityDeps } from "./deps.ts";
import { claimPart } from "./lib/claim-part.ts";
import {
  closeCall,
  endTarget,
  giveUp,
  noteAttempt,
  noteWaiting,
  openGate,
  settleFinding,
  tooEarlyMs,
  type GateAnswer,
} from "./lib/delivery-ledger.ts";
import { openConnection } from "./lib/open-connection.ts";
import { pauseAccount } from "./lib/pause-account.ts";
import { platformFailure } from "./lib/platform-failure.ts";
import { MovedOn, prepareCall, type PreparedCall } from "./lib/prepare-call.ts";
import { renewConnection } from "./lib/renew-connection.ts";
import { withHeartbeat } from "./lib/with-heartbeat.ts";

/** The publishing call ends after this at the latest, well before Temporal gives the activity up. */
const publishCallMs = 20_000;
const shortestWaitMs = 1_000;

/** Who finds a row held by somebody else comes back after so long; not all at the same moment. Milliseconds. */
function busyWaitMs(): number {
  return 200 + Math.floor(Math.random() * 800);
}

type Activities = DeliveryLedgerActivities & EarlierLedger & PlatformActivities & PublishActivities;

/** Deliveries of targets: claimed, prepared at the platform, published once, settled by reading. */
export function createDeliveryActivities(deps: ActivityDeps): Activities {
  return {
    claimPart: (input) => claimPart(deps, input),

    claimDelivery: (input) => claimDelivery(deps, input),

    exhaustDelivery: (ids) => giveUp(deps, ids),

    createAtPlatform: (ids) =>
      withHeartbeat(async (signal) => {
        const em = inWorkspace(deps.orm, ids.workspaceId);
        const known = await em.findOne(Delivery, { id: ids.deliveryId });
        if (known?.status !== "claimed") return { kind: "ended" };
        if (known.created) return { kind: "ready" };
        return step(deps, ids, "create", signal, async ({ call, outgoing, platform }) => {
          const created = platform.create ? await platform.create(call, outgoing) : {};
          await inWorkspace(deps.orm, ids.workspaceId).nativeUpdate(
            Delivery,
            { id: ids.deliveryId, status: "claimed" },
            { created },
          );
          return { kind: "ready" };
        });
      }),

    pollAtPlatform: (ids) =>
      withHeartbeat((signal) =>
        step(deps, ids, "poll", signal, async ({ call, delivery, platform }) => {
          if (!platform.poll) return { kind: "ready" };
          const polled = await platform.poll(call, delivery.created ?? {});
          if (polled.state === "ready") return { kind: "ready" };
          const afterMs = waitMs(polled.retryAfterSeconds);
          await noteWaiting(deps, ids, {
            reason: "platform",
            detail: "The platform is processing the media.",
            until: new Date(deps.now().getTime() + afterMs).toISOString(),
          });
          return { kind: "wait", afterMs, code: "processing" };
        }),
      ),

    publishDelivery: ({ version, now, ...ids }) =>
      withHeartbeat((signal) => publishDelivery(deps, { ids, version, now, signal })),

    reconcileDelivery: (ids) => withHeartbeat((signal) => reconcileDelivery(deps, ids, signal)),
  };
}

/** The claim as runs ask for it that began before posts had parts. */
async function claimDelivery(
  deps: ActivityDeps,
  input: Parameters<EarlierLedger["claimDelivery"]>[0],
): ReturnType<EarlierLedger["claimDelivery"]> {
  const { deliveryId, connectionId, steps, state } = await claimPart(deps, { ...input, part: 0 });
  return { deliveryId, connectionId, steps, state: state === "published" ? "ended" : state };
}

/** Steps 2 and 3 of the protocol: `sending` is committed behind the gate, the call is made once, its answer is stored. */
async function publishDelivery(
  deps: ActivityDeps,
  input: { ids: DeliveryIds; version: number; now: number; signal: AbortSignal },
): Promise<PublishResult> {
  const { ids } = input;
  const signal = AbortSignal.any([input.signal, AbortSignal.timeout(publishCallMs)]);
  let gate: Exclude<GateAnswer, { kind: "stale" }>;
  try {
    gate = await openFreshGate(deps, ids, { ...input, signal });
  } catch (error) {
    return endOrWait(deps, ids, error);
  }
  if (gate.kind === "busy")
    return { kind: "wait", afterMs: busyWaitMs(), code: "busy", asked: true };
  if (gate.kind === "limited") return waitForRate(deps, ids, gate);
  if (gate.kind === "closed") return { kind: "ended" };
  if (gate.kind === "unclear") return { kind: "unclear" };

  const { attemptId, prepared } = gate;
  const { calls, secretsVersion: refusedVersion } = prepared;
  const failed = (failure: PlatformError) =>
    closeFailedCall(deps, ids, { attemptId, failure, calls, refusedVersion });
  // A process that was stopped here for so long may find that its call was taken for lost, and made by another since.
  if (deps.now().getTime() - gate.sendingAt.getTime() > publishCallMs) {
    const said = "the process was held up before the call; nothing was sent";
    return failed(new PlatformError(said, { fate: "retry", code: "held_up" }));
  }
  let published: Published;
  try {
    published = await prepared.platform.publish(prepared.call, {
      ...prepared.outgoing,
      created: prepared.delivery.created ?? {},
      marker: prepared.delivery.marker,
    });
  } catch (error) {
    return failed(ambiguousUnlessKnown(error));
  }
  const post = await closeCall(deps, ids, attemptId, { outcome: "published", published, calls });
  return { kind: "published", ...(post ? { post } : {}) };
}

/** Opens the gate, having refreshed the account's access where it is about to end. */
async function openFreshGate(
  deps: ActivityDeps,
  ids: DeliveryIds,
  input: { version: number; now: number; signal: AbortSignal },
): Promise<Exclude<GateAnswer, { kind: "stale" }>> {
  const gate = await openGate(deps, ids, input);
  if (gate.kind !== "stale") return gate;
  const { workspaceId } = ids;
  await openConnection(deps, { workspaceId, connectionId: gate.connectionId }, input.signal);
  const again = await openGate(deps, ids, { ...input, asItIs: true });
  if (again.kind === "stale") throw new Error("the gate asks for another refresh");
  return again;
}

function ambiguousUnlessKnown(error: unknown): PlatformError {
  if (error instanceof PlatformError) return error;
  return new PlatformError("the call ended without an answer", {
    fate: "ambiguous",
    code: "no_answer",
    cause: error,
  });
}

async function closeFailedCall(
  deps: ActivityDeps,
  ids: DeliveryIds,
  input: {
    attemptId: string;
    failure: PlatformError;
    calls: CallSummary[];
    refusedVersion: number;
  },
): Promise<PublishResult> {
  const { attemptId, failure, calls, refusedVersion } = input;
  switch (failure.fate) {
    case "retry":
      await closeCall(deps, ids, attemptId, { outcome: "not_accepted", failure, calls });
      // The platform counts the access as ended although its time is not up.
      if (failure.code === "expired_token") {
        await renewConnection(deps, ids, {
          error: failure,
          step: "publish",
          noted: true,
          refusedVersion,
        });
      }
      return waitAsAsked(deps, ids, failure);
    case "reauthorize":
      await closeCall(deps, ids, attemptId, { outcome: "not_accepted", failure, calls });
      return afterRefusal(deps, ids, {
        error: failure,
        step: "publish",
        noted: true,
        refusedVersion,
      });
    case "reject":
    case "ours":
      await closeCall(deps, ids, attemptId, { outcome: "rejected", failure, calls });
      return { kind: "ended" };
    case "ambiguous":
      await closeCall(deps, ids, attemptId, { outcome: "no_answer", failure, calls });
      await noteWaiting(deps, ids, {
        reason: "reading",
        detail: "The platform did not answer clearly; it is read whether the post is out.",
        until: null,
      });
      return { kind: "unclear" };
  }
}

/** Step 4 of the protocol: the platform is read, nothing is sent. */
async function reconcileDelivery(
  deps: ActivityDeps,
  ids: DeliveryIds,
  signal: AbortSignal,
): Promise<ReconcileResult> {
  const before = await inWorkspace(deps.orm, ids.workspaceId).findOne(Delivery, {
    id: ids.deliveryId,
  });
  if (!before || before.status === "rejected") return { kind: "unprovable" };
  if (before.status === "published") return { kind: "published" };
  if (before.status === "claimed") return { kind: "absent" };
  const sentAt = before.sendingAt ?? before.claimedAt;
  const startedAt = deps.now();
  const about = { startedAt, sentAt };
  let refusedVersion: number | undefined;
  try {
    const prepared = await prepareCall(deps, ids, signal);
    const { call, calls, outgoing, delivery, platform } = prepared;
    refusedVersion = prepared.secretsVersion;
    const readAt = deps.now();
    const early = await tooEarlyMs(deps, ids, { sentAt, readAt });
    if (!platform.manifest.steps.reconcile) {
      // The call itself may still bring an answer.
      if (early > 0) return { kind: "too_early", afterMs: early };
      const reason = "the platform offers no way to look";
      await settleFinding(deps, ids, { ...about, outcome: "unprovable", reason });
      return { kind: "unprovable" };
    }
    const found = await platform.reconcile(call, {
      marker: delivery.marker,
      created: delivery.created ?? {},
      post: outgoing,
      sentAt,
    });
    if (found.outcome === "present") {
      await settleFinding(deps, ids, { ...about, calls, outcome: "present", published: found });
      return { kind: "published" };
    }
    if (found.outcome === "absent" && early > 0) return { kind: "too_early", afterMs: early };
    await settleFinding(deps, ids, { ...about, calls, ...found });
    return { kind: found.outcome };
  } catch (error) {
    if (error instanceof MovedOn) return { kind: "unprovable" };
    if (!(error instanceof PlatformError)) throw error;
    return afterFailedReading(deps, ids, { error, about, refusedVersion });
  }
}

async function afterFailedReading(
  deps: ActivityDeps,
  ids: DeliveryIds,
  input: {
    error: PlatformError;
    about: { startedAt: Date; sentAt: Date };
    refusedVersion: number | undefined;
  },
): Promise<ReconcileResult> {
  const { error, about } = input;
  if (error.fate === "reauthorize") {
    const renewal = await renewConnection(deps, ids, {
      error,
      step: "reconcile",
      noted: false,
      refusedVersion: input.refusedVersion,
    });
    if (renewal.kind === "renewed") return { kind: "too_early", afterMs: shortestWaitMs };
    if (renewal.kind === "later") {
      throw ApplicationFailure.create({
        message: "the token endpoint has a passing fault",
        type: "token_endpoint",
        nextRetryDelay: renewal.afterMs,
      });
    }
    // Once the account is connected again, reading tells. A person is asked only when that takes too long.
    const afterMs = readAgainMs({ sentAt: about.sentAt, now: deps.now() });
    if (afterMs !== undefined) {
      await noteWaiting(deps, ids, {
        reason: "connection",
        detail:
          "Its answer was lost, and the account must be connected again before it can be read whether the post is out.",
        until: new Date(deps.now().getTime() + afterMs).toISOString(),
      });
      return { kind: "too_early", afterMs };
    }
  }
  // Reading is harmless: an unclear answer to it is simply asked again.
  if (error.fate === "ambiguous") throw new Error(error.message);
  if (error.fate === "retry") throw platformFailure(error);
  await settleFinding(deps, ids, { ...about, outcome: "unprovable", reason: error.message });
  return { kind: "unprovable" };
}

/**
 * Runs a step that makes nothing visible, and turns what went wrong into what the story does next. What it called is
 * written down as an attempt; of asking again and again, the last.
 */
async function step(
  deps: ActivityDeps,
  ids: DeliveryIds,
  name: "create" | "poll",
  signal: AbortSignal,
  work: (prepared: PreparedCall) => Promise<StepResult>,
): Promise<StepResult> {
  const startedAt = deps.now();
  let prepared: PreparedCall | undefined;
  const note = (end: { outcome: string; failure?: PlatformError }) =>
    noteAttempt(deps, ids, name, { startedAt, calls: prepared?.calls ?? [], ...end });
  try {
    prepared = await prepareCall(deps, ids, signal);
    const result = await work(prepared);
    if (result.kind === "ready") await note({ outcome: "done" });
    return result;
  } catch (error) {
    // A refused authorization is noted where it is dealt with.
    if (error instanceof PlatformError && error.fate !== "reauthorize")
      await note({
        outcome: error.fate === "reject" ? "rejected" : "not_accepted",
        failure: error,
      });
    return endOrWait(deps, ids, error, prepared?.secretsVersion);
  }
}

type Unready = Exclude<StepResult, { kind: "ready" }>;

/** For failures before anything was sent. */
async function endOrWait(
  deps: ActivityDeps,
  ids: DeliveryIds,
  error: unknown,
  refusedVersion?: number,
): Promise<Unready> {
  if (error instanceof MovedOn) return { kind: "ended" };
  if (!(error instanceof PlatformError)) throw error;
  if (error.fate === "retry" || error.fate === "ambiguous") return waitAsAsked(deps, ids, error);
  if (error.fate === "reauthorize") {
    return afterRefusal(deps, ids, { error, step: "create", noted: false, refusedVersion });
  }
  await endTarget(deps, ids, "failed", error);
  return { kind: "ended" };
}

/** Nothing was accepted: waits as long as the platform asks, to the second, unless the post would be too late by then. */
async function waitAsAsked(
  deps: ActivityDeps,
  ids: DeliveryIds,
  error: PlatformError,
): Promise<Unready> {
  const asked = error.retryAfterSeconds !== undefined;
  const afterMs = waitMs(error.retryAfterSeconds ?? (error.fate === "ambiguous" ? 5 : undefined));
  const until = new Date(deps.now().getTime() + afterMs);
  const em = inWorkspace(deps.orm, ids.workspaceId);
  const post = await em.findOne(Post, { id: ids.postId });
  if (!post) return { kind: "ended" };
  const latest = await latestAfterDueMsOf(em, ids.workspaceId);
  if (until > expiryOf({ ...post, latestAfterDueMs: latest })) {
    await endTarget(
      deps,
      ids,
      "expired",
      new PlatformError("It could not be published in time and was let go.", {
        fate: "reject",
        code: "expired",
        ...(error.platformMessage ? { platformMessage: error.platformMessage } : {}),
      }),
    );
    return { kind: "ended" };
  }
  if (asked && error.code === "rate_limited") await pauseItsAccount(deps, ids, until);
  await noteWaiting(deps, ids, {
    reason: asked ? "rate_limit" : "platform",
    detail: asked
      ? "The platform asks to wait before the next call."
      : `The platform could not take it now (${error.code}).`,
    until: until.toISOString(),
  });
  return { kind: "wait", afterMs, code: error.code, ...(asked ? { asked } : {}) };
}

/** The platform asks an account to slow down, and means all of its posts. */
async function pauseItsAccount(deps: ActivityDeps, ids: DeliveryIds, until: Date): Promise<void> {
  const { workspaceId } = ids;
  await inWorkspace(deps.orm, workspaceId).transactional(async (em) => {
    const target = await em.findOne(Target, { id: ids.targetId });
    const channel = target ? await em.findOne(Channel, { id: target.channelId }) : null;
    if (channel) await pauseAccount(em, { workspaceId, connectionId: channel.connectionId, until });
  });
}

/** A limit that is kept before the platform has to: everybody who waits comes back at a moment of their own. */
async function waitForRate(
  deps: ActivityDeps,
  ids: DeliveryIds,
  gate: { waitMs: number; detail: string },
): Promise<PublishResult> {
  const afterMs = gate.waitMs + Math.floor(Math.random() * Math.min(gate.waitMs, 5_000));
  const until = new Date(deps.now().getTime() + afterMs).toISOString();
  await noteWaiting(deps, ids, { reason: "rate_limit", detail: gate.detail, until });
  return { kind: "wait", afterMs, code: "rate_limit", asked: true };
}

/** The platform refused the authorization, and nothing is out. */
async function afterRefusal(
  deps: ActivityDeps,
  ids: DeliveryIds,
  refusal: {
    error: PlatformError;
    step: "create" | "publish";
    noted: boolean;
    refusedVersion: number | undefined;
  },
): Promise<Unready> {
  const renewal = await renewConnection(deps, ids, refusal);
  const { code } = refusal.error;
  if (renewal.kind === "renewed") return { kind: "wait", afterMs: shortestWaitMs, code };
  if (renewal.kind === "later") return { kind: "wait", afterMs: renewal.afterMs, code };
  await endTarget(deps, ids, "blocked", refusal.error);
  return { kind: "ended" };
}

function waitMs(seconds: number | undefined): number {
  return Math.max(shortestWaitMs, Math.ceil((seconds ?? 30) * 1000));
}

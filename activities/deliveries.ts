import { LockMode } from "@mikro-orm/core";
import { ApplicationFailure } from "@temporalio/common";
import { Channel, Delivery, Post, Target } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace } from "#db/orm.ts";
import { PlatformError } from "#domain/errors.ts";
import { targetMachine, type TargetStatus } from "#domain/states.ts";
import type { Published } from "#platforms/contract.ts";
import type {
  Claim,
  DeliveryIds,
  DeliveryLedgerActivities,
  PlatformActivities,
  PublishActivities,
  PublishResult,
  ReconcileResult,
  StepResult,
} from "#workflows/deliver-target.ts";
import type { ActivityDeps } from "./deps.ts";
import {
  closeCall,
  endTarget,
  giveUp,
  openGate,
  setTarget,
  settleFinding,
  tooEarlyMs,
} from "./lib/delivery-ledger.ts";
import { orGone } from "./lib/find-or-gone.ts";
import { platformFailure } from "./lib/platform-failure.ts";
import { MovedOn, prepareCall, type PreparedCall } from "./lib/prepare-call.ts";
import { renewConnection } from "./lib/renew-connection.ts";
import { withHeartbeat } from "./lib/with-heartbeat.ts";

/** The publishing call ends after this at the latest, well before Temporal gives the activity up. */
const publishCallMs = 20_000;
const shortestWaitMs = 1_000;

type Activities = DeliveryLedgerActivities & PlatformActivities & PublishActivities;

/** Deliveries of targets: claimed, prepared at the platform, published once, settled by reading. */
export function createDeliveryActivities(deps: ActivityDeps): Activities {
  return {
    claimDelivery: ({ version, ...ids }) => claimDelivery(deps, ids, version),

    exhaustDelivery: (ids) => giveUp(deps, ids),

    createAtPlatform: (ids) =>
      withHeartbeat(async (signal) => {
        const em = inWorkspace(deps.orm, ids.workspaceId);
        const known = await em.findOne(Delivery, { id: ids.deliveryId });
        if (known?.status !== "claimed") return { kind: "ended" };
        if (known.created) return { kind: "ready" };
        return step(deps, ids, async () => {
          const { call, outgoing, platform } = await prepareCall(deps, ids, signal);
          const created = platform.create ? await platform.create(call, outgoing) : {};
          await em.nativeUpdate(Delivery, { id: ids.deliveryId, status: "claimed" }, { created });
          return { kind: "ready" };
        });
      }),

    pollAtPlatform: (ids) =>
      withHeartbeat((signal) =>
        step(deps, ids, async () => {
          const { call, delivery, platform } = await prepareCall(deps, ids, signal);
          if (!platform.poll) return { kind: "ready" };
          const polled = await platform.poll(call, delivery.created ?? {});
          if (polled.state === "ready") return { kind: "ready" };
          return { kind: "wait", afterMs: waitMs(polled.retryAfterSeconds), code: "processing" };
        }),
      ),

    publishDelivery: ({ version, now, ...ids }) =>
      withHeartbeat((signal) => publishDelivery(deps, { ids, version, now, signal })),

    reconcileDelivery: (ids) => withHeartbeat((signal) => reconcileDelivery(deps, ids, signal)),
  };
}

async function claimDelivery(
  deps: ActivityDeps,
  ids: Omit<DeliveryIds, "deliveryId">,
  version: number,
): Promise<Claim> {
  return inWorkspace(deps.orm, ids.workspaceId).transactional(async (em) => {
    const post = orGone(
      await em.findOne(Post, { id: ids.postId }, { lockMode: LockMode.PESSIMISTIC_WRITE }),
      "post",
    );
    const target = await em.findOne(Target, { id: ids.targetId, postId: post.id });
    const nothing = {
      deliveryId: ids.targetId,
      connectionId: ids.targetId,
      state: "ended" as const,
    };
    // An edit replaced the target meanwhile: the story looks at the row again.
    if (!target) return { ...nothing, steps: { create: false, poll: false } };
    const platform = deps.platforms.get(target.platform);
    const channel = await em.findOne(Channel, { id: target.channelId });
    // A move that was decided before the row changed prepares nothing for a time that is not its own any more.
    const outdated = post.version !== version && post.status !== "publishing";
    const steps = {
      create: platform?.manifest.steps.create ?? false,
      poll: platform?.manifest.steps.poll ?? false,
    };
    const connectionId = channel?.connectionId ?? target.id;
    const existing = await em.findOne(Delivery, { targetId: target.id, part: 0 });
    if (existing) {
      const state = stateOf(existing);
      if (state === "open" && outdated) return { ...nothing, steps };
      if (state === "open") {
        existing.contentHash = post.contentHash ?? "";
        existing.postVersion = version;
      }
      return { steps, connectionId, deliveryId: existing.id, state };
    }
    const over = outdated || target.status === "failed" || targetMachine.isFinal(target.status);
    if (!platform || !channel || over) {
      if (!over) await setTarget(em, target, ...withoutPlace(platform !== undefined));
      return { ...nothing, steps };
    }
    const id = newId();
    const claimedAt = deps.now();
    await insertRow(em, Delivery, {
      id,
      workspaceId: ids.workspaceId,
      targetId: target.id,
      part: 0,
      status: "claimed",
      marker: platform.marker({ deliveryId: id, claimedAt }),
      contentHash: post.contentHash ?? "",
      postVersion: version,
      claimedAt,
    });
    return { steps, connectionId, deliveryId: id, state: "open" };
  });
}

function stateOf({ status }: Delivery): Claim["state"] {
  if (status === "claimed") return "open";
  return status === "sending" || status === "unknown" ? "sent" : "ended";
}

/** What a target becomes whose channel or platform is gone, and why. */
function withoutPlace(installed: boolean): [TargetStatus, NonNullable<Target["error"]>] {
  if (!installed) {
    const detail = "The platform is not installed here any more.";
    return ["failed", { code: "platform_missing", detail }];
  }
  const detail = "The account was disconnected. Connect it again before this can go out.";
  return ["blocked", { code: "connection_not_usable", detail }];
}

/** Steps 2 and 3 of the protocol: `sending` is committed behind the gate, the call is made once, its answer is stored. */
async function publishDelivery(
  deps: ActivityDeps,
  input: { ids: DeliveryIds; version: number; now: number; signal: AbortSignal },
): Promise<PublishResult> {
  const { ids } = input;
  const signal = AbortSignal.any([input.signal, AbortSignal.timeout(publishCallMs)]);
  let prepared: PreparedCall;
  try {
    // Whatever may fail before the call fails here, where nothing was sent.
    prepared = await prepareCall(deps, ids, signal);
  } catch (error) {
    return endOrWait(deps, ids, error);
  }
  const gate = await openGate(deps, ids, { ...input, sentHash: prepared.hash });
  if (gate.kind === "busy") return { kind: "wait", afterMs: shortestWaitMs, code: "busy" };
  if (gate.kind === "closed") return { kind: "ended" };
  if (gate.kind === "unclear") return { kind: "unclear" };

  let published: Published;
  try {
    published = await prepared.platform.publish(prepared.call, {
      ...prepared.outgoing,
      created: prepared.delivery.created ?? {},
      marker: prepared.delivery.marker,
    });
  } catch (error) {
    return closeFailedCall(deps, ids, gate.attemptId, ambiguousUnlessKnown(error));
  }
  await closeCall(deps, ids, gate.attemptId, { outcome: "published", published });
  return { kind: "published" };
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
  attemptId: string,
  failure: PlatformError,
): Promise<PublishResult> {
  switch (failure.fate) {
    case "retry":
      await closeCall(deps, ids, attemptId, { outcome: "not_accepted", failure });
      // The platform counts the access as ended although its time is not up.
      if (failure.code === "expired_token") {
        await renewConnection(deps, ids, { error: failure, step: "publish", noted: true });
      }
      return { kind: "wait", afterMs: waitMs(failure.retryAfterSeconds), code: failure.code };
    case "reauthorize":
      await closeCall(deps, ids, attemptId, { outcome: "not_accepted", failure });
      return afterRefusal(deps, ids, { error: failure, step: "publish", noted: true });
    case "reject":
    case "ours":
      await closeCall(deps, ids, attemptId, { outcome: "rejected", failure });
      return { kind: "ended" };
    case "ambiguous":
      await closeCall(deps, ids, attemptId, { outcome: "no_answer", failure });
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
  try {
    const { call, outgoing, delivery, platform } = await prepareCall(deps, ids, signal);
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
      await settleFinding(deps, ids, { ...about, outcome: "present", published: found });
      return { kind: "published" };
    }
    if (found.outcome === "absent" && early > 0) return { kind: "too_early", afterMs: early };
    await settleFinding(deps, ids, { ...about, ...found });
    return { kind: found.outcome };
  } catch (error) {
    if (error instanceof MovedOn) return { kind: "unprovable" };
    if (!(error instanceof PlatformError)) throw error;
    return afterFailedReading(deps, ids, { error, about });
  }
}

async function afterFailedReading(
  deps: ActivityDeps,
  ids: DeliveryIds,
  input: { error: PlatformError; about: { startedAt: Date; sentAt: Date } },
): Promise<ReconcileResult> {
  const { error, about } = input;
  if (error.fate === "reauthorize") {
    const renewal = await renewConnection(deps, ids, { error, step: "reconcile", noted: false });
    if (renewal.kind === "renewed") return { kind: "too_early", afterMs: shortestWaitMs };
    if (renewal.kind === "later") {
      throw ApplicationFailure.create({
        message: "the token endpoint has a passing fault",
        type: "token_endpoint",
        nextRetryDelay: renewal.afterMs,
      });
    }
  }
  // Reading is harmless: an unclear answer to it is simply asked again.
  if (error.fate === "ambiguous") throw new Error(error.message);
  if (error.fate === "retry") throw platformFailure(error);
  await settleFinding(deps, ids, { ...about, outcome: "unprovable", reason: error.message });
  return { kind: "unprovable" };
}

/** Runs a step that makes nothing visible, and turns what went wrong into what the story does next. */
async function step(
  deps: ActivityDeps,
  ids: DeliveryIds,
  work: () => Promise<StepResult>,
): Promise<StepResult> {
  try {
    return await work();
  } catch (error) {
    return endOrWait(deps, ids, error);
  }
}

type Unready = Exclude<StepResult, { kind: "ready" }>;

/** For failures before anything was sent. */
async function endOrWait(deps: ActivityDeps, ids: DeliveryIds, error: unknown): Promise<Unready> {
  if (error instanceof MovedOn) return { kind: "ended" };
  if (!(error instanceof PlatformError)) throw error;
  if (error.fate === "retry" || error.fate === "ambiguous") {
    return { kind: "wait", afterMs: waitMs(error.retryAfterSeconds ?? 5), code: error.code };
  }
  if (error.fate === "reauthorize") {
    return afterRefusal(deps, ids, { error, step: "create", noted: false });
  }
  await endTarget(deps, ids, "failed", error);
  return { kind: "ended" };
}

/** The platform refused the authorization, and nothing is out. */
async function afterRefusal(
  deps: ActivityDeps,
  ids: DeliveryIds,
  refusal: { error: PlatformError; step: "create" | "publish"; noted: boolean },
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

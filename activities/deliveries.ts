import { LockMode } from "@mikro-orm/core";
import {
  Channel,
  Connection,
  Delivery,
  DeliveryAttempt,
  Post,
  Rendition,
  Target,
} from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { inWorkspace, type EntityManager } from "#db/orm.ts";
import { setPostStatus } from "#db/post-changes.ts";
import { recordEvent } from "#db/record-event.ts";
import { PlatformError } from "#domain/errors.ts";
import { deliveryMachine, postMachine, targetMachine, type TargetStatus } from "#domain/states.ts";
import type { CallContext, OutgoingPost, Published } from "#platforms/contract.ts";
import type {
  DeliveryIds,
  DeliveryLedgerActivities,
  PlatformActivities,
  PublishActivities,
  PublishResult,
  StepResult,
} from "#workflows/deliver-target.ts";
import type { ActivityDeps } from "./deps.ts";
import { checkGate } from "./lib/check-gate.ts";
import { orGone } from "./lib/find-or-gone.ts";
import {
  changeConnectionStatus,
  openConnection,
  refreshUnderLock,
  type OpenConnection,
} from "./lib/open-connection.ts";
import { platformFailure } from "./lib/platform-failure.ts";
import { withHeartbeat } from "./lib/with-heartbeat.ts";

import { insertRow } from "#db/insert-row.ts";

/** The publishing call ends after this at the latest, well before Temporal gives the activity up. */
const publishCallMs = 20_000;
/** A call that was cut off may still arrive at the platform for so long; before that, "absent" proves nothing. */
const unansweredGraceMs = 30_000;
/** The same for a call that was answered, though not clearly. */
const answeredGraceMs = 2_000;
const shortestWaitMs = 1_000;

type Activities = DeliveryLedgerActivities & PlatformActivities & PublishActivities;

/** The ledger of deliveries, and the calls to platforms that it allows. */
export function createDeliveryActivities(deps: ActivityDeps): Activities {
  return {
    async claimDelivery({ version, ...ids }) {
      return inWorkspace(deps.orm, ids.workspaceId).transactional(async (em) => {
        const post = orGone(
          await em.findOne(Post, { id: ids.postId }, { lockMode: LockMode.PESSIMISTIC_WRITE }),
          "post",
        );
        const target = orGone(
          await em.findOne(Target, { id: ids.targetId, postId: post.id }),
          "target",
        );
        const platform = deps.platforms.get(target.platform);
        const channel = await em.findOne(Channel, { id: target.channelId });
        const existing = await em.findOne(Delivery, { targetId: target.id, part: 0 });
        const steps = {
          create: platform?.manifest.steps.create ?? false,
          poll: platform?.manifest.steps.poll ?? false,
        };
        const claim = { steps, connectionId: channel?.connectionId ?? target.id };
        if (existing) {
          const sent = existing.status === "sending" || existing.status === "unknown";
          const ended = existing.status === "published" || existing.status === "rejected";
          if (!sent && !ended) {
            existing.contentHash = post.contentHash ?? "";
            existing.postVersion = version;
          }
          return {
            ...claim,
            deliveryId: existing.id,
            state: sent ? "sent" : ended ? "ended" : "open",
          };
        }
        const over = target.status === "failed" || targetMachine.isFinal(target.status);
        if (!platform || !channel || over) {
          if (!over) await setTarget(em, target, ...withoutPlace(platform !== undefined));
          return { ...claim, deliveryId: target.id, state: "ended" };
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
        return { ...claim, deliveryId: id, state: "open" };
      });
    },

    async exhaustDelivery(ids) {
      await inWorkspace(deps.orm, ids.workspaceId).transactional(async (em) => {
        const target = orGone(
          await em.findOne(Target, { id: ids.targetId }, { lockMode: LockMode.PESSIMISTIC_WRITE }),
          "target",
        );
        await setTarget(em, target, "failed", {
          code: "gave_up",
          detail: "The platform asked to wait too many times. Try again later.",
        });
      });
    },

    createAtPlatform: (ids) =>
      withHeartbeat(async (signal) => {
        const known = await inWorkspace(deps.orm, ids.workspaceId).findOne(Delivery, {
          id: ids.deliveryId,
        });
        if (!known || known.status !== "claimed") return { kind: "ended" };
        if (known.created) return { kind: "ready" };
        return step(deps, ids, async () => {
          const { call, outgoing, platform } = await prepareCall(deps, ids, signal);
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

    reconcileDelivery: (ids) =>
      withHeartbeat(async (signal) => {
        const em = inWorkspace(deps.orm, ids.workspaceId);
        const before = orGone(await em.findOne(Delivery, { id: ids.deliveryId }), "delivery");
        if (before.status === "published") return { kind: "published" };
        if (before.status === "claimed") return { kind: "absent" };
        if (before.status === "rejected") return { kind: "unprovable" };
        const sentAt = before.sendingAt ?? before.claimedAt;
        const startedAt = deps.now();
        try {
          const { call, outgoing, delivery, platform } = await prepareCall(deps, ids, signal);
          const found = platform.manifest.steps.reconcile
            ? await platform.reconcile(call, {
                marker: delivery.marker,
                created: delivery.created ?? {},
                post: outgoing,
                sentAt,
              })
            : ({ outcome: "unprovable", reason: "the platform offers no way to look" } as const);
          if (found.outcome === "present") {
            await settle(deps, ids, { startedAt, outcome: "present", published: found });
            return { kind: "published" };
          }
          if (found.outcome === "absent") {
            const early = await tooEarlyMs(deps, ids, sentAt);
            if (early > 0) return { kind: "too_early", afterMs: early };
            await settle(deps, ids, { startedAt, outcome: "absent" });
            return { kind: "absent" };
          }
          await settle(deps, ids, { startedAt, outcome: "unprovable", reason: found.reason });
          return { kind: "unprovable" };
        } catch (error) {
          if (
            error instanceof PlatformError &&
            error.fate === "reauthorize" &&
            (await renewConnection(deps, ids, error))
          ) {
            return { kind: "too_early", afterMs: shortestWaitMs };
          }
          if (
            error instanceof PlatformError &&
            error.fate !== "retry" &&
            error.fate !== "ambiguous"
          ) {
            await settle(deps, ids, { startedAt, outcome: "unprovable", reason: error.message });
            return { kind: "unprovable" };
          }
          // Reading is harmless: an unclear answer to it is simply asked again.
          if (error instanceof PlatformError && error.fate === "ambiguous")
            throw new Error(error.message);
          throw platformFailure(error);
        }
      }),
  };
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
  const gate = await openGate(deps, input, prepared);
  if (gate !== "open") return gate;

  let published: Published;
  try {
    published = await prepared.platform.publish(prepared.call, {
      ...prepared.outgoing,
      created: prepared.delivery.created ?? {},
      marker: prepared.delivery.marker,
    });
  } catch (error) {
    const failure =
      error instanceof PlatformError
        ? error
        : new PlatformError("the call ended without an answer", {
            fate: "ambiguous",
            code: "no_answer",
            cause: error,
          });
    return closeFailedCall(deps, ids, failure);
  }
  await closeCall(deps, ids, { outcome: "published", published });
  return { kind: "published" };
}

async function openGate(
  deps: ActivityDeps,
  input: { ids: DeliveryIds; version: number; now: number },
  prepared: PreparedCall,
): Promise<"open" | PublishResult> {
  const { ids } = input;
  return inWorkspace(deps.orm, ids.workspaceId).transactional(async (em) => {
    // The lock under which cancel, edit and this call decide who was first.
    const post = orGone(
      await em.findOne(Post, { id: ids.postId }, { lockMode: LockMode.PESSIMISTIC_WRITE }),
      "post",
    );
    const target = orGone(await em.findOne(Target, { id: ids.targetId }), "target");
    const delivery = orGone(
      await em.findOne(Delivery, { id: ids.deliveryId }, { lockMode: LockMode.PESSIMISTIC_WRITE }),
      "delivery",
    );
    if (delivery.status === "sending" || delivery.status === "unknown") return { kind: "unclear" };
    if (delivery.status !== "claimed") return { kind: "ended" };
    const refusal = await checkGate(em, {
      deps,
      post,
      target,
      delivery,
      version: input.version,
      now: new Date(input.now),
      sentHash: prepared.hash,
    });
    if (refusal) {
      if (refusal.target)
        await setTarget(em, target, refusal.target, { code: refusal.code, detail: refusal.detail });
      return { kind: "ended" };
    }
    delivery.status = deliveryMachine.step(delivery.status, "sending");
    delivery.sendingAt = deps.now();
    await setTarget(em, target, "publishing", null);
    if (post.status !== "publishing") {
      if (post.status === "preparing") post.status = postMachine.step(post.status, "scheduled");
      await setPostStatus(em, post, "publishing");
    }
    await addAttempt(em, deps, delivery, "publish");
    return "open";
  });
}

async function closeFailedCall(
  deps: ActivityDeps,
  ids: DeliveryIds,
  failure: PlatformError,
): Promise<PublishResult> {
  switch (failure.fate) {
    case "retry":
      await closeCall(deps, ids, { outcome: "not_accepted", failure, back: true });
      // The platform counts the access as ended although its time is not up.
      if (failure.code === "expired_token") await renewConnection(deps, ids, failure);
      return { kind: "wait", afterMs: waitMs(failure.retryAfterSeconds), code: failure.code };
    case "reauthorize": {
      const renewed = await renewConnection(deps, ids, failure);
      await closeCall(deps, ids, {
        outcome: "not_accepted",
        failure,
        back: true,
        ...(renewed ? {} : { target: "blocked" as const }),
      });
      return renewed
        ? { kind: "wait", afterMs: shortestWaitMs, code: failure.code }
        : { kind: "ended" };
    }
    case "reject":
    case "ours":
      await closeCall(deps, ids, { outcome: "rejected", failure, target: "failed" });
      return { kind: "ended" };
    case "ambiguous":
      await closeCall(deps, ids, { outcome: "no_answer", failure });
      return { kind: "unclear" };
  }
}

/** Stores how the publishing call ended. */
async function closeCall(
  deps: ActivityDeps,
  ids: DeliveryIds,
  end: {
    outcome: "published" | "not_accepted" | "rejected" | "no_answer";
    published?: Published;
    failure?: PlatformError;
    /** The platform states that it did not accept: the delivery may be sent again. */
    back?: boolean;
    target?: TargetStatus;
  },
): Promise<void> {
  await inWorkspace(deps.orm, ids.workspaceId).transactional(async (em) => {
    const delivery = orGone(
      await em.findOne(Delivery, { id: ids.deliveryId }, { lockMode: LockMode.PESSIMISTIC_WRITE }),
      "delivery",
    );
    const target = orGone(await em.findOne(Target, { id: ids.targetId }), "target");
    await closeAttempt(em, deps, delivery, end);
    if (delivery.status !== "sending" && delivery.status !== "unknown") return;
    if (end.published)
      await markPublished(em, deps, { delivery, target, published: end.published });
    else if (end.back) delivery.status = deliveryMachine.step(delivery.status, "claimed");
    else if (end.outcome === "rejected")
      delivery.status = deliveryMachine.step(delivery.status, "rejected");
    if (end.target && end.failure) await setTarget(em, target, end.target, errorOf(end.failure));
  });
}

/** Stores what reading found of a call whose answer was lost. */
async function settle(
  deps: ActivityDeps,
  ids: DeliveryIds,
  found: { startedAt: Date } & (
    | { outcome: "present"; published: Published }
    | { outcome: "absent" }
    | { outcome: "unprovable"; reason: string }
  ),
): Promise<void> {
  await inWorkspace(deps.orm, ids.workspaceId).transactional(async (em) => {
    const delivery = orGone(
      await em.findOne(Delivery, { id: ids.deliveryId }, { lockMode: LockMode.PESSIMISTIC_WRITE }),
      "delivery",
    );
    const target = orGone(await em.findOne(Target, { id: ids.targetId }), "target");
    if (delivery.status !== "sending" && delivery.status !== "unknown") return;
    await addAttempt(em, deps, delivery, "reconcile", {
      startedAt: found.startedAt,
      outcome: found.outcome,
      detail: found.outcome === "unprovable" ? found.reason : null,
    });
    switch (found.outcome) {
      case "present":
        return markPublished(em, deps, { delivery, target, published: found.published });
      case "absent":
        delivery.status = deliveryMachine.step(delivery.status, "claimed");
        return;
      case "unprovable":
        delivery.status = deliveryMachine.step(delivery.status, "unknown");
        return setTarget(em, target, "unconfirmed", {
          code: "unconfirmed",
          detail:
            "The platform did not answer and reading does not tell whether the post is out. Look there and decide.",
        });
    }
  });
}

async function markPublished(
  em: EntityManager,
  deps: ActivityDeps,
  input: { delivery: Delivery; target: Target; published: Published },
): Promise<void> {
  const { delivery, target, published } = input;
  delivery.status = deliveryMachine.step(delivery.status, "published");
  delivery.remoteId = published.remoteId;
  delivery.remoteUrl = published.remoteUrl ?? null;
  target.remoteId = published.remoteId;
  target.remoteUrl = published.remoteUrl ?? null;
  target.publishedAt ??= deps.now();
  await setTarget(em, target, "published", null);
}

interface PreparedCall {
  call: CallContext;
  outgoing: OutgoingPost;
  delivery: Delivery;
  platform: OpenConnection["platform"];
  /** The post's hash as it was when the content was read. */
  hash: string | null;
}

/** Reads what goes out and opens the connection; nothing is sent but a refresh of the connection. */
async function prepareCall(
  deps: ActivityDeps,
  ids: DeliveryIds,
  signal: AbortSignal,
): Promise<PreparedCall> {
  const em = inWorkspace(deps.orm, ids.workspaceId);
  const delivery = orGone(await em.findOne(Delivery, { id: ids.deliveryId }), "delivery");
  const target = orGone(await em.findOne(Target, { id: ids.targetId }), "target");
  const post = orGone(await em.findOne(Post, { id: ids.postId }), "post");
  const channel = await em.findOne(Channel, { id: target.channelId });
  if (!channel) {
    throw new PlatformError("the channel's account was disconnected", {
      fate: "reauthorize",
      code: "connection_not_usable",
    });
  }
  const open = await openConnection(
    deps,
    { workspaceId: ids.workspaceId, connectionId: channel.connectionId },
    signal,
  );
  const renditions = await em.find(Rendition, {
    id: { $in: (target.renditions ?? []).map((one) => one.renditionId) },
  });
  const title = target.overrides.title ?? post.content.title;
  const settings = open.platform.manifest.settings.parse(target.settings) as Record<
    string,
    unknown
  >;
  return {
    platform: open.platform,
    delivery,
    hash: post.contentHash ?? null,
    call: {
      ...open.platformDeps,
      secrets: open.secrets,
      account: open.account,
      channel: { remoteId: channel.remoteId, kind: channel.kind },
      signal,
    },
    outgoing: {
      text: target.overrides.text ?? post.content.text,
      ...(title === undefined ? {} : { title }),
      settings,
      media: (target.renditions ?? []).map((one) => {
        const rendition = orGone(
          renditions.find((candidate) => candidate.id === one.renditionId),
          "rendition",
        );
        return {
          renditionId: rendition.id,
          kind: rendition.kind,
          contentType: rendition.contentType,
          bytes: rendition.bytes,
          sha256: rendition.sha256,
          width: rendition.width,
          height: rendition.height,
          ...(rendition.durationSeconds ? { durationSeconds: rendition.durationSeconds } : {}),
          ...(one.altText ? { altText: one.altText } : {}),
          open: (range?: { start: number; length: number }) =>
            deps.storage.open(rendition.blobKey, range),
        };
      }),
    },
  };
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

/** What a target becomes whose channel or platform is gone, and why. */
function withoutPlace(installed: boolean): [TargetStatus, NonNullable<Target["error"]>] {
  if (!installed) {
    return [
      "failed",
      { code: "platform_missing", detail: "The platform is not installed here any more." },
    ];
  }
  const detail = "The account was disconnected. Connect it again before this can go out.";
  return ["blocked", { code: "connection_not_usable", detail }];
}

/** For failures before anything was sent. */
async function endOrWait(
  deps: ActivityDeps,
  ids: DeliveryIds,
  error: unknown,
): Promise<Exclude<StepResult, { kind: "ready" }>> {
  if (!(error instanceof PlatformError)) throw error;
  if (error.fate === "retry" || error.fate === "ambiguous") {
    return { kind: "wait", afterMs: waitMs(error.retryAfterSeconds ?? 5), code: error.code };
  }
  if (error.fate === "reauthorize" && (await renewConnection(deps, ids, error))) {
    return { kind: "wait", afterMs: shortestWaitMs, code: error.code };
  }
  await inWorkspace(deps.orm, ids.workspaceId).transactional(async (em) => {
    const row = await em.findOne(
      Target,
      { id: ids.targetId },
      { lockMode: LockMode.PESSIMISTIC_WRITE },
    );
    await setTarget(
      em,
      orGone(row, "target"),
      error.fate === "reauthorize" ? "blocked" : "failed",
      errorOf(error),
    );
  });
  return { kind: "ended" };
}

/**
 * The platform refused the authorization. Access that merely ended is renewed, once for each refusal; true then. What
 * can't be renewed makes the connection wait for a person.
 */
async function renewConnection(
  deps: ActivityDeps,
  ids: DeliveryIds,
  error: PlatformError,
): Promise<boolean> {
  if (error.code === "connection_not_usable") return false;
  const em = inWorkspace(deps.orm, ids.workspaceId);
  const target = orGone(await em.findOne(Target, { id: ids.targetId }), "target");
  const channel = await em.findOne(Channel, { id: target.channelId });
  if (!channel) return false;
  const connectionIds = { workspaceId: ids.workspaceId, connectionId: channel.connectionId };
  const connection = await em.findOne(Connection, { id: channel.connectionId });
  const delivery = await em.findOne(Delivery, { id: ids.deliveryId });
  const tried = await em.count(DeliveryAttempt, { deliveryId: ids.deliveryId, code: error.code });
  const canRenew = deps.platforms.get(target.platform)?.refresh !== undefined;
  // Refused again although renewed meanwhile: a person must look.
  const renewedSince =
    connection?.authorizedAt && delivery && connection.authorizedAt > delivery.claimedAt;
  if (canRenew && !(renewedSince && tried > 0)) {
    try {
      await refreshUnderLock(deps, connectionIds, AbortSignal.timeout(30_000), { force: true });
      return true;
    } catch (failure) {
      if (!(failure instanceof PlatformError)) throw failure;
      if (failure.fate === "reauthorize") return false;
      // A passing fault of the token endpoint disconnects nobody: the step is tried again later.
      return true;
    }
  }
  await inWorkspace(deps.orm, ids.workspaceId).transactional(async (tx) => {
    const row = await tx.findOne(
      Connection,
      { id: channel.connectionId },
      { lockMode: LockMode.PESSIMISTIC_WRITE },
    );
    if (!row || row.disconnectedAt) return;
    await changeConnectionStatus(
      tx,
      row,
      "needs_reauthorization",
      error.platformMessage ?? error.message,
    );
  });
  return false;
}

async function setTarget(
  em: EntityManager,
  target: Target,
  status: TargetStatus,
  error: Target["error"],
): Promise<void> {
  target.error = error;
  if (target.status === status) return;
  target.status = targetMachine.step(target.status, status);
  await recordEvent(em, {
    workspaceId: target.workspaceId,
    type: `target.${status}`,
    subjectKind: "post",
    subjectId: target.postId,
    data: { targetId: target.id },
  });
}

async function addAttempt(
  em: EntityManager,
  deps: ActivityDeps,
  delivery: Delivery,
  kind: "publish" | "reconcile",
  end?: { startedAt: Date; outcome: string; detail: string | null },
): Promise<void> {
  const number = (await em.count(DeliveryAttempt, { deliveryId: delivery.id })) + 1;
  await insertRow(em, DeliveryAttempt, {
    workspaceId: delivery.workspaceId,
    deliveryId: delivery.id,
    number,
    step: kind,
    startedAt: end?.startedAt ?? deps.now(),
    ...(end ? { finishedAt: deps.now(), outcome: end.outcome, detail: end.detail } : {}),
  });
}

async function closeAttempt(
  em: EntityManager,
  deps: ActivityDeps,
  delivery: Delivery,
  end: { outcome: string; failure?: PlatformError },
): Promise<void> {
  const [attempt] = await em.find(
    DeliveryAttempt,
    { deliveryId: delivery.id, step: "publish", finishedAt: null },
    { orderBy: { number: "desc" }, limit: 1 },
  );
  if (!attempt) return;
  attempt.finishedAt = deps.now();
  attempt.outcome = end.outcome;
  attempt.code = end.failure?.code ?? null;
  attempt.detail = end.failure?.message ?? null;
  attempt.platformMessage = end.failure?.platformMessage ?? null;
  attempt.httpStatus = end.failure?.status ?? null;
}

/** How long a proof of absence must still wait: a call on its way is not absent yet. */
async function tooEarlyMs(deps: ActivityDeps, ids: DeliveryIds, sentAt: Date): Promise<number> {
  const [attempt] = await inWorkspace(deps.orm, ids.workspaceId).find(
    DeliveryAttempt,
    { deliveryId: ids.deliveryId, step: "publish" },
    { orderBy: { number: "desc" }, limit: 1 },
  );
  const from = attempt?.finishedAt?.getTime();
  const earliest =
    from === undefined ? sentAt.getTime() + unansweredGraceMs : from + answeredGraceMs;
  return Math.max(0, earliest - deps.now().getTime());
}

function errorOf(error: PlatformError): NonNullable<Target["error"]> {
  return {
    code: error.code,
    detail: error.message,
    ...(error.platformMessage ? { platformMessage: error.platformMessage } : {}),
  };
}

function waitMs(seconds: number | undefined): number {
  return Math.max(shortestWaitMs, Math.ceil((seconds ?? 30) * 1000));
}

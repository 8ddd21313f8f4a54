import { LockMode } from "@mikro-orm/core";
import { ApplicationFailure } from "@temporalio/common";
import { addAttempt } from "#db/delivery-changes.ts";
import { Channel, Connection, Delivery, Post, Target } from "#db/entities/index.ts";
import type { RemovalStatus } from "#db/entities/target.ts";
import { inWorkspace } from "#db/orm.ts";
import { setRemoval } from "#db/set-removal.ts";
import { PlatformError } from "#domain/errors.ts";
import type { DeliveryIds } from "#workflows/delivery-ports.ts";
import type {
  RemovalFailure,
  TakeDownLedgerActivities,
  TakeDownPlatformActivities,
} from "#workflows/take-down-post.ts";
import type { CallSummary } from "#db/entities/delivery-attempt.ts";
import type { ActivityDeps } from "./deps.ts";
import { openConnection } from "./lib/open-connection.ts";
import { platformFailure } from "./lib/platform-failure.ts";
import { renewConnection } from "./lib/renew-connection.ts";
import { recordCalls } from "./lib/record-calls.ts";
import { withHeartbeat } from "./lib/with-heartbeat.ts";

/** What `takeDownPost` asks for. */
export function createTakeDownActivities(
  deps: ActivityDeps,
): TakeDownLedgerActivities & TakeDownPlatformActivities {
  return {
    async targetsToTakeDown(ids) {
      const em = inWorkspace(deps.orm, ids.workspaceId);
      const targets = (await em.find(Target, { postId: ids.postId })).filter(
        ({ removal }) => removal?.status === "requested",
      );
      const standing = await em.find(
        Delivery,
        { targetId: { $in: targets.map(({ id }) => id) }, status: "published", removedAt: null },
        { orderBy: { part: "desc" } },
      );
      const channels = await em.find(Channel, {
        id: { $in: targets.map(({ channelId }) => channelId) },
      });
      return targets.map((target) => ({
        targetId: target.id,
        connectionId: channels.find(({ id }) => id === target.channelId)?.connectionId ?? target.id,
        deliveryIds: standing
          .filter(({ targetId }) => targetId === target.id)
          .map((delivery) => delivery.id),
      }));
    },

    async settleRemoval({ targetId, failure, ...ids }) {
      await inWorkspace(deps.orm, ids.workspaceId).transactional(async (em) => {
        await em.findOne(Post, { id: ids.postId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
        const target = await em.findOne(Target, { id: targetId, postId: ids.postId });
        if (target?.removal?.status !== "requested") return;
        // What came out while the rest was taken down is asked for by the story's next look.
        const standing = { targetId, status: "published" as const, removedAt: null };
        if (!failure && (await em.count(Delivery, standing)) > 0) return;
        await setRemoval(em, target, { ...endOf(target, failure), at: deps.now() });
      });
    },

    removeDelivery: (ids) => withHeartbeat((signal) => removeDelivery(deps, ids, signal)),
  };
}

function endOf(
  target: Target,
  failure: RemovalFailure | undefined,
): { status: RemovalStatus; detail: string; code?: string } {
  if (!failure) return { status: "removed", detail: "It was taken down." };
  if (failure.code !== "not_supported")
    return { status: "failed", detail: failure.detail, code: failure.code };
  const link = target.remoteUrl ? ` Do it there by hand: ${target.remoteUrl}` : "";
  return { status: "not_supported", detail: `${failure.detail}${link}` };
}

type Removed = Awaited<ReturnType<TakeDownPlatformActivities["removeDelivery"]>>;

/** The platform refused the authorization: with these secrets, where the call got so far. */
interface Refused {
  kind: "refused";
  error: PlatformError;
  refusedVersion: number | undefined;
}

/** Access that ended is renewed, once: long after a post was published it usually has. */
async function removeDelivery(
  deps: ActivityDeps,
  ids: DeliveryIds,
  signal: AbortSignal,
): Promise<Removed> {
  const first = await tryToRemove(deps, ids, signal);
  if (first.kind !== "refused") return first;
  const refusal = { step: "remove" as const, noted: true };
  const renewal = await renewConnection(deps, ids, { ...refusal, ...first, renewed: false });
  if (renewal.kind === "refused") return failedBy(first.error);
  if (renewal.kind === "later") {
    throw ApplicationFailure.create({
      message: "the token endpoint has a passing fault",
      type: "token_endpoint",
      nextRetryDelay: renewal.afterMs,
    });
  }
  const second = await tryToRemove(deps, ids, signal);
  if (second.kind !== "refused") return second;
  // From here on it waits for a person.
  await renewConnection(deps, ids, { ...refusal, ...second, renewed: true });
  return failedBy(second.error);
}

function failedBy(error: PlatformError): Removed {
  return { kind: "failed", code: error.code, detail: error.platformMessage ?? error.message };
}

async function tryToRemove(
  deps: ActivityDeps,
  ids: DeliveryIds,
  signal: AbortSignal,
): Promise<Removed | Refused> {
  const em = inWorkspace(deps.orm, ids.workspaceId);
  const delivery = await em.findOne(Delivery, { id: ids.deliveryId });
  const target = await em.findOne(Target, { id: ids.targetId });
  if (!delivery || !target || delivery.removedAt) return { kind: "gone" };
  const channel = await em.findOne(Channel, { id: target.channelId });
  const connected = channel
    ? await em.count(Connection, { id: channel.connectionId, disconnectedAt: null })
    : 0;
  if (!delivery.remoteId || !channel || connected === 0) return unreachable(delivery, target);
  const startedAt = deps.now();
  let calls: CallSummary[] = [];
  let refusedVersion: number | undefined;
  try {
    const open = await openConnection(
      deps,
      { workspaceId: ids.workspaceId, connectionId: channel.connectionId },
      signal,
    );
    refusedVersion = open.connection.secretsVersion;
    const recorder = recordCalls(open.platformDeps.fetch);
    calls = recorder.calls;
    const call = {
      ...open.platformDeps,
      fetch: recorder.fetch,
      secrets: open.secrets,
      account: open.account,
      channel: { remoteId: channel.remoteId, kind: channel.kind },
      signal,
    };
    if (!open.platform.remove) {
      const detail = `${open.platform.manifest.title} lets nobody take a post down from here.`;
      return { kind: "failed", code: "not_supported", detail };
    }
    const { outcome } = await open.platform.remove(call, delivery.remoteId);
    await note(deps, ids, { startedAt, outcome, calls, gone: true });
    return { kind: "gone" };
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    await note(deps, ids, { startedAt, outcome: "failed", failure: error, calls, gone: false });
    // Nobody knows whether it was done; doing it again is harmless.
    if (error.fate === "ambiguous") throw new Error(error.message);
    // The platform may count the access as ended although its time is not up.
    if (error.fate === "reauthorize" || error.code === "expired_token")
      return { kind: "refused", error, refusedVersion };
    if (error.fate === "retry") throw platformFailure(error);
    return failedBy(error);
  }
}

function unreachable(delivery: Delivery, target: Target): Removed {
  const where = delivery.remoteUrl ?? target.remoteUrl;
  const link = where ? ` Do it there by hand: ${where}` : "";
  const detail = delivery.remoteId
    ? `The account of ${target.channelName} is not connected any more.${link}`
    : `Nobody knows under which id it is on ${target.channelName}.${link}`;
  return { kind: "failed", code: "connection_not_usable", detail };
}

async function note(
  deps: ActivityDeps,
  ids: DeliveryIds,
  end: {
    startedAt: Date;
    outcome: string;
    failure?: PlatformError;
    calls: CallSummary[];
    gone: boolean;
  },
): Promise<void> {
  await inWorkspace(deps.orm, ids.workspaceId).transactional(async (em) => {
    const delivery = await em.findOne(
      Delivery,
      { id: ids.deliveryId },
      { lockMode: LockMode.PESSIMISTIC_WRITE },
    );
    if (!delivery) return;
    const { gone, ...attempt } = end;
    await addAttempt(em, deps.now(), delivery, "remove", attempt);
    if (gone) delivery.removedAt ??= deps.now();
  });
}

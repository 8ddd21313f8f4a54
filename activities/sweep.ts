import { LockMode } from "@mikro-orm/core";
import {
  Connection,
  IdempotencyRecord,
  Notification,
  OauthState,
  Upload,
  WebhookDelivery,
} from "#db/entities/index.ts";
import { isForgotten } from "#db/connection-changes.ts";
import { disconnectedInUse } from "#db/connection-use.ts";
import { wakeNotifiers } from "#db/notify-members.ts";
import { inWorkspace, outsideWorkspaces, type EntityManager } from "#db/orm.ts";
import { dispatchAlone } from "#db/outbox/dispatch-alone.ts";
import { enqueue } from "#db/outbox/enqueue.ts";
import { restartDeliveries } from "#db/webhook-changes.ts";
import { tallyRemoved } from "#db/tally-removed.ts";
import { retention, type RuleName } from "#domain/retention.ts";
import { uploadKey } from "#storage/incoming.ts";
import type { SweepActivities } from "#workflows/sweep.ts";
import type { ActivityDeps } from "./deps.ts";
import { createMendActivities } from "./mend.ts";
import { createRetentionActivities } from "./retention.ts";
import { createSeriesActivities } from "./series.ts";

/** A connection that is not finished so long after its beginning never will be: its link lived ten minutes. */
const abandonedAfterMs = 60 * 60_000;

/** A webhook's delivery or a message to a member that is so late has no workflow any more. */
const lostAfterMs = 60 * 60_000;

/** How many one sweep looks at; the next one goes on. */
const atOnce = 500;

/** What `sweep` asks for. */
export function createSweepActivities(deps: ActivityDeps): SweepActivities {
  return {
    ...createSeriesActivities(deps),
    ...createMendActivities(deps),
    ...createRetentionActivities(deps),

    async sweepOutbox() {
      const told = await dispatchAlone({ orm: deps.orm, engine: deps.engine, limit: atOnce });
      // Another process is at it.
      return { told: told?.told ?? 0, waiting: told?.waiting ?? 0 };
    },

    async forgetAbandonedConnections() {
      const before = new Date(deps.now().getTime() - abandonedAfterMs);
      const old = await outsideWorkspaces(deps.orm).find(
        OauthState,
        { createdAt: { $lte: before } },
        { orderBy: { createdAt: "asc" }, limit: atOnce },
      );
      let forgotten = 0;
      for (const state of old) if (await forgetBeginning(deps, state)) forgotten += 1;
      return { forgotten };
    },

    async forgetThrottles() {
      // By the database's clock, which is the one that they are counted by.
      await outsideWorkspaces(deps.orm).execute("delete from throttle where reset_at <= now()");
    },

    async forgetAnswers() {
      const ago = (ms: number) => new Date(deps.now().getTime() - ms);
      for (const workspaceId of await workspacesOfThisMinute(deps)) {
        const em = inWorkspace(deps.orm, workspaceId);
        const tally = (rule: RuleName, removed: number) =>
          tallyRemoved(em, { workspaceId, rule, removed, now: deps.now() });
        const answers = { createdAt: { $lt: ago(retention.idempotencyMs) } };
        await tally("kept_answer", await em.nativeDelete(IdempotencyRecord, answers));
        const told = { createdAt: { $lt: ago(retention.notificationsMs) } };
        await tally("notification", await em.nativeDelete(Notification, told));
        const sent = { createdAt: { $lt: ago(retention.webhookDeliveriesMs) } };
        await tally("webhook_delivery", await em.nativeDelete(WebhookDelivery, sent));
        await em.transactional(forgetUnused);
        await forgetUploads(deps, workspaceId);
        await em.transactional(async (tx) => {
          const lost = { workspaceId, before: ago(lostAfterMs) };
          await restartDeliveries(tx, lost);
          await wakeNotifiers(tx, lost);
        });
      }
    },
  };
}

/** Each workspace is looked at once an hour, a sixtieth of them each minute. */
async function workspacesOfThisMinute(deps: ActivityDeps): Promise<string[]> {
  const rows = await outsideWorkspaces(deps.orm).execute<{ id: string }[]>(
    `select id from workspace where abs(hashtext(id::text)::bigint) % 60 = ?`,
    [deps.now().getUTCMinutes()],
  );
  return rows.map(({ id }) => id);
}

/** Removes uploads that were not finished in time, with their pieces, and the records of those that were. */
async function forgetUploads(deps: ActivityDeps, workspaceId: string): Promise<void> {
  const em = inWorkspace(deps.orm, workspaceId);
  const over = {
    status: { $nin: ["fetching" as const, "checking" as const] },
    expiresAt: { $lte: deps.now() },
  };
  const uploads = await em.find(Upload, over, { orderBy: { id: "asc" }, limit: atOnce });
  for (const { id, status } of uploads) {
    // The row last: where this is cut short, the next sweep finds it again.
    await deps.storage.incoming.remove(uploadKey({ workspaceId, id }));
    const removed = await em.nativeDelete(Upload, { id, ...over });
    const rule = status === "receiving" ? "unfinished_upload" : "upload_record";
    await tallyRemoved(em, { workspaceId, rule, removed, now: deps.now() });
  }
}

/** Removes what is left of disconnected accounts once nothing refers to their channels any more. */
async function forgetUnused(em: EntityManager): Promise<void> {
  const left = await em.find(
    Connection,
    { disconnectedAt: { $ne: null } },
    { lockMode: LockMode.PESSIMISTIC_WRITE, populate: ["wrappedKey"], orderBy: { id: "asc" } },
  );
  // Read under the locks: what an account left to another one meanwhile is in use.
  const used = new Set(await disconnectedInUse(em));
  const ids = left.filter((one) => isForgotten(one) && !used.has(one.id)).map(({ id }) => id);
  await em.nativeDelete(Connection, { id: { $in: ids } });
}

/** Removes the state, and disconnects its connection unless something came of it. Returns whether it did. */
async function forgetBeginning(deps: ActivityDeps, state: OauthState): Promise<boolean> {
  const { stateHash, workspaceId, connectionId } = state;
  return inWorkspace(deps.orm, workspaceId).transactional(async (em) => {
    const connection = await em.findOne(
      Connection,
      { id: connectionId, status: "pending", disconnectedAt: null },
      { lockMode: LockMode.PESSIMISTIC_WRITE },
    );
    await em.nativeDelete(OauthState, { stateHash });
    if (!connection) return false;
    connection.disconnectedAt = deps.now();
    connection.version += 1;
    await enqueue(em, {
      workspaceId,
      action: "start",
      workflowType: "refreshConnection",
      workflowId: `connection/${connectionId}`,
      input: { connectionId },
    });
    return true;
  });
}

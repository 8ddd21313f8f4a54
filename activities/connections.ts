import { LockMode } from "@mikro-orm/core";
import { isForgotten, sealContextOf, stripConnection } from "#db/connection-changes.ts";
import { disconnectedInUse } from "#db/connection-use.ts";
import { Connection } from "#db/entities/index.ts";
import { forgetMetrics } from "#db/forget-metrics.ts";
import { inWorkspace } from "#db/orm.ts";
import { recordEvent } from "#db/record-event.ts";
import { openSecrets } from "#db/vault/open.ts";
import { nextConnectionMove } from "#domain/next-connection-move.ts";
import { PlatformError } from "#domain/errors.ts";
import type { ConnectionActivities } from "#workflows/refresh-connection.ts";
import type { ActivityDeps } from "./deps.ts";
import { changeConnectionStatus, refreshUnderLock } from "./lib/open-connection.ts";
import { platformFailure } from "./lib/platform-failure.ts";
import { withHeartbeat } from "./lib/with-heartbeat.ts";

/** What `refreshConnection` asks for. */
export function createConnectionActivities(deps: ActivityDeps): ConnectionActivities {
  return {
    nextConnectionMove: async ({ now, ...ids }) =>
      inWorkspace(deps.orm, ids.workspaceId).transactional(async (em) => {
        const connection = await em.findOne(
          Connection,
          { id: ids.connectionId },
          { lockMode: LockMode.PESSIMISTIC_WRITE, populate: ["wrappedKey"] },
        );
        if (!connection || isForgotten(connection)) return { kind: "done" };
        const decision = nextConnectionMove(
          {
            id: connection.id,
            status: connection.status,
            disconnected: Boolean(connection.disconnectedAt),
            refreshable: Boolean(deps.platforms.get(connection.platform)?.refresh),
            issuedAt: connection.authorizedAt ?? connection.createdAt,
            expiresAt: connection.expiresAt ?? null,
            refreshAsked: Boolean(connection.refreshAskedAt),
          },
          new Date(now),
        );
        if (decision.status)
          await changeConnectionStatus(em, connection, decision.status, connection.problem ?? null);
        return decision.move;
      }),

    refreshSecrets: (ids) =>
      withHeartbeat(async (signal) => {
        try {
          await refreshUnderLock(deps, ids, signal, { force: true });
        } catch (error) {
          // The row says by now that a person must reconnect: there is nothing to try again.
          if (error instanceof PlatformError && error.fate === "reauthorize") return;
          throw platformFailure(error);
        }
      }),

    forgetConnection: (ids) =>
      withHeartbeat(async (signal) => {
        const em = inWorkspace(deps.orm, ids.workspaceId);
        const connection = await em.findOne(
          Connection,
          { id: ids.connectionId },
          { populate: ["sealedSecrets", "wrappedKey"] },
        );
        if (!connection?.disconnectedAt || isForgotten(connection)) return;
        await revokeAtPlatform(deps, connection, signal);
        await inWorkspace(deps.orm, ids.workspaceId).transactional(async (tx) => {
          const row = await tx.findOne(
            Connection,
            { id: ids.connectionId },
            { lockMode: LockMode.PESSIMISTIC_WRITE, populate: ["wrappedKey"] },
          );
          // Meanwhile the account was connected again, which took over what is left of this one.
          if (!row?.disconnectedAt || isForgotten(row)) return;
          await forgetMetrics(tx, row.id);
          const [used] = await disconnectedInUse(tx, row.id);
          if (used) await stripConnection(tx, row);
          else await tx.nativeDelete(Connection, { id: row.id });
          await recordEvent(tx, {
            workspaceId: ids.workspaceId,
            type: "connection.disconnected",
            subjectKind: "connection",
            subjectId: ids.connectionId,
          });
        });
      }),
  };
}

/** Best effort: an account that can't be told is forgotten all the same. */
async function revokeAtPlatform(
  deps: ActivityDeps,
  connection: Connection,
  signal: AbortSignal,
): Promise<void> {
  const platform = deps.platforms.get(connection.platform);
  if (!platform?.revoke || !connection.sealedSecrets || !connection.wrappedKey) return;
  try {
    const secrets = openSecrets({
      keyRing: deps.keyRing,
      context: sealContextOf(connection),
      sealed: connection.sealedSecrets,
      wrappedKey: connection.wrappedKey,
    });
    await platform.revoke(
      { fetch: deps.fetch, now: deps.now, app: deps.platformApp(connection.platform) },
      { secrets, signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]) },
    );
  } catch (error) {
    deps.logger.warn(
      { connectionId: connection.id, err: error },
      "the platform could not be told of a disconnection",
    );
  }
}

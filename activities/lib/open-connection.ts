import { LockMode } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { sealContextOf, sealIntoConnection, setConnectionStatus } from "#db/connection-changes.ts";
import { Connection } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import { openSecrets } from "#db/vault/open.ts";
import { enqueue } from "#db/outbox/enqueue.ts";
import { PlatformError } from "#domain/errors.ts";
import { isUsable, type ConnectionStatus } from "#domain/states.ts";
import type { Platform, PlatformDeps, Secrets } from "#platforms/contract.ts";
import type { ActivityDeps } from "../deps.ts";

export interface OpenConnection {
  connection: Connection;
  platform: Platform;
  platformDeps: PlatformDeps;
  secrets: Secrets;
  account: { remoteId: string; data: Record<string, string> };
}

/** Access that ends sooner than this is refreshed before it is used. Milliseconds. */
const freshEnoughMs = 60_000;

/**
 * Opens a connection's secrets for the activity that needs them, refreshed first when they are about to end. Throws
 * PlatformError `reauthorize` when the connection can't be used.
 */
export async function openConnection(
  deps: ActivityDeps,
  ids: { workspaceId: string; connectionId: string },
  signal: AbortSignal,
  refreshed = false,
): Promise<OpenConnection> {
  const connection = await findSealed(inWorkspace(deps.orm, ids.workspaceId), ids.connectionId);
  // Once: what is fresh for less than that, or can't be refreshed, is used as it is.
  if (refreshed) return openAsItIs(deps, connection);
  const fresh = openFresh(deps, connection);
  if (fresh) return fresh;
  await refreshUnderLock(deps, ids, signal);
  return openConnection(deps, ids, signal, true);
}

/** The connection with its sealed secrets; locked where that is asked for. */
export async function findSealed(
  em: EntityManager,
  connectionId: string,
  lock: { lockMode?: LockMode; refresh?: boolean } = {},
): Promise<Connection | null> {
  return em.findOne(
    Connection,
    { id: connectionId },
    { populate: ["sealedSecrets", "wrappedKey"], ...lock },
  );
}

/** Opens a connection that was read with its secrets, whenever these end. Throws PlatformError when it can't be used. */
export function openAsItIs(deps: ActivityDeps, connection: Connection | null): OpenConnection {
  return opened(deps, usable(connection));
}

/** Opens a connection that was read with its secrets; undefined where these must be refreshed first. */
export function openFresh(
  deps: ActivityDeps,
  connection: Connection | null,
): OpenConnection | undefined {
  const found = usable(connection);
  const endsAt = found.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
  return endsAt - deps.now().getTime() < freshEnoughMs ? undefined : opened(deps, found);
}

function usable(connection: Connection | null): Connection {
  if (!connection || connection.disconnectedAt || !isUsable(connection.status))
    throw notUsable(connection?.status);
  return connection;
}

/**
 * Gets new secrets from the platform, one at a time per connection: the row's lock is held meanwhile, and whoever
 * waited for it finds them fresh (unless `force` asks for others: those that were shown and refused are `refusedVersion`,
 * and newer ones are as good as new). A refusal for good makes the connection `needs_reauthorization`; a passing fault is
 * thrown and changes nothing.
 */
export async function refreshUnderLock(
  deps: ActivityDeps,
  ids: { workspaceId: string; connectionId: string },
  signal: AbortSignal,
  options: { force?: boolean; refusedVersion?: number | undefined } = {},
): Promise<void> {
  const refused = await inWorkspace(deps.orm, ids.workspaceId).transactional(async (em) => {
    const connection = await em.findOne(
      Connection,
      { id: ids.connectionId },
      { lockMode: LockMode.PESSIMISTIC_WRITE, populate: ["sealedSecrets", "wrappedKey"] },
    );
    if (!connection || connection.disconnectedAt || !canRefresh(connection.status))
      throw notUsable(connection?.status);
    const endsAt = connection.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
    if (connection.secretsVersion > (options.refusedVersion ?? Number.POSITIVE_INFINITY))
      return undefined;
    if (!options.force && endsAt - deps.now().getTime() >= freshEnoughMs) return undefined;
    const { platform, platformDeps, secrets, account } = opened(deps, connection);
    if (!platform.refresh) return undefined;
    try {
      const authorized = await platform.refresh(platformDeps, { account, secrets, signal });
      sealIntoConnection({
        keyRing: deps.keyRing,
        connection,
        secrets: authorized.secrets,
        expiresAt: authorized.expiresAt,
        refreshExpiresAt: authorized.refreshExpiresAt ?? connection.refreshExpiresAt ?? undefined,
        now: deps.now(),
      });
      // What the platform says of the account may have changed, and reconciling relies on it.
      connection.accountData = authorized.account.data;
      await changeConnectionStatus(em, connection, "active", null);
      return undefined;
    } catch (error) {
      if (!(error instanceof PlatformError) || error.fate !== "reauthorize") throw error;
      connection.refreshAskedAt = null;
      await changeConnectionStatus(
        em,
        connection,
        "needs_reauthorization",
        error.platformMessage ?? error.message,
      );
      return error;
    }
  });
  // Thrown only now: the transaction that wrote the new status must commit.
  if (refused) throw refused;
}

/** Writes a new status and wakes the connection's workflow, which looks at its row again. */
export async function changeConnectionStatus(
  em: EntityManager,
  connection: Connection,
  status: ConnectionStatus,
  problem: string | null,
): Promise<void> {
  await setConnectionStatus(em, connection, status, problem);
  await enqueue(em, {
    workspaceId: connection.workspaceId,
    action: "signal",
    workflowId: `connection/${connection.id}`,
  });
}

function opened(deps: ActivityDeps, connection: Connection): OpenConnection {
  const platform = deps.platforms.get(connection.platform);
  if (!platform) {
    throw new PlatformError(`the platform ${connection.platform} is not installed`, {
      fate: "ours",
      code: "platform_missing",
    });
  }
  if (!connection.sealedSecrets || !connection.wrappedKey) throw notUsable(connection.status);
  const secrets = openSecrets({
    keyRing: deps.keyRing,
    context: sealContextOf(connection),
    sealed: connection.sealedSecrets,
    wrappedKey: connection.wrappedKey,
  });
  return {
    connection,
    platform,
    platformDeps: { fetch: deps.fetch, now: deps.now, app: deps.platformApp(connection.platform) },
    secrets,
    account: { remoteId: connection.remoteAccountId ?? "", data: connection.accountData ?? {} },
  };
}

function canRefresh(status: ConnectionStatus): boolean {
  return isUsable(status) || status === "expired";
}

function notUsable(status: ConnectionStatus | undefined): PlatformError {
  return new PlatformError(
    status
      ? `the connection is ${status}; connect the account again`
      : "the connection was removed",
    { fate: "reauthorize", code: "connection_not_usable" },
  );
}

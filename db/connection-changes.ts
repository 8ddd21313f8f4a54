import type { EntityManager } from "@mikro-orm/postgresql";
import { connectionMachine, type ConnectionStatus } from "#domain/states.ts";
import { Channel, type Connection } from "./entities/index.ts";
import { recordEvent } from "./record-event.ts";
import type { KeyRing } from "./vault/key-ring.ts";
import { sealSecrets } from "./vault/seal.ts";
import type { SealContext } from "./vault/envelope.ts";

/** Writes a new status with its event. Call it within the transaction that locks the row. */
export async function setConnectionStatus(
  em: EntityManager,
  connection: Connection,
  status: ConnectionStatus,
  problem: string | null,
): Promise<void> {
  if (connection.status === status && (connection.problem ?? null) === problem) return;
  connection.status = connectionMachine.step(connection.status, status);
  connection.problem = problem;
  connection.version += 1;
  await recordEvent(em, {
    workspaceId: connection.workspaceId,
    type: `connection.${status}`,
    subjectKind: "connection",
    subjectId: connection.id,
  });
}

/** Seals new secrets into the row under a fresh data key and a version of their own. */
export function sealIntoConnection(input: {
  keyRing: KeyRing;
  connection: Connection;
  secrets: Record<string, string>;
  expiresAt: Date | undefined;
  refreshExpiresAt: Date | undefined;
  now: Date;
}): void {
  const { connection } = input;
  connection.secretsVersion += 1;
  const { sealed, wrappedKey } = sealSecrets({
    keyRing: input.keyRing,
    context: sealContextOf(connection),
    secrets: input.secrets,
  });
  connection.sealedSecrets = sealed;
  connection.wrappedKey = wrappedKey;
  connection.authorizedAt = input.now;
  connection.refreshAskedAt = null;
  connection.expiresAt = input.expiresAt ?? null;
  connection.refreshExpiresAt = input.refreshExpiresAt ?? null;
}

/**
 * Whether a disconnected connection was told to its platform and keeps no secrets any more: what is left of it is only
 * there for the account to come back. Read it with `wrappedKey`.
 */
export function isForgotten(connection: Connection): boolean {
  return (
    connection.disconnectedAt instanceof Date &&
    typeof connection.remoteAccountId === "string" &&
    connection.wrappedKey === null
  );
}

/**
 * Removes the secrets and all that the platform said of the account but its id and name, which it is known again by.
 * Call it within the transaction that locks the row.
 */
export async function stripConnection(em: EntityManager, connection: Connection): Promise<void> {
  Object.assign(connection, {
    sealedSecrets: null,
    wrappedKey: null,
    accountData: null,
    scopes: null,
    handle: null,
    problem: null,
    expiresAt: null,
    refreshExpiresAt: null,
    refreshAskedAt: null,
    begunBySession: null,
    begunByKey: null,
  } satisfies Partial<Connection>);
  connection.version += 1;
  await em.flush();
  await em.nativeUpdate(
    Channel,
    { connectionId: connection.id },
    { handle: null, url: null, avatarUrl: null },
  );
}

/** Where a connection's secrets belong: they open nowhere else. */
export function sealContextOf(connection: Connection): SealContext {
  return {
    workspaceId: connection.workspaceId,
    ownerId: connection.id,
    field: "secrets",
    version: connection.secretsVersion,
  };
}

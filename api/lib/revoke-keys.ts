import { LockMode } from "@mikro-orm/core";
import { announceAccess } from "#db/announce-access.ts";
import { ApiKeyDetails, Invitation } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import { recordAudit } from "#db/record-audit.ts";
import { revokeInvitation } from "./revoke-invitations.ts";

const locked = LockMode.PESSIMISTIC_WRITE;

/**
 * Revokes keys, and the keys and open invitations that they made, in the caller's transaction: audited, and told to every
 * process. Those that are revoked already stay as they are. `keys` are locked by the caller.
 */
export async function revokeKeys(
  em: EntityManager,
  input: {
    keys: ApiKeyDetails[];
    workspaceId: string;
    actor: string;
    address: string;
    now: Date;
  },
): Promise<void> {
  const { workspaceId, actor, address, now } = input;
  // All before the first line of the audit log: who makes a key holds its maker and then waits for that log.
  const keys = await withThoseMadeBy(em, input.keys);
  const invitations = await em.find(
    Invitation,
    { madeByKey: { $in: keys.map((key) => key.keyId) }, acceptedAt: null, revokedAt: null },
    { lockMode: locked, orderBy: { id: "asc" } },
  );
  for (const key of keys) {
    if (key.revokedAt) continue;
    key.revokedAt = now;
    const line = { workspaceId, actor, address, action: "api-key.revoked", subject: key.id };
    await recordAudit(em, line);
    await announceAccess(em, `key:${key.keyId}`);
  }
  for (const invitation of invitations)
    await revokeInvitation(em, invitation, { workspaceId, actor, address, now });
}

/** These keys, the keys that they made, and so on; all locked. */
async function withThoseMadeBy(em: EntityManager, keys: ApiKeyDetails[]): Promise<ApiKeyDetails[]> {
  if (keys.length === 0) return [];
  const made = await em.find(
    ApiKeyDetails,
    { madeByKey: { $in: keys.map((key) => key.keyId) } },
    { lockMode: locked, orderBy: { id: "asc" } },
  );
  return [...keys, ...(await withThoseMadeBy(em, made))];
}

/** Revokes every key that the person made, and the keys made by those. */
export async function revokeKeysOf(
  em: EntityManager,
  input: { userId: string; workspaceId: string; actor: string; address: string; now: Date },
): Promise<void> {
  const keys = await em.find(
    ApiKeyDetails,
    { createdBy: input.userId, revokedAt: null },
    { lockMode: locked, orderBy: { id: "asc" } },
  );
  await revokeKeys(em, { ...input, keys });
}

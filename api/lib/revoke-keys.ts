import { LockMode } from "@mikro-orm/core";
import { announceAccess } from "#db/announce-access.ts";
import { ApiKeyDetails } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import { recordAudit } from "#db/record-audit.ts";

const locked = LockMode.PESSIMISTIC_WRITE;

/**
 * Revokes keys, and the keys that they made, in the caller's transaction: audited, and told to every process. Those that
 * are revoked already stay as they are. `keys` are locked by the caller.
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
  let keys = input.keys;
  while (keys.length > 0) {
    for (const key of keys) {
      if (key.revokedAt) continue;
      key.revokedAt = now;
      const line = { workspaceId, actor, address, action: "api-key.revoked", subject: key.id };
      await recordAudit(em, line);
      await announceAccess(em, `key:${key.keyId}`);
    }
    keys = await em.find(
      ApiKeyDetails,
      { madeByKey: { $in: keys.map((key) => key.keyId) } },
      { lockMode: locked, orderBy: { id: "asc" } },
    );
  }
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

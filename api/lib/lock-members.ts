import { LockMode } from "@mikro-orm/core";
import { ApiKeyDetails, Member } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import { Problem } from "#domain/errors.ts";
import { mayManage, scopesOfRole } from "#domain/permissions.ts";
import type { MemberRole } from "#domain/states.ts";
import { keyRevoked, type Principal } from "../plugins/principal.ts";

/**
 * Takes the workspace's list of members until the transaction ends: who joins, leaves or changes is decided one at a
 * time, so that its last owner can't go in two halves.
 */
export async function lockMembers(em: EntityManager, workspaceId: string): Promise<void> {
  await em.execute("select pg_advisory_xact_lock(hashtextextended(?, 17))", [workspaceId]);
}

/** Refuses to take the last owner from the workspace. Call it after `lockMembers`. Throws Problem 409 `last_owner`. */
export async function keepLastOwner(em: EntityManager, leaving: Member): Promise<void> {
  if (leaving.role !== "owner") return;
  if ((await em.count(Member, { role: "owner", id: { $ne: leaving.id } })) > 0) return;
  throw new Problem({
    status: 409,
    code: "last_owner",
    detail: "A workspace keeps at least one owner. Make somebody else an owner first.",
  });
}

/**
 * Refuses whoever may not give, take or remove these roles, by what they are now and not by what they were when the
 * request came. A key gives no role that may more than the key. Throws Problem 403 `missing_scope` or `owner_needed`.
 */
export async function requireManager(
  em: EntityManager,
  principal: Principal,
  roles: MemberRole[],
): Promise<void> {
  const member = await em.findOne(Member, { userId: principal.userId }, { refresh: true });
  if (!member || !scopesOfRole(member.role).includes("members:write")) {
    throw new Problem({
      status: 403,
      code: "missing_scope",
      detail: "Your role in this workspace does not allow it (members:write).",
      extra: { scope: "members:write" },
    });
  }
  if (roles.some((of) => !mayManage({ by: member.role, of }))) {
    throw new Problem({
      status: 403,
      code: "owner_needed",
      detail: "Only an owner makes, changes or removes owners. Ask one of them.",
    });
  }
  if (principal.kind === "user") return;
  await requireLiveKey(em, principal.keyId);
  const beyond = roles
    .flatMap((role) => scopesOfRole(role))
    .find((scope) => !principal.scopes.includes(scope));
  if (roles.includes("owner") || beyond) {
    throw new Problem({
      status: 403,
      code: "missing_scope",
      detail: `A key manages no role that may more than the key${beyond ? `, which lacks ${beyond}` : ""}. Let a signed-in person do it.`,
      extra: { scope: beyond ?? "members:write" },
    });
  }
}

/** Holds the key that asks: what it does is done before it is revoked, and found by who revokes it, or not at all. */
async function requireLiveKey(em: EntityManager, keyId: string): Promise<void> {
  const lock = { lockMode: LockMode.PESSIMISTIC_READ, refresh: true } as const;
  const key = await em.findOne(ApiKeyDetails, { keyId }, lock);
  if (!key || key.revokedAt) throw keyRevoked();
}

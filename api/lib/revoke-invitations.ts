import { LockMode } from "@mikro-orm/core";
import { Invitation } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import { recordAudit } from "#db/record-audit.ts";
import { mayManage } from "#domain/permissions.ts";
import type { MemberRole } from "#domain/states.ts";

/**
 * Revokes the open invitations of somebody whose rights shrank to `role` (or who is no member any more), as far as that
 * role may not give what they promise: nobody comes back through a link of their own. Call it after `lockMembers`.
 */
export async function revokeInvitationsOf(
  em: EntityManager,
  input: {
    userId: string;
    role: MemberRole | undefined;
    workspaceId: string;
    actor: string;
    address: string;
    now: Date;
  },
): Promise<void> {
  const { userId, role, workspaceId, actor, address, now } = input;
  const open = await em.find(
    Invitation,
    { invitedBy: userId, acceptedAt: null, revokedAt: null },
    { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: "asc" } },
  );
  for (const invitation of open) {
    if (role && mayManage({ by: role, of: invitation.role })) continue;
    await revokeInvitation(em, invitation, { workspaceId, actor, address, now });
  }
}

/** Revokes one invitation, locked by the caller, in the caller's transaction. */
export async function revokeInvitation(
  em: EntityManager,
  invitation: Invitation,
  by: { workspaceId: string; actor: string; address: string; now: Date },
): Promise<void> {
  const { now, ...line } = by;
  invitation.revokedAt = now;
  const subject = `invitation:${invitation.id}`;
  await recordAudit(em, { ...line, action: "invitation.revoked", subject });
}

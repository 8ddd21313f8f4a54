import { LockMode } from "@mikro-orm/core";
import type { MikroORM } from "@mikro-orm/postgresql";
import { AuditEvent, Invitation, Member } from "#db/entities/index.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace, type EntityManager } from "#db/orm.ts";
import { recordAudit } from "#db/record-audit.ts";
import { Problem } from "#domain/errors.ts";
import { readInvitationToken } from "./invitation-token.ts";
import { lockMembers } from "./lock-members.ts";

/** An invitation as its link names it; whether there is such a one is not known yet. */
export interface InvitationLink {
  workspaceId: string;
  tokenHash: string;
}

/** Where a token leads. Throws Problem 404 `invitation_not_valid` when it is none of ours. */
export function linkOf(token: string): InvitationLink {
  const link = readInvitationToken(token);
  if (!link) throw notValid();
  return link;
}

/** The invitation while it may still be accepted. Throws Problem 404 `invitation_not_valid`. */
export async function openInvitation(
  orm: MikroORM,
  link: InvitationLink,
  now: Date,
): Promise<Invitation> {
  const { tokenHash } = link;
  const invitation = await inWorkspace(orm, link.workspaceId).findOne(Invitation, { tokenHash });
  if (!invitation || !isOpen(invitation, now)) throw notValid();
  return invitation;
}

/**
 * Makes the person a member by their invitation, in the caller's transaction within its workspace. Who accepted it
 * before and is a member still is one already. Throws Problem 404 `invitation_not_valid`, and 403 `other_account` when
 * it is for another e-mail address.
 */
export async function joinByInvitation(
  em: EntityManager,
  input: {
    link: InvitationLink;
    user: { id: string; email: string };
    now: Date;
    address: string | undefined;
  },
): Promise<void> {
  const { link, user, now } = input;
  const { workspaceId, tokenHash } = link;
  await lockMembers(em, workspaceId);
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;
  const invitation = await em.findOne(Invitation, { tokenHash }, lock);
  const member = await em.findOne(Member, { userId: user.id });
  const own = invitation?.email === user.email;
  if (invitation?.acceptedAt && own && member) return;
  if (!invitation || !isOpen(invitation, now)) throw notValid();
  requireInvited(invitation, user.email);
  invitation.acceptedAt = now;
  if (member) return;
  const { role } = invitation;
  const limit = await limitBefore(em, user.id);
  await insertRow(em, Member, { workspaceId, userId: user.id, role, ...limit });
  await recordAudit(em, {
    workspaceId,
    actor: `user:${user.id}`,
    action: "member.joined",
    subject: `invitation:${invitation.id}`,
    address: input.address,
    detail: { role, ...limit },
  });
}

/** The limit of credits that somebody had when they left: nobody loses theirs by leaving and coming back. */
async function limitBefore(
  em: EntityManager,
  userId: string,
): Promise<{ dailyCreditLimit?: number }> {
  const [left] = await em.find(
    AuditEvent,
    { subject: `user:${userId}`, action: { $in: ["member.left", "member.removed"] } },
    { orderBy: { sequence: "desc" }, limit: 1 },
  );
  const { dailyCreditLimit } = left?.detail ?? {};
  return typeof dailyCreditLimit === "number" ? { dailyCreditLimit } : {};
}

/** Throws Problem 403 `other_account`; what it says is in the link's preview too. */
export function requireInvited(invitation: Invitation, email: string): void {
  if (invitation.email === email) return;
  throw new Problem({
    status: 403,
    code: "other_account",
    detail: `This invitation is for ${invitation.email}. Use an account with that e-mail address, or ask for another invitation.`,
  });
}

function isOpen(invitation: Invitation, now: Date): boolean {
  return !invitation.acceptedAt && !invitation.revokedAt && invitation.expiresAt > now;
}

/** The same for a token that never was, and for one that is over. */
function notValid(): Problem {
  return new Problem({
    status: 404,
    code: "invitation_not_valid",
    detail:
      "This invitation is not valid, or not any more: it may have been used, taken back or have expired. Ask for a new one.",
  });
}

import { LockMode } from "@mikro-orm/core";
import { z } from "zod";
import { announceAccess } from "#db/announce-access.ts";
import { Invitation, Member, Session, User, WorkspaceDetails } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace, outsideWorkspaces, type EntityManager } from "#db/orm.ts";
import { recordAudit } from "#db/record-audit.ts";
import { Problem } from "#domain/errors.ts";
import { rules } from "#domain/permissions.ts";
import { accept } from "../lib/accept.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { addressBlock } from "../lib/address-block.ts";
import { newInvitationToken } from "../lib/invitation-token.ts";
import { joinByInvitation, linkOf, openInvitation } from "../lib/join-by-invitation.ts";
import { lockMembers, requireManager } from "../lib/lock-members.ts";
import { found } from "../lib/not-found.ts";
import { afterCursor, PageQuery, pageOf, toPage } from "../lib/pages.ts";
import {
  Email,
  Id,
  IdParams,
  Instant,
  InvitationToken,
  iso,
  responses,
  Role,
  SignedIn,
} from "../lib/responses.ts";
import { revokeInvitation } from "../lib/revoke-invitations.ts";
import { requireStepUp } from "../lib/step-up.ts";
import { countTry } from "../lib/throttle.ts";
import { personOf, principalOf } from "../plugins/access.ts";

/** So long an invitation may be accepted. */
const invitationLifeMs = 7 * 24 * 60 * 60 * 1000;

const locked = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;

const InvitationView = z.object({
  id: Id,
  email: z.string(),
  role: Role,
  status: z.enum(["pending", "expired"]),
  invitedBy: z.object({ id: Id, name: z.string() }).nullable(),
  createdAt: Instant,
  expiresAt: Instant,
});

/** Invitations: a link that makes the account of one e-mail address a member. Nothing is sent by us. */
export const addInvitationRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "POST",
    url: "/v1/invitations",
    config: { access: { scope: "members:write" } },
    schema: {
      tags: ["members"],
      summary: "Invite somebody by a link",
      description:
        "The link is shown this once; hand it over yourself. It works for an account with this e-mail address alone, once, for 7 days. An open invitation of the same address ends. To invite an owner or admin needs the password, given within the last 10 minutes.",
      body: z.strictObject({ email: Email, role: Role }),
      response: responses(
        {
          201: InvitationView.extend({
            link: z.url().optional().describe("Absent when the request is repeated"),
          }),
        },
        ["already_member", "owner_needed", "missing_scope", "step_up_needed"],
      ),
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const { workspaceId, actor, userId } = principal;
      const { role } = request.body;
      const email = request.body.email.trim().toLowerCase();
      const now = context.now();
      if (rules(role)) requireStepUp(principal, now);
      return accept(context, { request, reply }, { status: 201 }, async (em) => {
        await lockMembers(em, workspaceId);
        await requireManager(em, principal, [role]);
        await refuseMember(em, email);
        const by = { workspaceId, actor, address: request.ip };
        const open = { email, acceptedAt: null, revokedAt: null };
        for (const earlier of await em.find(Invitation, open, locked)) {
          await requireManager(em, principal, [earlier.role]);
          await revokeInvitation(em, earlier, { ...by, now });
        }
        const id = newId();
        const { token, tokenHash } = newInvitationToken(workspaceId);
        await insertRow(em, Invitation, {
          id,
          workspaceId,
          createdAt: now,
          email,
          role,
          tokenHash,
          invitedBy: userId,
          madeByKey: principal.kind === "key" ? principal.keyId : null,
          expiresAt: new Date(now.getTime() + invitationLifeMs),
        });
        const subject = `invitation:${id}`;
        await recordAudit(em, { ...by, action: "invitation.created", subject, detail: { role } });
        const invitation = await em.findOneOrFail(Invitation, { id });
        const [keep] = await viewInvitations(em, [invitation], now);
        const view = found(keep, "invitation");
        return {
          body: { ...view, link: `${context.publicUrl}/invitations/${token}` },
          keep: view,
          location: `/v1/invitations/${id}`,
          subjectId: id,
        };
      });
    },
  });

  app.route({
    method: "GET",
    url: "/v1/invitations",
    config: { access: { scope: "members:read" } },
    schema: {
      tags: ["members"],
      summary: "List invitations that were neither accepted nor revoked, newest first",
      querystring: PageQuery,
      response: responses({ 200: pageOf(InvitationView) }),
    },
    handler: async (request) => {
      const { limit, cursor } = request.query;
      const em = inWorkspace(context.orm, principalOf(request).workspaceId);
      const rows = await em.find(
        Invitation,
        { ...afterCursor(cursor), acceptedAt: null, revokedAt: null },
        { orderBy: { id: "desc" }, limit: limit + 1 },
      );
      const page = toPage(rows, limit, (row) => row);
      return { ...page, data: await viewInvitations(em, page.data, context.now()) };
    },
  });

  app.route({
    method: "DELETE",
    url: "/v1/invitations/:id",
    config: { access: { scope: "members:write" } },
    schema: {
      tags: ["members"],
      summary: "Revoke an invitation",
      params: IdParams,
      response: responses({ 204: z.null() }, [
        "not_found",
        "invitation_accepted",
        "owner_needed",
        "missing_scope",
      ]),
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const { workspaceId, actor } = principal;
      await inWorkspace(context.orm, workspaceId).transactional(async (em) => {
        await lockMembers(em, workspaceId);
        const { id } = request.params;
        const invitation = found(await em.findOne(Invitation, { id }, locked), "invitation");
        await requireManager(em, principal, [invitation.role]);
        if (invitation.revokedAt) return;
        if (invitation.acceptedAt) {
          throw new Problem({
            status: 409,
            code: "invitation_accepted",
            detail: "It was accepted already. Remove the member instead.",
          });
        }
        const now = context.now();
        await revokeInvitation(em, invitation, { workspaceId, actor, address: request.ip, now });
      });
      return reply.code(204).send(null);
    },
  });

  app.route({
    method: "POST",
    url: "/v1/invitations/preview",
    config: { access: { public: true } },
    schema: {
      tags: ["members"],
      summary: "Look at an invitation before signing in",
      body: z.strictObject({ token: InvitationToken }),
      response: responses(
        {
          200: z.object({
            workspace: z.object({ name: z.string() }),
            email: z.string(),
            role: Role,
            expiresAt: Instant,
          }),
        },
        ["invitation_not_valid", "too_many_tries"],
      ),
    },
    handler: async (request) => {
      await countTry(context.orm, [
        {
          kind: "invitation-preview",
          who: addressBlock(request.ip),
          free: 60,
          windowSeconds: 300,
        },
      ]);
      const link = linkOf(request.body.token);
      const { email, role, expiresAt } = await openInvitation(context.orm, link, context.now());
      const { name } = await inWorkspace(context.orm, link.workspaceId).findOneOrFail(
        WorkspaceDetails,
        { id: link.workspaceId },
      );
      return { workspace: { name }, email, role, expiresAt: iso(expiresAt) };
    },
  });

  app.route({
    method: "POST",
    url: "/v1/invitations/accept",
    // Twice is the same as once.
    config: { access: { session: true }, idempotent: false },
    schema: {
      tags: ["members"],
      summary: "Accept an invitation; the session then works in its workspace",
      description: "To accept it again, as the same person, changes nothing.",
      body: z.strictObject({ token: InvitationToken }),
      response: responses({ 200: SignedIn.extend({ role: Role }) }, [
        "invitation_not_valid",
        "other_account",
      ]),
    },
    handler: async (request) => {
      const { userId, sessionId } = personOf(request);
      const link = linkOf(request.body.token);
      const user = await outsideWorkspaces(context.orm).findOneOrFail(User, { id: userId });
      const now = context.now();
      return inWorkspace(context.orm, link.workspaceId).transactional(async (em) => {
        await joinByInvitation(em, { link, user, now, address: request.ip });
        const { workspaceId } = link;
        await em.nativeUpdate(Session, { id: sessionId }, { workspaceId, lastSeenAt: now });
        await announceAccess(em, `session:${sessionId}`);
        const { role } = await em.findOneOrFail(Member, { userId });
        const { name } = await em.findOneOrFail(WorkspaceDetails, { id: workspaceId });
        return {
          user: { id: user.id, name: user.name, email: user.email },
          workspace: { id: workspaceId, name },
          role,
        };
      });
    },
  });
};

async function refuseMember(em: EntityManager, email: string): Promise<void> {
  const user = await em.findOne(User, { email });
  if (!user || (await em.count(Member, { userId: user.id })) === 0) return;
  const detail = "They are a member of this workspace already. Change their role instead.";
  throw new Problem({
    status: 409,
    code: "already_member",
    detail,
    errors: [{ pointer: "/email", detail }],
  });
}

async function viewInvitations(
  em: EntityManager,
  invitations: Invitation[],
  now: Date,
): Promise<z.infer<typeof InvitationView>[]> {
  const users = await em.find(User, { id: { $in: invitations.map((one) => one.invitedBy) } });
  return invitations.map((invitation) => {
    const by = users.find((user) => user.id === invitation.invitedBy);
    return {
      id: invitation.id,
      email: invitation.email,
      role: invitation.role,
      status: invitation.expiresAt > now ? "pending" : "expired",
      invitedBy: by ? { id: by.id, name: by.name } : null,
      createdAt: iso(invitation.createdAt),
      expiresAt: iso(invitation.expiresAt),
    };
  });
}

import { LockMode } from "@mikro-orm/core";
import { z } from "zod";
import { announceAccess } from "#db/announce-access.ts";
import { Member, Notification, NotificationSettings, Session, User } from "#db/entities/index.ts";
import { inWorkspace, type EntityManager } from "#db/orm.ts";
import { recordAudit } from "#db/record-audit.ts";
import { rules } from "#domain/permissions.ts";
import { accept } from "../lib/accept.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { changeCreditLimit, DailyCreditLimit } from "../lib/daily-credit-limit.ts";
import { keepLastOwner, lockMembers, requireManager } from "../lib/lock-members.ts";
import { found } from "../lib/not-found.ts";
import { afterCursor, PageQuery, pageOf, toPage } from "../lib/pages.ts";
import { Id, IdParams, Instant, iso, responses, Role } from "../lib/responses.ts";
import { revokeInvitationsOf } from "../lib/revoke-invitations.ts";
import { revokeKeysOf } from "../lib/revoke-keys.ts";
import { requireStepUp } from "../lib/step-up.ts";
import { principalOf, requireScope } from "../plugins/access.ts";

const MemberView = z.object({
  id: Id,
  user: z.object({ id: Id, name: z.string(), email: z.string() }),
  role: Role,
  dailyCreditLimit: DailyCreditLimit,
  joinedAt: Instant,
});

/** The people of a workspace: listed, given another role, removed; leaving is removing oneself. */
export const addMemberRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "GET",
    url: "/v1/members",
    config: { access: { scope: "members:read" } },
    schema: {
      tags: ["members"],
      summary: "List the members of the workspace, newest first",
      querystring: PageQuery,
      response: responses({ 200: pageOf(MemberView) }),
    },
    handler: async (request) => {
      const { limit, cursor } = request.query;
      const em = inWorkspace(context.orm, principalOf(request).workspaceId);
      const rows = await em.find(Member, afterCursor(cursor), {
        orderBy: { id: "desc" },
        limit: limit + 1,
      });
      const page = toPage(rows, limit, (row) => row);
      return { ...page, data: await viewMembers(em, page.data) };
    },
  });

  app.route({
    method: "PATCH",
    url: "/v1/members/:id",
    config: { access: { scope: "members:write" } },
    schema: {
      tags: ["members"],
      summary: "Give a member another role, or another limit of credits a day",
      description:
        "Owners are made and unmade by owners. To give or take the role owner or admin, and to change the limit of somebody who is one, needs the password, given within the last 10 minutes. A member's API keys count as the member.",
      params: IdParams,
      body: z
        .strictObject({ role: Role.optional(), dailyCreditLimit: DailyCreditLimit.optional() })
        .refine(({ role, dailyCreditLimit }) => (role ?? dailyCreditLimit) !== undefined, {
          message: "changes nothing",
        }),
      response: responses({ 200: MemberView }, [
        "not_found",
        "last_owner",
        "owner_needed",
        "missing_scope",
        "step_up_needed",
      ]),
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const { workspaceId, actor } = principal;
      const { role, dailyCreditLimit } = request.body;
      return accept(context, { request, reply }, { status: 200 }, async (em) => {
        await lockMembers(em, workspaceId);
        const member = await lockMember(em, request.params.id);
        const before = member.role;
        if (role !== undefined && before !== role) {
          await requireManager(em, principal, [before, role]);
          if (rules(before) || rules(role)) requireStepUp(principal, context.now());
          await keepLastOwner(em, member);
          member.role = role;
          await em.flush();
          const { userId } = member;
          const by = { workspaceId, actor, address: request.ip };
          await revokeInvitationsOf(em, { ...by, userId, role, now: context.now() });
          await announceAccess(em, `user:${userId}`);
          await recordAudit(em, {
            ...by,
            action: "member.role-changed",
            subject: `user:${userId}`,
            detail: { from: before, to: role },
          });
        }
        if (
          dailyCreditLimit !== undefined &&
          dailyCreditLimit !== (member.dailyCreditLimit ?? null)
        ) {
          await requireManager(em, principal, [before]);
          if (rules(before)) requireStepUp(principal, context.now());
          await changeCreditLimit(em, member, {
            to: dailyCreditLimit,
            line: {
              ...{ workspaceId, actor, address: request.ip },
              action: "member.credit-limit-changed",
              subject: `user:${member.userId}`,
            },
          });
        }
        const [view] = await viewMembers(em, [member]);
        return { body: found(view, "member"), subjectId: member.id };
      });
    },
  });

  app.route({
    method: "DELETE",
    url: "/v1/members/:id",
    // Who leaves needs no right to; the handler asks for it where somebody else is meant.
    config: { access: { principal: true } },
    schema: {
      tags: ["members"],
      summary: "Remove a member, or leave the workspace",
      description:
        "Their sessions in this workspace end, and the API keys that they made are revoked. To remove somebody else needs the scope `members:write` and the password, given within the last 10 minutes.",
      params: IdParams,
      response: responses({ 204: z.null() }, [
        "not_found",
        "last_owner",
        "owner_needed",
        "missing_scope",
        "step_up_needed",
      ]),
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const { workspaceId, actor } = principal;
      await inWorkspace(context.orm, workspaceId).transactional(async (em) => {
        const own = await em.findOne(Member, { userId: principal.userId });
        const leaves = principal.kind === "user" && own?.id === request.params.id;
        if (!leaves) {
          requireScope(principal, "members:write");
          requireStepUp(principal, context.now());
        }
        await lockMembers(em, workspaceId);
        const member = await lockMember(em, request.params.id);
        if (!leaves) await requireManager(em, principal, [member.role]);
        await keepLastOwner(em, member);
        await removeMember(em, member, {
          now: context.now(),
          actor,
          address: request.ip,
          action: leaves ? "member.left" : "member.removed",
        });
      });
      return reply.code(204).send(null);
    },
  });
};

async function lockMember(em: EntityManager, id: string): Promise<Member> {
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;
  return found(await em.findOne(Member, { id }, lock), "member");
}

/** Takes from a person whatever they had in the workspace: membership, sessions, keys, open invitations. */
async function removeMember(
  em: EntityManager,
  member: Member,
  by: { now: Date; actor: string; address: string; action: string },
): Promise<void> {
  const { workspaceId, userId, role } = member;
  const dailyCreditLimit = member.dailyCreditLimit ?? null;
  const { now, actor, address, action } = by;
  const what = { userId, workspaceId, actor, address, now };
  await em.nativeDelete(Member, { id: member.id });
  const theirs = { userId: member.userId };
  await em.nativeDelete(Notification, theirs);
  await em.nativeDelete(NotificationSettings, theirs);
  await em.nativeUpdate(Session, { userId, workspaceId, revokedAt: null }, { revokedAt: now });
  await revokeKeysOf(em, what);
  await revokeInvitationsOf(em, { ...what, role: undefined });
  await em.flush();
  await announceAccess(em, `user:${userId}`);
  const line = { workspaceId, actor, address, action, subject: `user:${userId}` };
  // Who comes back finds the limit here.
  const detail = { role, ...(dailyCreditLimit === null ? {} : { dailyCreditLimit }) };
  await recordAudit(em, { ...line, detail });
}

async function viewMembers(
  em: EntityManager,
  members: Member[],
): Promise<z.infer<typeof MemberView>[]> {
  const users = await em.find(User, { id: { $in: members.map((member) => member.userId) } });
  return members.map((member) => {
    const user = found(
      users.find((one) => one.id === member.userId),
      "member",
    );
    return {
      id: member.id,
      user: { id: user.id, name: user.name, email: user.email },
      role: member.role,
      dailyCreditLimit: member.dailyCreditLimit ?? null,
      joinedAt: iso(member.createdAt),
    };
  });
}

import { LockMode } from "@mikro-orm/core";
import { z } from "zod";
import { announceAccess } from "#db/announce-access.ts";
import { Member, Session, User, WorkspaceDetails } from "#db/entities/index.ts";
import { forUser, inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import { recordAudit } from "#db/record-audit.ts";
import { accept } from "../lib/accept.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { changeCreditLimit, DailyCreditLimit } from "../lib/daily-credit-limit.ts";
import { found } from "../lib/not-found.ts";
import { afterCursor, PageQuery, pageOf, toPage } from "../lib/pages.ts";
import {
  AllowedProviders,
  changeProviderRules,
  DefaultModelChanges,
  DefaultModels,
  viewProviderRules,
} from "../lib/provider-rules.ts";
import { Id, responses, Role, SignedIn, WorkspaceView } from "../lib/responses.ts";
import { personOf, principalOf } from "../plugins/access.ts";

const SettingsView = WorkspaceView.extend({
  credits: z.int(),
  dailyCreditLimit: DailyCreditLimit,
  forbidSelfApproval: z
    .boolean()
    .describe("Who made or edited a post may not be the one who approves it"),
  latestAfterDueMinutes: z
    .int()
    .describe("A post that could not go out so long after its time expires instead"),
  allowedProviders: AllowedProviders,
  defaultModels: DefaultModels,
});

const viewOf = (details: WorkspaceDetails): z.infer<typeof SettingsView> => ({
  id: details.id,
  name: details.name,
  credits: details.credits,
  dailyCreditLimit: details.dailyCreditLimit ?? null,
  forbidSelfApproval: details.forbidSelfApproval,
  latestAfterDueMinutes: details.latestAfterDueMinutes,
  ...viewProviderRules(details),
});

/** Workspaces: those of a person, the one that their session works in, and its settings. */
export const addWorkspaceRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "GET",
    url: "/v1/workspaces",
    config: { access: { session: true } },
    schema: {
      tags: ["account"],
      summary: "List the workspaces where I am a member",
      querystring: PageQuery,
      response: responses({
        200: pageOf(
          WorkspaceView.extend({
            role: Role,
            current: z.boolean().describe("This session works in it"),
          }),
        ),
      }),
    },
    handler: async (request) => {
      const { userId, workspaceId } = personOf(request);
      const { limit, cursor } = request.query;
      const rows = await forUser(context.orm, userId).find(
        Member,
        { ...afterCursor(cursor), userId },
        { orderBy: { id: "desc" }, limit: limit + 1 },
      );
      const page = toPage(rows, limit, (row) => row);
      const data = await Promise.all(
        page.data.map(async (member) => {
          const id = member.workspaceId;
          const details = await inWorkspace(context.orm, id).findOneOrFail(WorkspaceDetails, {
            id,
          });
          return { id, name: details.name, role: member.role, current: id === workspaceId };
        }),
      );
      return { ...page, data };
    },
  });

  app.route({
    method: "POST",
    url: "/v1/auth/workspace",
    // Twice is the same as once.
    config: { access: { session: true }, idempotent: false },
    schema: {
      tags: ["account"],
      summary: "Work in another workspace of mine",
      body: z.strictObject({ workspaceId: Id }),
      response: responses({ 200: SignedIn.extend({ role: Role }) }, ["not_found"]),
    },
    handler: async (request) => {
      const { userId, sessionId } = personOf(request);
      const { workspaceId } = request.body;
      const user = await outsideWorkspaces(context.orm).findOneOrFail(User, { id: userId });
      return inWorkspace(context.orm, workspaceId).transactional(async (em) => {
        // Held, so that whoever removes them meanwhile finds the session in this workspace, and ends it.
        const lock = { lockMode: LockMode.PESSIMISTIC_READ };
        const { role } = found(await em.findOne(Member, { userId }, lock), "workspace");
        const where = { workspaceId, lastSeenAt: context.now() };
        await em.nativeUpdate(Session, { id: sessionId }, where);
        await announceAccess(em, `session:${sessionId}`);
        const { name } = await em.findOneOrFail(WorkspaceDetails, { id: workspaceId });
        return {
          user: { id: user.id, name: user.name, email: user.email },
          workspace: { id: workspaceId, name },
          role,
        };
      });
    },
  });

  app.route({
    method: "GET",
    url: "/v1/workspace",
    config: { access: { principal: true } },
    schema: {
      tags: ["workspace"],
      summary: "The workspace that one works in",
      response: responses({ 200: SettingsView }),
    },
    handler: async (request) => {
      const { workspaceId: id } = principalOf(request);
      return viewOf(await inWorkspace(context.orm, id).findOneOrFail(WorkspaceDetails, { id }));
    },
  });

  app.route({
    method: "PATCH",
    url: "/v1/workspace",
    config: { access: { scope: "workspace:write", stepUp: true } },
    schema: {
      tags: ["workspace"],
      summary: "Change the workspace's settings",
      description: "Needs the password, given within the last 10 minutes, where a person asks.",
      body: z
        .strictObject({
          name: z.string().trim().min(1).max(200).optional(),
          dailyCreditLimit: DailyCreditLimit.optional(),
          forbidSelfApproval: z.boolean().optional(),
          latestAfterDueMinutes: z.int().min(5).max(10_080).optional(),
          allowedProviders: AllowedProviders.optional(),
          defaultModels: DefaultModelChanges.optional(),
        })
        .refine((change) => Object.values(change).some((value) => value !== undefined), {
          message: "changes nothing",
        }),
      response: responses({ 200: SettingsView }, [
        "unknown_provider",
        "unknown_model",
        "wrong_kind",
        "provider_forbidden",
      ]),
    },
    handler: async (request, reply) => {
      const { workspaceId: id, actor } = principalOf(request);
      const { name, dailyCreditLimit, forbidSelfApproval, latestAfterDueMinutes } = request.body;
      return accept(context, { request, reply }, { status: 200 }, async (em) => {
        const details = await em.findOneOrFail(
          WorkspaceDetails,
          { id },
          { lockMode: LockMode.PESSIMISTIC_WRITE },
        );
        const line = { workspaceId: id, actor, address: request.ip };
        if (name !== undefined && name !== details.name) {
          details.name = name;
          await em.flush();
          await recordAudit(em, { ...line, action: "workspace.renamed" });
        }
        await changeCreditLimit(em, details, {
          to: dailyCreditLimit,
          line: { ...line, action: "workspace.credit-limit-changed" },
        });
        if (forbidSelfApproval !== undefined && forbidSelfApproval !== details.forbidSelfApproval) {
          details.forbidSelfApproval = forbidSelfApproval;
          await em.flush();
          const detail = { forbidSelfApproval };
          await recordAudit(em, { ...line, action: "workspace.approvals-changed", detail });
        }
        if (
          latestAfterDueMinutes !== undefined &&
          latestAfterDueMinutes !== details.latestAfterDueMinutes
        ) {
          details.latestAfterDueMinutes = latestAfterDueMinutes;
          await em.flush();
          const detail = { latestAfterDueMinutes };
          await recordAudit(em, { ...line, action: "workspace.lateness-changed", detail });
        }
        const { allowedProviders, defaultModels } = request.body;
        const rules = { allowedProviders, defaultModels };
        await changeProviderRules(em, details, { context, ...rules, line });
        return { body: viewOf(details), subjectId: id };
      });
    },
  });
};

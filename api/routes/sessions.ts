import { z } from "zod";
import { announceAccess } from "#db/announce-access.ts";
import { Session, WorkspaceDetails } from "#db/entities/index.ts";
import { inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import { recordAudit } from "#db/record-audit.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { found } from "../lib/not-found.ts";
import { afterCursor, PageQuery, pageOf, toPage } from "../lib/pages.ts";
import { Id, IdParams, Instant, iso, responses, WorkspaceView } from "../lib/responses.ts";
import { sessionIdleMs } from "../lib/session-cookie.ts";
import { clearSessionCookie } from "../lib/start-session.ts";
import { personOf } from "../plugins/access.ts";

const SessionView = z.object({
  id: Id,
  current: z.boolean().describe("The one that asks"),
  workspace: WorkspaceView,
  userAgent: z.string().nullable(),
  address: z.string().nullable(),
  createdAt: Instant,
  lastSeenAt: Instant.describe("To the minute"),
});

/** A person's sessions: in which browsers they are signed in, and ending one or all of them. */
export const addSessionRoutes: RouteAdder = (app, context) => {
  const live = (userId: string) => ({
    userId,
    revokedAt: null,
    expiresAt: { $gt: context.now() },
    lastSeenAt: { $gte: new Date(context.now().getTime() - sessionIdleMs) },
  });

  app.route({
    method: "GET",
    url: "/v1/sessions",
    config: { access: { session: true } },
    schema: {
      tags: ["account"],
      summary: "List where I am signed in, newest first",
      querystring: PageQuery,
      response: responses({ 200: pageOf(SessionView) }),
    },
    handler: async (request) => {
      const { userId, sessionId } = personOf(request);
      const { limit, cursor } = request.query;
      const rows = await outsideWorkspaces(context.orm).find(
        Session,
        { ...afterCursor(cursor), ...live(userId) },
        { orderBy: { id: "desc" }, limit: limit + 1 },
      );
      const page = toPage(rows, limit, (row) => row);
      const names = await namesOf(page.data.map((row) => row.workspaceId));
      const data = page.data.map((row) => ({
        id: row.id,
        current: row.id === sessionId,
        workspace: { id: row.workspaceId, name: names.get(row.workspaceId) ?? "" },
        userAgent: row.userAgent ?? null,
        address: row.address ?? null,
        createdAt: iso(row.createdAt),
        lastSeenAt: iso(row.lastSeenAt),
      }));
      return { ...page, data };
    },
  });

  app.route({
    method: "DELETE",
    url: "/v1/sessions/:id",
    config: { access: { session: true } },
    schema: {
      tags: ["account"],
      summary: "End one of my sessions",
      params: IdParams,
      response: responses({ 204: z.null() }, ["not_found"]),
    },
    handler: async (request, reply) => {
      const { userId, sessionId, actor } = personOf(request);
      const own = { id: request.params.id, userId };
      const session = found(await outsideWorkspaces(context.orm).findOne(Session, own), "session");
      await end([session], { actor, address: request.ip });
      if (session.id === sessionId) clearSessionCookie(context, reply);
      return reply.code(204).send(null);
    },
  });

  app.route({
    method: "DELETE",
    url: "/v1/sessions",
    config: { access: { session: true } },
    schema: {
      tags: ["account"],
      summary: "End all of my sessions",
      querystring: z.object({
        except: z.enum(["current"]).optional().describe("Keeps the one that asks"),
      }),
      response: responses({ 204: z.null() }),
    },
    handler: async (request, reply) => {
      const { userId, sessionId, actor } = personOf(request);
      const rows = await outsideWorkspaces(context.orm).find(Session, live(userId));
      const ending = rows.filter(
        (row) => request.query.except === undefined || row.id !== sessionId,
      );
      await end(ending, { actor, address: request.ip });
      if (request.query.except === undefined) clearSessionCookie(context, reply);
      return reply.code(204).send(null);
    },
  });

  /** Each in its workspace, where it is audited; one that is over stays as it is. */
  async function end(sessions: Session[], by: { actor: string; address: string }): Promise<void> {
    for (const { id, workspaceId } of sessions) {
      await inWorkspace(context.orm, workspaceId).transactional(async (em) => {
        const over = { revokedAt: context.now() };
        if ((await em.nativeUpdate(Session, { id, revokedAt: null }, over)) === 0) return;
        await announceAccess(em, `session:${id}`);
        const subject = `session:${id}`;
        await recordAudit(em, { ...by, workspaceId, action: "session.ended", subject });
      });
    }
  }

  async function namesOf(workspaceIds: string[]): Promise<Map<string, string>> {
    const ids = [...new Set(workspaceIds)];
    const details = await Promise.all(
      ids.map((id) => inWorkspace(context.orm, id).findOne(WorkspaceDetails, { id })),
    );
    return new Map(details.flatMap((one) => (one ? [[one.id, one.name] as const] : [])));
  }
};

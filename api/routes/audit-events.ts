import { z } from "zod";
import { checkAudit } from "#db/check-audit.ts";
import { AuditEvent } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { AuditView, viewAudit } from "../lib/audit-view.ts";
import { afterSequence, PageQuery, pageOf, toPage } from "../lib/pages.ts";
import { QueryTime } from "../lib/query-time.ts";
import { responses } from "../lib/responses.ts";
import { principalOf } from "../plugins/access.ts";

/** The audit log: who did what, when, from where. It is only ever added to. */
export const addAuditEventRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "GET",
    url: "/v1/audit-events",
    config: { access: { scope: "audit:read" } },
    schema: {
      tags: ["audit"],
      summary: "Who did what, when and from where, newest first",
      querystring: PageQuery.extend({
        action: z.string().max(80).optional().describe("Exactly, for example `post.approved`"),
        actor: z.string().max(80).optional().describe("Exactly, for example `user:<id>`"),
        from: QueryTime.optional().describe("No earlier than this"),
        to: QueryTime.optional().describe("Earlier than this"),
      }),
      response: responses({ 200: pageOf(AuditView) }),
    },
    handler: async (request) => {
      const { limit, cursor, action, actor, from, to } = request.query;
      const em = inWorkspace(context.orm, principalOf(request).workspaceId);
      const rows = await em.find(
        AuditEvent,
        {
          $and: [
            afterSequence(cursor),
            action === undefined ? {} : { action },
            actor === undefined ? {} : { actor },
            from === undefined ? {} : { createdAt: { $gte: new Date(from) } },
            to === undefined ? {} : { createdAt: { $lt: new Date(to) } },
          ],
        },
        { orderBy: { sequence: "desc" }, limit: limit + 1 },
      );
      const page = toPage(
        rows,
        limit,
        (row) => row,
        (row) => String(row.sequence),
      );
      return { ...page, data: await viewAudit(em, page.data) };
    },
  });

  app.route({
    method: "GET",
    url: "/v1/audit-events/check",
    config: { access: { scope: "audit:read" } },
    schema: {
      tags: ["audit"],
      summary: "Whether every line is what it was when it was written",
      description:
        "Computes every hash anew. Lines cut off at the end show to whoever noted an earlier `head`: it must still be the `hash` of some line.",
      response: responses({
        200: z.object({
          holds: z.boolean(),
          lines: z.int().describe("That hold, counted from the first"),
          head: z.string().nullable().describe("Hash of the last line, where all hold"),
          broken: z
            .object({
              sequence: z.int(),
              reason: z
                .enum(["missing", "changed", "unlinked"])
                .describe(
                  "No such line; not what it was; follows another line than the one before",
                ),
            })
            .nullable(),
        }),
      }),
    },
    handler: (request) => checkAudit(inWorkspace(context.orm, principalOf(request).workspaceId)),
  });
};

import { z } from "zod";
import { retentionRules } from "#domain/retention.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { readRetention } from "../lib/read-retention.ts";
import { readRows } from "../lib/read-rows.ts";
import { Instant, iso, responses } from "../lib/responses.ts";
import { principalOf } from "../plugins/access.ts";

const RuleView = z.object({
  rule: z.enum(retentionRules.map(({ rule }) => rule)),
  what: z.string().describe("What it is about"),
  seconds: z.int().nullable().describe("How long it is kept; null until somebody deletes it"),
  from: z.string().describe("From when that counts"),
  kept: z.int().describe("How many there are; 0 of stored files of which nothing tells"),
  bytes: z.int().nullable().describe("Their bytes; null for what are no files"),
  due: z.int().describe("How many of them the sweep removes next, within the hour"),
  removed: z.int().describe("How many were removed since the workspace began"),
  removedBytes: z.int(),
  lastRemovedAt: Instant.nullable(),
});

/** Retention: what is kept, for how long, and what was removed. */
export const addRetentionRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "GET",
    url: "/v1/retention",
    config: { access: { scope: "assets:read" } },
    schema: {
      tags: ["workspace"],
      summary: "The rules of what is kept for how long, with what is kept, due and removed by each",
      response: responses({ 200: z.object({ data: z.array(RuleView), nextCursor: z.null() }) }),
    },
    handler: async (request) => {
      const rules = await readRows(context, principalOf(request).workspaceId, (em) =>
        readRetention(em, { now: context.now() }),
      );
      const data = rules.map(({ ms, ...rule }) => ({
        ...rule,
        seconds: ms === null ? null : ms / 1_000,
        lastRemovedAt: iso(rule.lastRemovedAt),
      }));
      return { data, nextCursor: null };
    },
  });
};

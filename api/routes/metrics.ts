import { z } from "zod";
import { MetricSnapshot, Post } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { found } from "../lib/not-found.ts";
import { Id, IdParams, Instant, iso, responses } from "../lib/responses.ts";
import { principalOf } from "../plugins/access.ts";

const SnapshotView = z.object({
  targetId: Id,
  at: Instant.describe("When it was read at the platform"),
  slot: z
    .string()
    .describe("Which of the planned snapshots it is, for example `1h` after publishing"),
  metrics: z
    .record(z.string(), z.number())
    .describe("What the platform reported; what it did not report is absent"),
});

/** Metrics of posts: the snapshots as they were taken. */
export const addMetricRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "GET",
    url: "/v1/posts/:id/metrics",
    config: { access: { scope: "posts:read" } },
    schema: {
      tags: ["posts"],
      summary: "A post's metrics, in the order in which they were taken",
      params: IdParams,
      response: responses(
        { 200: z.object({ data: z.array(SnapshotView), nextCursor: z.null() }) },
        ["not_found"],
      ),
    },
    handler: async (request) => {
      const em = inWorkspace(context.orm, principalOf(request).workspaceId);
      const post = found(await em.findOne(Post, { id: request.params.id }), "post");
      const rows = await em.find(
        MetricSnapshot,
        { postId: post.id },
        { orderBy: { takenAt: "asc", id: "asc" } },
      );
      const data = rows.map(({ targetId, takenAt, slot, metrics }) => ({
        targetId,
        at: iso(takenAt),
        slot,
        metrics,
      }));
      return { data, nextCursor: null };
    },
  });
};

import { z } from "zod";
import { Post, Target } from "#db/entities/index.ts";
import { Problem } from "#domain/errors.ts";
import { givenUp } from "#domain/states.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { changePost } from "../lib/change-post.ts";
import { EngineAnswer } from "../lib/engine-answer.ts";
import { found } from "../lib/not-found.ts";
import { HistoryView, readHistory } from "../lib/post-history.ts";
import { PostView } from "../lib/post-view.ts";
import { readRows } from "../lib/read-rows.ts";
import { resolveTarget } from "../lib/resolve-target.ts";
import { Id, IdParams, responses } from "../lib/responses.ts";
import { resumeTargets } from "../lib/resume-targets.ts";
import { takeDownTargets } from "../lib/take-down-targets.ts";
import { principalOf } from "../plugins/access.ts";

const TargetIds = z
  .array(Id)
  .min(1)
  .max(50)
  .optional()
  .describe("All that it can be done for, when absent");
const Changed = PostView.extend({ engine: EngineAnswer });

/** What is done about a post's deliveries once it went out, or did not: retried, decided, taken down, looked into. */
export const addPostDeliveryRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "POST",
    url: "/v1/posts/:id/retry",
    config: { access: { scope: "posts:publish" } },
    schema: {
      tags: ["posts"],
      summary: "Try failed targets again",
      description:
        "Goes on where each stopped: of a thread, what is out stays and the rest is sent. What may be out is never sent again; decide about it with `resolve`. What was given up stays so.",
      params: IdParams,
      body: z.strictObject({ targetIds: TargetIds }).default({}),
      response: responses({ 202: Changed }, [
        "not_found",
        "nothing_failed",
        "not_approved",
        "too_late",
        "file_expired",
      ]),
    },
    handler: (request, reply) =>
      changePost(context, { request, reply, status: 202 }, request.params.id, async (em, post) => {
        const { targetIds } = request.body;
        const failed = await em.find(Target, { postId: post.id, status: "failed" });
        // Nobody knows whether what was given up is out: it is never sent again.
        const targets = failed.filter(
          ({ id, error }) => error?.code !== givenUp && (targetIds?.includes(id) ?? true),
        );
        if (targets.length === 0 || post.status === "cancelled") throw nothingFailed(post);
        await resumeTargets(em, { post, targets, now: context.now() });
        return { action: "post.retried" };
      }),
  });

  app.route({
    method: "POST",
    url: "/v1/posts/:id/resolve",
    config: { access: { scope: "posts:publish" } },
    schema: {
      tags: ["posts"],
      summary: "Say what became of a target that is unconfirmed",
      description:
        "`is_there`: it is out, at `url` where you have it. `send_again`: it is not; it is sent once more. `give_up`: leave it; if it turns up, say `is_there` later. Only a person knows, so look at the account first.",
      params: IdParams,
      body: z
        .strictObject({
          targetId: Id,
          outcome: z.enum(["is_there", "send_again", "give_up"]),
          url: z
            .url({ protocol: /^https?$/ })
            .max(2_000)
            .optional(),
        })
        .refine((body) => body.url === undefined || body.outcome === "is_there", {
          path: ["url"],
          message: "goes with outcome is_there",
        }),
      response: responses({ 202: Changed }, [
        "not_found",
        "not_unconfirmed",
        "invalid_url",
        "not_approved",
        "too_late",
        "file_expired",
      ]),
    },
    handler: (request, reply) =>
      changePost(context, { request, reply, status: 202 }, request.params.id, async (em, post) => {
        const { actor } = principalOf(request);
        await resolveTarget(context, em, post, { ...request.body, actor });
        return { action: `post.resolved-${request.body.outcome.replaceAll("_", "-")}` };
      }),
  });

  app.route({
    method: "POST",
    url: "/v1/posts/:id/take-down",
    config: { access: { scope: "posts:publish" } },
    schema: {
      tags: ["posts"],
      summary: "Remove what is out",
      description:
        "Where the platform offers it; each target's `removal` says what became of it. Where it does not, `not_supported` comes with the link to do it by hand.",
      params: IdParams,
      body: z.strictObject({ targetIds: TargetIds }).default({}),
      response: responses({ 202: Changed }, ["not_found", "nothing_out"]),
    },
    handler: (request, reply) =>
      changePost(context, { request, reply, status: 202 }, request.params.id, async (em, post) => {
        const { targetIds } = request.body;
        const open = await takeDownTargets(context, em, { post, targetIds });
        return { action: "post.taken-down", tell: open ? "take-down" : "nobody" };
      }),
  });

  app.route({
    method: "GET",
    url: "/v1/posts/:id/history",
    config: { access: { scope: "posts:read" } },
    schema: {
      tags: ["posts"],
      summary: "Every attempt and every change of state, oldest first",
      params: IdParams,
      response: responses({ 200: HistoryView }, ["not_found"]),
    },
    handler: (request) =>
      readRows(context, principalOf(request).workspaceId, async (em) => {
        const post = found(await em.findOne(Post, { id: request.params.id }), "post");
        return readHistory(em, post);
      }),
  });
};

function nothingFailed(post: Post): Problem {
  return new Problem({
    status: 409,
    code: "nothing_failed",
    detail: `The post is ${post.status.replaceAll("_", " ")}, and no target of it can be tried again.`,
    extra: { postStatus: post.status },
  });
}

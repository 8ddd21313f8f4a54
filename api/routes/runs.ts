import { LockMode } from "@mikro-orm/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { Outbox, Post, Run, Step } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import { enqueue } from "#db/outbox/enqueue.ts";
import { cancelPost, removeQueuedData } from "#db/post-changes.ts";
import { recordAudit } from "#db/record-audit.ts";
import { recordEvent } from "#db/record-event.ts";
import { Problem } from "#domain/errors.ts";
import { postMachine, postsAtRest, runMachine } from "#domain/states.ts";
import type { ApiContext } from "../context.ts";
import { accept } from "../lib/accept.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { found } from "../lib/not-found.ts";
import { viewPostSteps } from "../lib/post-steps.ts";
import { afterCursor, PageQuery, pageOf, toPage } from "../lib/pages.ts";
import { Id, IdParams, responses } from "../lib/responses.ts";
import { RunView, StepView, viewRun, viewStep } from "../lib/run-view.ts";
import { principalOf } from "../plugins/access.ts";

/** Runs of agents: read step by step, cancelled. */
export const addRunRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "GET",
    url: "/v1/runs",
    config: { access: { scope: "agents:read" } },
    schema: {
      tags: ["agents"],
      summary: "Runs of every agent, newest first",
      querystring: PageQuery.extend({
        status: z.enum(runMachine.states).optional(),
        agentId: Id.optional(),
      }),
      response: responses({ 200: pageOf(RunView) }),
    },
    handler: async (request) => {
      const { limit, cursor, status, agentId } = request.query;
      const rows = await inWorkspace(context.orm, principalOf(request).workspaceId).find(
        Run,
        {
          ...afterCursor(cursor),
          ...(status === undefined ? {} : { status }),
          ...(agentId === undefined ? {} : { agentId }),
        },
        { orderBy: { id: "desc" }, limit: limit + 1 },
      );
      return toPage(rows, limit, (row) => viewRun(context, row));
    },
  });

  app.route({
    method: "GET",
    url: "/v1/runs/:id",
    config: { access: { scope: "agents:read" } },
    schema: {
      tags: ["agents"],
      summary: "One run with its steps",
      params: IdParams,
      response: responses({ 200: RunView.extend({ credits: z.int(), steps: z.array(StepView) }) }, [
        "not_found",
      ]),
    },
    handler: async (request) => {
      const em = inWorkspace(context.orm, principalOf(request).workspaceId);
      const run = found(await em.findOne(Run, { id: request.params.id }), "run");
      const rows = await em.find(Step, { runId: run.id }, { orderBy: { position: "asc" } });
      const own = rows.map((row) => viewStep(context, run, row));
      const steps = [...own, ...(await viewPostSteps(context, em, run, own.at(-1)?.position ?? 0))];
      return {
        ...viewRun(context, run),
        credits: rows.reduce((sum, row) => sum + row.credits, 0),
        steps,
      };
    },
  });

  app.route({
    method: "POST",
    url: "/v1/runs/:id/cancel",
    config: { access: { scope: "agents:write" } },
    schema: {
      tags: ["agents"],
      summary: "Cancel a run, and its post while that is not out",
      params: IdParams,
      response: responses({ 200: RunView.extend({ engine: z.enum(["ready", "delayed"]) }) }, [
        "not_found",
        "too_late",
      ]),
    },
    handler: async (request, reply) => {
      for (;;) {
        try {
          return await cancelRun(context, { request, reply }, request.params.id);
        } catch (error) {
          // Its locks were given back: the post comes first this time. A run has one post at most.
          if (!(error instanceof PostCameMeanwhile)) throw error;
        }
      }
    },
  });
};

/** The run got its post after its row was looked at. */
class PostCameMeanwhile extends Error {
  override name = "PostCameMeanwhile";
}

/** Throws `PostCameMeanwhile`, with nothing done, where it is to be tried again. */
async function cancelRun(
  context: ApiContext,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  id: string,
) {
  const principal = principalOf(request);
  const { workspaceId } = principal;
  return accept(context, { request, reply }, { status: 200 }, async (em) => {
    // The post's row first, as everywhere: what changes a post shows it on its run.
    const { postId } = found(await em.findOne(Run, { id }), "run");
    const post = postId
      ? await em.findOne(Post, { id: postId }, { lockMode: LockMode.PESSIMISTIC_WRITE })
      : null;
    const row = found(
      await em.findOne(Run, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true }),
      "run",
    );
    if (row.postId !== postId) throw new PostCameMeanwhile();
    if (row.status === "cancelled")
      return { body: viewRun(context, row), outboxIds: [], subjectId: row.id };
    if (runMachine.isFinal(row.status)) {
      throw new Problem({
        status: 409,
        code: "too_late",
        detail: `The run has ended: it is ${row.status}.`,
      });
    }
    // Some of it is out, or may be.
    if (post && ["publishing", ...postsAtRest].includes(post.status)) {
      throw new Problem({
        status: 409,
        code: "too_late",
        detail: `The run's post is ${post.status}: it can't be cancelled any more.`,
        extra: { postStatus: post.status },
      });
    }
    let removed: string[] = [];
    if (post && !postMachine.isFinal(post.status)) {
      await cancelPost(em, post, context.now());
      removed = await removeQueuedData(em, post.id);
    }
    await em.nativeDelete(Outbox, { workspaceId, workflowId: row.workflowId });
    row.status = runMachine.step(row.status, "cancelled");
    row.finishedAt = context.now();
    await em.flush();
    await recordEvent(em, {
      workspaceId,
      type: "run.cancelled",
      subjectKind: "run",
      subjectId: row.id,
    });
    await recordAudit(em, {
      workspaceId,
      actor: principal.actor,
      action: "run.cancelled",
      subject: `run:${row.id}`,
      address: request.ip,
    });
    const message = await enqueue(em, {
      workspaceId,
      action: "cancel",
      workflowId: row.workflowId,
    });
    return {
      body: viewRun(context, row),
      outboxIds: [message],
      subjectId: row.id,
      afterCommit: async () => {
        for (const key of removed) await context.storage.delete(key);
      },
    };
  });
}

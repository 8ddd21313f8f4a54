import { LockMode, raw } from "@mikro-orm/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { Agent, Run } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace, type EntityManager } from "#db/orm.ts";
import { enqueue } from "#db/outbox/enqueue.ts";
import { readProviderAccess } from "#db/provider-access.ts";
import { recordAudit } from "#db/record-audit.ts";
import { recordEvent } from "#db/record-event.ts";
import { Problem } from "#domain/errors.ts";
import { AgentSchedule } from "#domain/schemas/content.ts";
import { order } from "#domain/schemas/order.ts";
import { agentMachine, runMachine, type AgentStatus } from "#domain/states.ts";
import { isTimeZone } from "#domain/wake-ups.ts";
import type { ApiContext } from "../context.ts";
import { accept } from "../lib/accept.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { chooseModel } from "../lib/choose-model.ts";
import { AgentView, viewAgent } from "../lib/agent-view.ts";
import { EngineAnswer } from "../lib/engine-answer.ts";
import { findChannels } from "../lib/find-channels.ts";
import { found } from "../lib/not-found.ts";
import { orderFilter } from "../lib/post-filter.ts";
import { afterCursor, PageQuery, pageOf, toPage } from "../lib/pages.ts";
import { Id, IdParams, responses } from "../lib/responses.ts";
import { RunView, viewRun } from "../lib/run-view.ts";
import { principalOf, requireScope } from "../plugins/access.ts";

const NewAgent = z.strictObject({
  name: z.string().trim().min(1).max(200),
  brief: z.string().trim().min(1).max(20_000),
  brandVoice: z.string().trim().max(20_000).optional(),
  channelIds: z.array(Id).min(1).max(50),
  schedule: AgentSchedule.refine((schedule) => isTimeZone(schedule.timeZone), {
    path: ["timeZone"],
    message: "is no time zone; use a name such as Europe/Berlin",
  }),
  autonomy: z.enum(["suggest", "autopilot"]).default("suggest"),
  media: z.enum(["none", "image"]).default("none"),
  dailyPostLimit: z.int().min(1).max(100).default(3),
  creditLimit: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(100)
    .describe("Credits per calendar day in the agent's zone"),
  model: z
    .string()
    .max(200)
    .optional()
    .describe("A text model, `provider/model`; the installation's default when absent"),
  campaign: order.campaign.optional(),
  labels: order.labels.default([]),
});

/** Agents: made, started by hand, paused, resumed. Their runs are under /v1/runs. */
export const addAgentRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "POST",
    url: "/v1/agents",
    config: { access: { scope: "agents:write" } },
    schema: {
      tags: ["agents"],
      summary: "Configure an agent; it wakes on its schedule from now on",
      body: NewAgent,
      response: responses({ 201: AgentView.extend({ engine: EngineAnswer }) }, [
        "not_found",
        "unknown_model",
        "unknown_provider",
        "wrong_kind",
        "provider_not_configured",
        "provider_forbidden",
        "missing_scope",
      ]),
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const { model, brandVoice, ...body } = request.body;
      if (body.autonomy === "autopilot") requireScope(principal, "posts:publish");
      const access = await readProviderAccess(inWorkspace(context.orm, principal.workspaceId));
      const writer = chooseModel(context, access, { task: "write", model });
      const chosen = model === undefined ? undefined : writer;
      return accept(context, { request, reply }, { status: 201 }, async (em) => {
        await findChannels(em, body.channelIds, (index) => `/channelIds/${index}`);
        const id = await insertRow(em, Agent, {
          workspaceId: principal.workspaceId,
          ...body,
          brandVoice: brandVoice ?? null,
          provider: chosen?.manifest.name ?? null,
          model: chosen?.entry.id ?? null,
          status: "active",
          createdBy: principal.actor,
        });
        await recordEvent(em, {
          workspaceId: principal.workspaceId,
          type: "agent.active",
          subjectKind: "agent",
          subjectId: id,
        });
        await recordAudit(em, {
          workspaceId: principal.workspaceId,
          actor: principal.actor,
          action: "agent.created",
          subject: `agent:${id}`,
          detail: { autonomy: body.autonomy },
          address: request.ip,
        });
        if (body.autonomy === "autopilot") await auditAutopilot(em, request, id);
        const message = await enqueue(em, {
          workspaceId: principal.workspaceId,
          action: "schedule",
          agentId: id,
        });
        return {
          body: viewAgent(context, await em.findOneOrFail(Agent, { id })),
          outboxIds: [message],
          location: `/v1/agents/${id}`,
          subjectId: id,
        };
      });
    },
  });

  app.route({
    method: "GET",
    url: "/v1/agents",
    config: { access: { scope: "agents:read" } },
    schema: {
      tags: ["agents"],
      summary: "List agents",
      querystring: PageQuery.extend(orderFilter),
      response: responses({ 200: pageOf(AgentView) }),
    },
    handler: async (request) => {
      const { limit, cursor, campaign, label } = request.query;
      const rows = await inWorkspace(context.orm, principalOf(request).workspaceId).find(
        Agent,
        {
          ...afterCursor(cursor),
          deletedAt: null,
          ...(campaign === undefined ? {} : { campaign }),
          ...(label === undefined ? {} : { [hasLabel(label)]: [] }),
        },
        { orderBy: { id: "desc" }, limit: limit + 1 },
      );
      return toPage(rows, limit, (row) => viewAgent(context, row));
    },
  });

  app.route({
    method: "GET",
    url: "/v1/agents/:id",
    config: { access: { scope: "agents:read" } },
    schema: {
      tags: ["agents"],
      summary: "One agent",
      params: IdParams,
      response: responses({ 200: AgentView }, ["not_found"]),
    },
    handler: async (request) => {
      const em = inWorkspace(context.orm, principalOf(request).workspaceId);
      return viewAgent(
        context,
        found(await em.findOne(Agent, { id: request.params.id, deletedAt: null }), "agent"),
      );
    },
  });

  app.route({
    method: "POST",
    url: "/v1/agents/:id/run",
    config: { access: { scope: "agents:write" } },
    schema: {
      tags: ["agents"],
      summary: "Wake the agent now",
      params: IdParams,
      response: responses(
        { 202: z.object({ id: Id, status: z.enum(runMachine.states), engine: EngineAnswer }) },
        ["not_found", "agent_halted"],
      ),
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const { workspaceId } = principal;
      return accept(context, { request, reply }, { status: 202 }, async (em) => {
        const agent = found(
          await em.findOne(Agent, { id: request.params.id, deletedAt: null }),
          "agent",
        );
        if (agent.autonomy === "autopilot") requireScope(principal, "posts:publish");
        if (agent.status === "halted") {
          throw new Problem({
            status: 409,
            code: "agent_halted",
            detail: "The agent is halted. Resume it first.",
          });
        }
        const runId = newId();
        await insertRow(em, Run, {
          id: runId,
          workspaceId,
          agentId: agent.id,
          trigger: "manual",
          workflowId: `run/${runId}`,
          status: "queued",
        });
        await recordEvent(em, {
          workspaceId,
          type: "run.queued",
          subjectKind: "run",
          subjectId: runId,
        });
        const message = await enqueue(em, {
          workspaceId,
          action: "start",
          workflowType: "runPostingAgent",
          workflowId: `run/${runId}`,
          input: { agentId: agent.id, runId },
        });
        await recordAudit(em, {
          workspaceId,
          actor: principal.actor,
          action: "run.started",
          subject: `run:${runId}`,
          address: request.ip,
        });
        return {
          body: { id: runId, status: "queued" as const },
          outboxIds: [message],
          location: `/v1/runs/${runId}`,
          subjectId: runId,
        };
      });
    },
  });

  for (const [verb, status, summary] of [
    ["pause", "paused", "Pause: the schedule wakes it no more"],
    ["resume", "active", "Resume the schedule"],
  ] as const) {
    app.route({
      method: "POST",
      url: `/v1/agents/:id/${verb}`,
      config: { access: { scope: "agents:write" } },
      schema: {
        tags: ["agents"],
        summary,
        params: IdParams,
        response: responses({ 200: AgentView.extend({ engine: EngineAnswer }) }, [
          "not_found",
          "illegal_transition",
        ]),
      },
      handler: (request, reply) =>
        setAgentStatus(context, { request, reply }, request.params.id, status),
    });
  }

  app.route({
    method: "GET",
    url: "/v1/agents/:id/runs",
    config: { access: { scope: "agents:read" } },
    schema: {
      tags: ["agents"],
      summary: "The agent's runs, newest first",
      params: IdParams,
      querystring: PageQuery,
      response: responses({ 200: pageOf(RunView) }, ["not_found"]),
    },
    handler: async (request) => {
      const { limit, cursor } = request.query;
      const em = inWorkspace(context.orm, principalOf(request).workspaceId);
      const agent = found(
        await em.findOne(Agent, { id: request.params.id, deletedAt: null }),
        "agent",
      );
      const rows = await em.find(
        Run,
        { ...afterCursor(cursor), agentId: agent.id },
        { orderBy: { id: "desc" }, limit: limit + 1 },
      );
      return toPage(rows, limit, (row) => viewRun(context, row));
    },
  });
};

function hasLabel(label: string) {
  return raw(
    (alias) =>
      `exists (select 1 from jsonb_array_elements_text(${alias}."labels") l where lower(l) = lower(?))`,
    [label],
  );
}

async function setAgentStatus(
  context: ApiContext,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  agentId: string,
  status: Extract<AgentStatus, "active" | "paused">,
) {
  const principal = principalOf(request);
  const { workspaceId } = principal;
  return accept(context, { request, reply }, { status: 200 }, async (em) => {
    const row = found(
      await em.findOne(
        Agent,
        { id: agentId, deletedAt: null },
        { lockMode: LockMode.PESSIMISTIC_WRITE },
      ),
      "agent",
    );
    if (row.autonomy === "autopilot" && status === "active")
      requireScope(principal, "posts:publish");
    const subjectId = row.id;
    if (row.status === status) return { body: viewAgent(context, row), outboxIds: [], subjectId };
    row.status = agentMachine.step(row.status, status);
    row.version += 1;
    await em.flush();
    await recordEvent(em, {
      workspaceId,
      type: `agent.${status}`,
      subjectKind: "agent",
      subjectId: row.id,
    });
    await recordAudit(em, {
      workspaceId,
      actor: principal.actor,
      action: `agent.${status}`,
      subject: `agent:${row.id}`,
      address: request.ip,
    });
    if (row.autonomy === "autopilot" && status === "active")
      await auditAutopilot(em, request, row.id);
    const message = await enqueue(em, { workspaceId, action: "schedule", agentId: row.id });
    return { body: viewAgent(context, row), outboxIds: [message], subjectId };
  });
}

/** From here on it publishes without asking anybody: a line of its own says who wanted that. */
async function auditAutopilot(
  em: EntityManager,
  request: FastifyRequest,
  agentId: string,
): Promise<void> {
  const { workspaceId, actor } = principalOf(request);
  await recordAudit(em, {
    workspaceId,
    actor,
    action: "agent.autopilot-enabled",
    subject: `agent:${agentId}`,
    address: request.ip,
  });
}

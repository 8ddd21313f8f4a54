import { LockMode } from "@mikro-orm/core";
import { z } from "zod";
import { findLimits } from "#db/credit-limits.ts";
import { Generation, GenerationCall, WorkspaceDetails } from "#db/entities/index.ts";
import { inWorkspace, type EntityManager } from "#db/orm.ts";
import { enqueue } from "#db/outbox/enqueue.ts";
import { recordAudit } from "#db/record-audit.ts";
import { recordEvent } from "#db/record-event.ts";
import { passedLimit } from "#domain/credit-limits.ts";
import { Problem } from "#domain/errors.ts";
import type { GenerationSettings } from "#domain/generation-settings.ts";
import {
  generationKinds,
  generationTasks,
  inputRoles,
  type GenerationTask,
} from "#domain/generation-tasks.ts";
import { generationMachine } from "#domain/states.ts";
import { accept } from "../lib/accept.ts";
import type { ApiContext } from "../context.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { documentedResponses } from "../lib/documented-responses.ts";
import { EngineAnswer } from "../lib/engine-answer.ts";
import { Again, NewGeneration } from "../lib/generation-settings.ts";
import { insertGeneration } from "../lib/insert-generation.ts";
import { planGeneration } from "../lib/plan-generation.ts";
import { foundOrExpired, generationExpired } from "../lib/found-or-expired.ts";
import { afterCursor, PageQuery, pageOf, toPage } from "../lib/pages.ts";
import { readRows } from "../lib/read-rows.ts";
import { ExternalId, Id, IdParams, Instant, iso, responses } from "../lib/responses.ts";
import { beginning, type Cursor } from "../live/cursor.ts";
import { findPlace } from "../live/find-place.ts";
import { readEvents } from "../live/read-events.ts";
import { workflowLink } from "../lib/workflow-link.ts";
import { principalOf } from "../plugins/access.ts";

const kinds = z.enum(generationKinds);
const tasks = z.enum(generationTasks as [GenerationTask, ...GenerationTask[]]);

/** What may be wrong with a request, besides its shape. */
const refusals = [
  "unknown_asset",
  "file_expired",
  "generation_expired",
  "unknown_model",
  "unknown_provider",
  "wrong_kind",
  "provider_not_configured",
  "provider_forbidden",
] as const;
const statuses = z.enum(generationMachine.states);

const Accepted = z.object({ id: Id, status: statuses, engine: EngineAnswer });

const Estimate = z.object({
  task: tasks,
  model: z.string().describe("`provider/model`"),
  creditsEach: z.int().describe("Of each output"),
  credits: z.int().describe("Of all together: what would be reserved"),
  creditsLeft: z.int(),
  enough: z.boolean().describe("Credits are left, and no limit of the day would be passed"),
  limit: z
    .enum(["balance", "workspace", "member", "agent"])
    .nullable()
    .describe("Why there are not enough: what is left, or whose limit of the day"),
});

const Output = z.union([
  z.object({ assetId: Id }),
  z.object({
    text: z.string(),
    language: z.string().optional(),
    segments: z
      .array(z.object({ text: z.string(), start: z.number(), end: z.number() }))
      .optional()
      .describe("Of a transcript, with times in seconds"),
  }),
]);

const Reason = z.object({ code: z.string(), detail: z.string() });

const CallView = z.object({
  index: z.int().describe("Of the output, from 0"),
  status: z.enum(["open", "asked", "started", "answered", "failed"]),
  asks: z.int().describe("How often the provider was asked"),
  answerLost: z.boolean().describe("An answer was lost with the process that waited for it"),
  progress: z.number().nullable().describe("0 to 1, where the provider says"),
  queuePosition: z.int().nullable(),
  sent: z.record(z.string(), z.unknown()).nullable(),
  error: Reason.nullable(),
});

const GenerationView = z.object({
  id: Id,
  kind: kinds,
  task: tasks,
  status: statuses,
  progress: z.number().describe("0 to 1"),
  model: z.string().describe("`provider/model`"),
  prompt: z.string(),
  settings: z.record(z.string(), z.unknown()),
  inputs: z.array(z.object({ assetId: Id, role: z.enum(inputRoles) })),
  count: z.int().describe("How many outputs are asked for"),
  outputs: z.array(Output),
  credits: z.int().describe("Reserved while it runs, then what it cost"),
  error: Reason.nullable(),
  sent: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe("What left for the provider last: names, sizes and hashes, no content"),
  parentId: Id.nullable().describe("What it was made again from"),
  externalId: z.string().nullable().describe("The client's own name for it"),
  createdAt: Instant,
  finishedAt: Instant.nullable(),
  textsRemovedAt: Instant.nullable().describe(
    "When its prompt, instructions and texts were removed, since their time was over; they are empty then",
  ),
  temporalUrl: z.string().describe("The generation's workflow, for operators"),
});

const DetailedView = GenerationView.extend({
  calls: z.array(CallView).describe("What the provider was asked, a call for each output"),
});

/** Generations: single AI tasks, accepted, read, cancelled, followed. */
export const addGenerationRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "POST",
    url: "/v1/generations",
    config: { access: { scope: "generations:write" } },
    schema: {
      tags: ["generations"],
      summary: "Have a text, an image, audio or a video generated",
      body: NewGeneration,
      response: responses({ 202: Accepted }, [
        "credits_exhausted",
        "credit_limit",
        "external_id_taken",
        ...refusals,
      ]),
    },
    handler: async (request, reply) => {
      const { workspaceId, actor, userId } = principalOf(request);
      return accept(context, { request, reply }, { status: 202 }, async (em) => {
        const planned = await planGeneration(context, em, request.body);
        const { id, outboxIds } = await insertGeneration(em, {
          ...{ workspaceId, actor, userId, address: request.ip, now: context.now() },
          request: request.body,
          planned,
        });
        return acceptedAs(id, outboxIds);
      });
    },
  });

  app.route({
    method: "POST",
    url: "/v1/generations/estimate",
    config: { access: { scope: "generations:write" }, idempotent: false },
    schema: {
      tags: ["generations"],
      summary: "What a generation would cost, and by which model; nothing is done",
      body: NewGeneration,
      response: responses({ 200: Estimate }, refusals),
    },
    handler: async (request) => {
      const { workspaceId, userId } = principalOf(request);
      const em = inWorkspace(context.orm, workspaceId);
      const planned = await planGeneration(context, em, request.body);
      const { left, limits } = await readRows(context, workspaceId, async (read) => ({
        left: (await read.findOneOrFail(WorkspaceDetails, { id: workspaceId })).credits,
        limits: await findLimits(read, { workspaceId, userId }, context.now()),
      }));
      const limit: z.infer<typeof Estimate>["limit"] =
        left < planned.credits ? "balance" : (passedLimit(limits, planned.credits)?.of ?? null);
      return {
        task: planned.task,
        model: `${planned.manifest.name}/${planned.entry.id}`,
        creditsEach: planned.creditsEach,
        credits: planned.credits,
        creditsLeft: left,
        enough: limit === null,
        limit,
      };
    },
  });

  app.route({
    method: "POST",
    url: "/v1/generations/:id/again",
    config: { access: { scope: "generations:write" } },
    schema: {
      tags: ["generations"],
      summary: "Make it again: with the same prompt, inputs and settings but for what is given",
      description:
        "Without settings a new seed is drawn, where the model takes one. The new generation names this one as its parent.",
      params: IdParams,
      body: Again,
      response: responses({ 202: Accepted }, [
        "not_found",
        "credits_exhausted",
        "credit_limit",
        "external_id_taken",
        ...refusals,
      ]),
    },
    handler: async (request, reply) => {
      const { workspaceId, actor, userId } = principalOf(request);
      const { id } = request.params;
      return accept(context, { request, reply }, { status: 202 }, async (em) => {
        const parent = await findKept(em, id);
        refuseForgotten(parent, request.body);
        const { model = `${parent.provider}/${parent.model}`, ...body } = request.body;
        const { seed: _drawnAnew, ...before } = parent.settings as GenerationSettings;
        const asked = {
          kind: parent.kind,
          task: parent.task,
          model,
          prompt: body.prompt ?? parent.prompt,
          count: body.count ?? parent.count,
          settings: body.settings ?? before,
          inputs: parent.inputs,
          externalId: body.externalId,
        };
        const planned = await planGeneration(context, em, asked);
        const made = await insertGeneration(em, {
          ...{ workspaceId, actor, userId, address: request.ip, now: context.now() },
          request: asked,
          planned,
          parentId: parent.id,
        });
        return acceptedAs(made.id, made.outboxIds);
      });
    },
  });

  app.route({
    method: "GET",
    url: "/v1/generations",
    config: { access: { scope: "generations:read" } },
    schema: {
      tags: ["generations"],
      summary: "List generations, newest first",
      querystring: z.strictObject({
        ...PageQuery.shape,
        kind: kinds.optional(),
        status: statuses.optional(),
        externalId: ExternalId.optional(),
      }),
      response: responses({ 200: pageOf(GenerationView) }),
    },
    handler: async (request) => {
      const { limit, cursor, kind, status, externalId } = request.query;
      const rows = await inWorkspace(context.orm, principalOf(request).workspaceId).find(
        Generation,
        {
          ...afterCursor(cursor),
          ...(kind === undefined ? {} : { kind }),
          ...(status === undefined ? {} : { status }),
          ...(externalId === undefined ? {} : { externalId }),
        },
        { orderBy: { id: "desc" }, limit: limit + 1 },
      );
      return toPage(rows, limit, (row) => viewGeneration(context, row));
    },
  });

  app.route({
    method: "GET",
    url: "/v1/generations/:id",
    config: { access: { scope: "generations:read" } },
    schema: {
      tags: ["generations"],
      summary: "One generation, with what came of it",
      params: IdParams,
      response: responses({ 200: DetailedView }, ["not_found", "generation_expired"]),
    },
    handler: async (request) => {
      const em = inWorkspace(context.orm, principalOf(request).workspaceId);
      const { id } = request.params;
      const row = await findKept(em, id);
      const calls = await em.find(
        GenerationCall,
        { generationId: id },
        { orderBy: { index: "asc" } },
      );
      return { ...viewGeneration(context, row), calls: calls.map(viewCall) };
    },
  });

  app.route({
    method: "POST",
    url: "/v1/generations/:id/cancel",
    config: { access: { scope: "generations:write" } },
    schema: {
      tags: ["generations"],
      summary: "Cancel; credits come back, but for what was made already",
      params: IdParams,
      response: responses({ 202: Accepted }, ["not_found", "generation_expired", "already_ended"]),
    },
    handler: async (request, reply) => {
      const { workspaceId, actor } = principalOf(request);
      const { id } = request.params;
      return accept(context, { request, reply }, { status: 202 }, async (em) => {
        const row = await findKept(em, id, { lockMode: LockMode.PESSIMISTIC_WRITE });
        refuseEnded(row);
        // Asked twice, it is cancelled once.
        const body = { id, status: "cancelling" as const };
        if (row.status === "cancelling") return { body, outboxIds: [], subjectId: id };
        row.status = generationMachine.step(row.status, "cancelling");
        row.version += 1;
        await recordEvent(em, {
          workspaceId,
          type: "generation.cancelling",
          subjectKind: "generation",
          subjectId: id,
        });
        await recordAudit(em, {
          workspaceId,
          actor,
          action: "generation.cancelled",
          subject: `generation:${id}`,
          address: request.ip,
        });
        const workflowId = `generation/${id}`;
        const message = await enqueue(em, { workspaceId, action: "cancel", workflowId });
        return { body, outboxIds: [message], subjectId: id };
      });
    },
  });

  app.route({
    method: "GET",
    url: "/v1/generations/:id/events",
    config: { access: { scope: "generations:read" } },
    schema: {
      tags: ["generations"],
      summary: "Its changes as server-sent events, from `Last-Event-ID` on, until it has ended",
      params: IdParams,
      response: documentedResponses(
        {
          200: {
            description: "Each has `id`, `event` (as generation.running), JSON data",
            type: "text/event-stream",
          },
          204: {
            description: "It has ended, and nothing follows Last-Event-ID",
          },
        },
        ["not_found", "generation_expired", "too_many_streams"],
      ),
    },
    handler: async (request, reply) => {
      const { workspaceId } = principalOf(request);
      const { id } = request.params;
      const findRow = () =>
        inWorkspace(context.orm, workspaceId).findOne(Generation, { id }, { fields: ["status"] });
      await findKept(inWorkspace(context.orm, workspaceId), id);
      const isEnded = async () => {
        const row = await findRow();
        return !row || generationMachine.isFinal(row.status);
      };
      const lastEventId = request.headers["last-event-id"];
      const { place } = await findPlace(context.orm, { workspaceId, lastEventId });
      const filter = { kinds: ["generation"], subjectKind: "generation", subjectId: id };
      const look = async (after: Cursor) => {
        // Asked first: what is written with the last change is then among the events.
        const over = await isEnded();
        const seen = await readEvents(context.orm, { workspaceId, after, filter });
        return { ...seen, ended: over && !seen.full && !seen.withheld };
      };
      if (place) {
        const { ended, events } = await look(place);
        // By this answer a browser knows not to come back for more.
        if (ended && events.length === 0) return reply.code(204).send();
      }
      if (request.method === "HEAD") return reply.type("text/event-stream; charset=utf-8").send();
      return app.streams.answer({ request, reply, from: place ?? beginning }, look);
    },
  });
};

/** Throws Problem 404, and 410 where its time was over. */
async function findKept(
  em: EntityManager,
  id: string,
  options: { lockMode?: LockMode.PESSIMISTIC_WRITE } = {},
): Promise<Generation> {
  const row = await em.findOne(Generation, { id }, options);
  return foundOrExpired(em, row, { kind: "generation", id });
}

/** What was asked of it is gone: without a prompt of one's own there is nothing to make again. */
function refuseForgotten(parent: Generation, { prompt }: { prompt?: string | undefined }): void {
  const needsNone = parent.task === "transcribe" || parent.task === "enhance_video";
  if (parent.textsRemovedAt && prompt === undefined && !needsNone) throw generationExpired();
}

function acceptedAs(id: string, outboxIds: string[]) {
  return {
    body: { id, status: "queued" as const },
    outboxIds,
    location: `/v1/generations/${id}`,
    subjectId: id,
  };
}

function refuseEnded(row: Generation): void {
  if (!generationMachine.isFinal(row.status)) return;
  throw new Problem({
    status: 409,
    code: "already_ended",
    detail: `This generation has ended already: it is ${row.status}.`,
    extra: { generationStatus: row.status },
  });
}

function viewCall(call: GenerationCall): z.infer<typeof CallView> {
  const { index, status, asks } = call;
  return {
    index,
    status,
    asks,
    answerLost: call.answersLost > 0,
    progress: call.progress ?? null,
    queuePosition: call.queuePosition ?? null,
    sent: call.sent ? { ...call.sent } : null,
    error: call.error ?? null,
  };
}

function viewGeneration(context: ApiContext, row: Generation): z.infer<typeof GenerationView> {
  const { id, kind, task, status, progress, prompt, settings, inputs, count, outputs, credits } =
    row;
  return {
    id,
    kind,
    task,
    status,
    progress,
    model: `${row.provider}/${row.model}`,
    prompt,
    settings,
    inputs,
    count,
    outputs,
    credits,
    error: row.error ?? null,
    sent: row.sent ? { ...row.sent } : null,
    parentId: row.parentId ?? null,
    externalId: row.externalId ?? null,
    createdAt: iso(row.createdAt),
    finishedAt: iso(row.finishedAt),
    textsRemovedAt: iso(row.textsRemovedAt),
    temporalUrl: workflowLink(context, `generation/${row.id}`),
  };
}

import { LockMode } from "@mikro-orm/core";
import { z } from "zod";
import { reserveCredits } from "#db/credits.ts";
import { Asset, Generation } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace, type EntityManager } from "#db/orm.ts";
import { enqueue } from "#db/outbox/enqueue.ts";
import { recordAudit } from "#db/record-audit.ts";
import { recordEvent } from "#db/record-event.ts";
import { Problem } from "#domain/errors.ts";
import { generationMachine } from "#domain/states.ts";
import { assertConfigured } from "#providers/assert-configured.ts";
import { findModel } from "#providers/registry.ts";
import { accept } from "../lib/accept.ts";
import type { ApiContext } from "../context.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { documentedResponses } from "../lib/documented-responses.ts";
import { EngineAnswer } from "../lib/engine-answer.ts";
import { checkModelSettings, NewGeneration } from "../lib/generation-settings.ts";
import { refuseTakenName } from "../lib/external-id.ts";
import { found } from "../lib/not-found.ts";
import { afterCursor, PageQuery, pageOf, toPage } from "../lib/pages.ts";
import { ExternalId, Id, IdParams, Instant, iso, responses } from "../lib/responses.ts";
import { beginning, type Cursor } from "../live/cursor.ts";
import { findPlace } from "../live/find-place.ts";
import { readEvents } from "../live/read-events.ts";
import { workflowLink } from "../lib/workflow-link.ts";
import { principalOf } from "../plugins/access.ts";

const kinds = z.enum(["text", "image", "audio", "video"]);
const statuses = z.enum(generationMachine.states);

const Accepted = z.object({ id: Id, status: statuses, engine: EngineAnswer });

const GenerationView = z.object({
  id: Id,
  kind: kinds,
  status: statuses,
  progress: z.number().describe("0 to 1"),
  model: z.string().describe("`provider/model`"),
  prompt: z.string(),
  settings: z.record(z.string(), z.unknown()),
  outputs: z.array(z.union([z.object({ assetId: Id }), z.object({ text: z.string() })])),
  credits: z.int().describe("Reserved while it runs, then what it cost"),
  error: z.object({ code: z.string(), detail: z.string() }).nullable(),
  sent: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe("What left for the provider: names, sizes and hashes, no content"),
  externalId: z.string().nullable().describe("The client's own name for it"),
  createdAt: Instant,
  finishedAt: Instant.nullable(),
  temporalUrl: z.string().describe("The generation's workflow, for operators"),
});

/** Generations: single AI tasks, accepted, read, cancelled, followed. */
export const addGenerationRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "POST",
    url: "/v1/generations",
    config: { access: { scope: "generations:write" } },
    schema: {
      tags: ["generations"],
      summary: "Have a text or an image generated",
      body: NewGeneration,
      response: responses({ 202: Accepted }, [
        "credits_exhausted",
        "external_id_taken",
        "unknown_asset",
        "inputs_not_supported",
        "unknown_model",
        "unknown_provider",
        "wrong_kind",
        "provider_not_configured",
      ]),
    },
    handler: async (request, reply) => {
      const { workspaceId, actor } = principalOf(request);
      const { kind, model, prompt, settings, inputs, externalId } = request.body;
      const { manifest, entry } = findModel(context.providers, {
        kind,
        model,
        defaultProvider: context.defaultProvider,
      });
      assertConfigured(manifest, context.providerCredentials(manifest.name));
      checkModelSettings(request.body, entry);
      return accept(context, { request, reply }, { status: 202 }, async (em) => {
        const id = newId();
        await refuseTakenName(em, Generation, externalId);
        await checkInputs(em, inputs);
        await reserveCredits(em, {
          workspaceId,
          subject: `generation:${id}`,
          credits: entry.credits,
          model: `${manifest.name}/${entry.id}`,
        });
        await insertRow(em, Generation, {
          id,
          workspaceId,
          kind,
          status: "queued",
          provider: manifest.name,
          model: entry.id,
          prompt,
          settings,
          inputs,
          outputs: [],
          credits: entry.credits,
          createdBy: actor,
          externalId: externalId ?? null,
        });
        await recordEvent(em, {
          workspaceId,
          type: "generation.queued",
          subjectKind: "generation",
          subjectId: id,
        });
        const message = await enqueue(em, {
          workspaceId,
          action: "start",
          workflowType: "generate",
          workflowId: `generation/${id}`,
          input: { generationId: id },
        });
        await recordAudit(em, {
          workspaceId,
          actor,
          action: "generation.created",
          subject: `generation:${id}`,
          address: request.ip,
          detail: { kind, model: `${manifest.name}/${entry.id}` },
        });
        return {
          body: { id, status: "queued" as const },
          outboxIds: [message],
          location: `/v1/generations/${id}`,
          subjectId: id,
        };
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
      response: responses({ 200: GenerationView }, ["not_found"]),
    },
    handler: async (request) => {
      const em = inWorkspace(context.orm, principalOf(request).workspaceId);
      return viewGeneration(
        context,
        found(await em.findOne(Generation, { id: request.params.id }), "generation"),
      );
    },
  });

  app.route({
    method: "POST",
    url: "/v1/generations/:id/cancel",
    config: { access: { scope: "generations:write" } },
    schema: {
      tags: ["generations"],
      summary: "Cancel; the credits come back unless it is finished already",
      params: IdParams,
      response: responses({ 202: Accepted }, ["not_found", "already_ended"]),
    },
    handler: async (request, reply) => {
      const { workspaceId, actor } = principalOf(request);
      const { id } = request.params;
      return accept(context, { request, reply }, { status: 202 }, async (em) => {
        const row = found(
          await em.findOne(Generation, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE }),
          "generation",
        );
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
        ["not_found", "too_many_streams"],
      ),
    },
    handler: async (request, reply) => {
      const { workspaceId } = principalOf(request);
      const { id } = request.params;
      const findRow = () =>
        inWorkspace(context.orm, workspaceId).findOne(Generation, { id }, { fields: ["status"] });
      found(await findRow(), "generation");
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

/** Those that are there are refused too, for now: no provider of ours takes any. */
async function checkInputs(em: EntityManager, inputs: { assetId: string }[]): Promise<void> {
  if (inputs.length === 0) return;
  const known = new Set(
    (await em.find(Asset, { id: { $in: inputs.map((one) => one.assetId) }, status: "ready" })).map(
      (one) => one.id,
    ),
  );
  const unknown = inputs.flatMap(({ assetId }, index) =>
    known.has(assetId)
      ? []
      : [{ pointer: `/inputs/${index}/assetId`, detail: "There is no such asset." }],
  );
  if (unknown.length > 0) {
    throw new Problem({
      status: 422,
      code: "unknown_asset",
      detail: "An input is no asset of yours.",
      errors: unknown,
    });
  }
  const detail = "No text or image model takes assets as inputs yet; leave inputs out.";
  throw new Problem({
    status: 422,
    code: "inputs_not_supported",
    detail,
    errors: [{ pointer: "/inputs", detail }],
  });
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

function viewGeneration(context: ApiContext, row: Generation): z.infer<typeof GenerationView> {
  const { id, kind, status, progress, prompt, settings, outputs, credits } = row;
  return {
    id,
    kind,
    status,
    progress,
    model: `${row.provider}/${row.model}`,
    prompt,
    settings,
    outputs,
    credits,
    error: row.error ?? null,
    sent: row.sent ? { ...row.sent } : null,
    externalId: row.externalId ?? null,
    createdAt: iso(row.createdAt),
    finishedAt: iso(row.finishedAt),
    temporalUrl: workflowLink(context, `generation/${row.id}`),
  };
}

import { LockMode } from "@mikro-orm/core";
import { z } from "zod";
import { WebhookDelivery, WebhookEndpoint } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace, type EntityManager } from "#db/orm.ts";
import { enqueue } from "#db/outbox/enqueue.ts";
import { recordAudit } from "#db/record-audit.ts";
import {
  newWebhookSecret,
  sealWebhookSecret,
  stopDeliveries,
  webhookWorkflowId,
} from "#db/webhook-changes.ts";
import { Problem } from "#domain/errors.ts";
import { webhookDeliveryMachine } from "#domain/states.ts";
import { webhookEventPattern, webhookTestType } from "#domain/webhook-events.ts";
import { accept } from "../lib/accept.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { checkWebhookAddress, requireEventScopes } from "../lib/check-webhook.ts";
import { EngineAnswer } from "../lib/engine-answer.ts";
import { found } from "../lib/not-found.ts";
import { afterCursor, afterSequence, PageQuery, pageOf, toPage } from "../lib/pages.ts";
import { Id, IdParams, responses } from "../lib/responses.ts";
import {
  viewWebhook,
  viewWebhookDelivery,
  WebhookDeliveryView,
  WebhookView,
} from "../lib/webhook-view.ts";
import { principalOf } from "../plugins/access.ts";
import type { Principal } from "../plugins/principal.ts";

const mostEndpoints = 20;

/** So long the secret before a rotation stays good. */
const rotationMs = 24 * 60 * 60 * 1000;

const locked = { lockMode: LockMode.PESSIMISTIC_WRITE } as const;

const Url = z
  .url({ protocol: /^https?$/ })
  .max(2_000)
  .describe("Where events are posted to; https");
const Description = z.string().trim().min(1).max(200);
const EventTypes = z
  .array(z.string().max(80).regex(webhookEventPattern, "is no type of event that webhooks tell"))
  .min(1)
  .max(100)
  .transform((types) => [...new Set(types)])
  .describe("`*` for all, `post.*` for a kind, `post.published` for a type");

const WithSecret = WebhookView.extend({
  secret: z
    .string()
    .optional()
    .describe("What messages are signed with, shown this once: a repeated answer lacks it"),
});

const Queued = z.object({ deliveryId: Id, engine: EngineAnswer });

const LogParams = z.object({ id: Id, deliveryId: Id });

/** Webhooks: addresses that are told of the workspace's events, and the log of what they were told. */
export const addWebhookRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "POST",
    url: "/v1/webhooks",
    config: { access: { scope: "webhooks:write", stepUp: true } },
    schema: {
      tags: ["webhooks"],
      summary: "Have events posted to an address",
      description:
        "Messages are signed as Standard Webhooks says. Needs the password, given within the last 10 minutes, where a person asks.",
      body: z.strictObject({
        url: Url,
        description: Description.optional(),
        eventTypes: EventTypes.default(["*"]),
      }),
      response: responses({ 201: WithSecret }, [
        "address_refused",
        "missing_scope",
        "too_many_webhooks",
      ]),
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const { workspaceId, actor } = principal;
      const { url, description, eventTypes } = request.body;
      requireEventScopes(principal, eventTypes);
      const prepare = () => checkWebhookAddress(context, url);
      return accept(context, { request, reply }, { status: 201, prepare }, async (em) => {
        await refuseTooMany(em, workspaceId);
        const endpoint = { id: newId(), workspaceId, secretVersion: 1 };
        const secret = newWebhookSecret();
        const { sealed, wrappedKey } = sealWebhookSecret({
          keyRing: context.keyRing,
          endpoint,
          secret,
        });
        await insertRow(em, WebhookEndpoint, {
          ...endpoint,
          url,
          description: description ?? null,
          eventTypes,
          status: "active",
          sealedSecret: sealed,
          wrappedKey,
          createdBy: actor,
        });
        const keep = viewWebhook(
          await em.findOneOrFail(WebhookEndpoint, { id: endpoint.id }),
          context.now(),
        );
        await audit(em, { principal, action: "created", id: keep.id, address: request.ip });
        const location = `/v1/webhooks/${keep.id}`;
        return { body: { ...keep, secret }, keep, location, subjectId: keep.id };
      });
    },
  });

  app.route({
    method: "GET",
    url: "/v1/webhooks",
    config: { access: { scope: "webhooks:read" } },
    schema: {
      tags: ["webhooks"],
      summary: "List webhooks, newest first",
      querystring: PageQuery,
      response: responses({ 200: pageOf(WebhookView) }),
    },
    handler: async (request) => {
      const { limit, cursor } = request.query;
      const rows = await inWorkspace(context.orm, principalOf(request).workspaceId).find(
        WebhookEndpoint,
        afterCursor(cursor),
        { orderBy: { id: "desc" }, limit: limit + 1 },
      );
      return toPage(rows, limit, (row) => viewWebhook(row, context.now()));
    },
  });

  app.route({
    method: "GET",
    url: "/v1/webhooks/:id",
    config: { access: { scope: "webhooks:read" } },
    schema: {
      tags: ["webhooks"],
      summary: "One webhook",
      params: IdParams,
      response: responses({ 200: WebhookView }, ["not_found"]),
    },
    handler: async (request) => {
      const em = inWorkspace(context.orm, principalOf(request).workspaceId);
      const row = await em.findOne(WebhookEndpoint, { id: request.params.id });
      return viewWebhook(found(row, "webhook"), context.now());
    },
  });

  app.route({
    method: "PATCH",
    url: "/v1/webhooks/:id",
    config: { access: { scope: "webhooks:write", stepUp: true } },
    schema: {
      tags: ["webhooks"],
      summary: "Change a webhook, disable it or enable it again",
      description:
        "Disabling ends what still waits to be delivered; what happens meanwhile is not told later. Needs the password, given within the last 10 minutes, where a person asks.",
      params: IdParams,
      body: z.strictObject({
        url: Url.optional(),
        description: Description.nullable().optional(),
        eventTypes: EventTypes.optional(),
        status: z.enum(["active", "disabled"]).optional(),
      }),
      response: responses({ 200: WebhookView }, ["not_found", "address_refused", "missing_scope"]),
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const { url, description, eventTypes, status } = request.body;
      if (eventTypes) requireEventScopes(principal, eventTypes);
      const prepare = async () => {
        if (url !== undefined) await checkWebhookAddress(context, url);
      };
      return accept(context, { request, reply }, { status: 200, prepare }, async (em) => {
        const row = await lockEndpoint(em, request.params.id);
        // It goes on telling, elsewhere: whoever sends it there may read what it tells.
        if (url !== undefined) requireEventScopes(principal, eventTypes ?? row.eventTypes);
        if (status === "disabled" && row.status === "active") await stopDeliveries(em, row);
        if (status === "active" && row.status === "disabled") row.failingSince = null;
        if (status !== undefined && status !== row.status) row.problem = null;
        if (url !== undefined) row.url = url;
        if (description !== undefined) row.description = description;
        if (eventTypes !== undefined) row.eventTypes = eventTypes;
        if (status !== undefined) row.status = status;
        row.version += 1;
        await em.flush();
        await audit(em, { principal, action: "changed", id: row.id, address: request.ip });
        return { body: viewWebhook(row, context.now()), subjectId: row.id };
      });
    },
  });

  app.route({
    method: "DELETE",
    url: "/v1/webhooks/:id",
    config: { access: { scope: "webhooks:write" } },
    schema: {
      tags: ["webhooks"],
      summary: "Remove a webhook with its log; what still waits is not delivered",
      params: IdParams,
      response: responses({ 204: z.null() }, ["not_found"]),
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      await inWorkspace(context.orm, principal.workspaceId).transactional(async (em) => {
        const row = await lockEndpoint(em, request.params.id);
        await stopDeliveries(em, row);
        await em.nativeDelete(WebhookEndpoint, { id: row.id });
        await audit(em, { principal, action: "removed", id: row.id, address: request.ip });
      });
      return reply.code(204).send(null);
    },
  });

  app.route({
    method: "POST",
    url: "/v1/webhooks/:id/rotate-secret",
    config: { access: { scope: "webhooks:write", stepUp: true } },
    schema: {
      tags: ["webhooks"],
      summary: "Make a new signing secret",
      description:
        "For 24 hours messages carry the signatures of both, so that you can change it without losing one. Needs the password, given within the last 10 minutes, where a person asks.",
      params: IdParams,
      response: responses({ 200: WithSecret }, ["not_found"]),
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      return accept(context, { request, reply }, { status: 200 }, async (em) => {
        const row = await lockEndpoint(em, request.params.id);
        await em.populate(row, ["sealedSecret", "wrappedKey"]);
        Object.assign(row, {
          previousSealedSecret: row.sealedSecret,
          previousWrappedKey: row.wrappedKey,
          previousSecretUntil: new Date(context.now().getTime() + rotationMs),
        });
        row.secretVersion += 1;
        const secret = newWebhookSecret();
        const { sealed, wrappedKey } = sealWebhookSecret({
          keyRing: context.keyRing,
          endpoint: row,
          secret,
        });
        Object.assign(row, { sealedSecret: sealed, wrappedKey });
        row.version += 1;
        await em.flush();
        await audit(em, { principal, action: "secret-rotated", id: row.id, address: request.ip });
        const keep = viewWebhook(row, context.now());
        return { body: { ...keep, secret }, keep, subjectId: row.id };
      });
    },
  });

  app.route({
    method: "POST",
    url: "/v1/webhooks/:id/test",
    config: { access: { scope: "webhooks:write" } },
    schema: {
      tags: ["webhooks"],
      summary: "Send an event of the type webhook.test, once",
      params: IdParams,
      response: responses({ 202: Queued }, ["not_found", "webhook_disabled"]),
    },
    handler: async (request, reply) => {
      const { workspaceId } = principalOf(request);
      return accept(context, { request, reply }, { status: 202 }, async (em) => {
        const endpoint = await lockActive(em, request.params.id);
        const now = context.now();
        const delivery = { endpointId: endpoint.id, eventId: newId(), round: 0 };
        const id = await insertRow(em, WebhookDelivery, {
          workspaceId,
          ...delivery,
          type: webhookTestType,
          subjectKind: "webhook",
          subjectId: endpoint.id,
          occurredAt: now,
          data: {},
        });
        const outboxIds = [await start(em, { workspaceId, id, ...delivery })];
        return { body: { deliveryId: id }, outboxIds, subjectId: endpoint.id };
      });
    },
  });

  app.route({
    method: "GET",
    url: "/v1/webhooks/:id/deliveries",
    config: { access: { scope: "webhooks:read" } },
    schema: {
      tags: ["webhooks"],
      summary: "What was sent, or is to be, newest first; kept for 30 days",
      params: IdParams,
      querystring: z.strictObject({
        ...PageQuery.shape,
        status: z.enum(webhookDeliveryMachine.states).optional(),
      }),
      response: responses({ 200: pageOf(WebhookDeliveryView) }, ["not_found"]),
    },
    handler: async (request) => {
      const { limit, cursor, status } = request.query;
      const em = inWorkspace(context.orm, principalOf(request).workspaceId);
      const endpoint = found(
        await em.findOne(WebhookEndpoint, { id: request.params.id }),
        "webhook",
      );
      const rows = await em.find(
        WebhookDelivery,
        {
          endpointId: endpoint.id,
          ...afterSequence(cursor),
          ...(status === undefined ? {} : { status }),
        },
        { orderBy: { sequence: "desc" }, limit: limit + 1 },
      );
      return toPage(
        rows,
        limit,
        (row) => viewWebhookDelivery(context, row),
        (row) => String(row.sequence),
      );
    },
  });

  app.route({
    method: "POST",
    url: "/v1/webhooks/:id/deliveries/:deliveryId/redeliver",
    config: { access: { scope: "webhooks:write" } },
    schema: {
      tags: ["webhooks"],
      summary: "Send it again, under the same id; one that still waits is sent now",
      params: LogParams,
      response: responses({ 202: Queued }, ["not_found", "webhook_disabled"]),
    },
    handler: async (request, reply) => {
      const { workspaceId } = principalOf(request);
      const { id, deliveryId } = request.params;
      return accept(context, { request, reply }, { status: 202 }, async (em) => {
        await lockActive(em, id);
        const row = found(
          await em.findOne(WebhookDelivery, { id: deliveryId, endpointId: id }, locked),
          "delivery",
        );
        const outboxIds: string[] = [];
        // Begun now: the sweep counts from then whether it was lost.
        row.nextAttemptAt = context.now();
        if (row.status === "pending") {
          const workflowId = webhookWorkflowId(row);
          outboxIds.push(await enqueue(em, { workspaceId, action: "signal", workflowId }));
        } else {
          row.status = webhookDeliveryMachine.step(row.status, "pending");
          row.round += 1;
          row.tries = 0;
          row.finishedAt = null;
          outboxIds.push(await start(em, row));
        }
        return { body: { deliveryId: row.id }, outboxIds, subjectId: row.id };
      });
    },
  });
};

/** One that is made at the same moment counts too. Throws Problem 409 `too_many_webhooks`. */
async function refuseTooMany(em: EntityManager, workspaceId: string): Promise<void> {
  await em.execute("select pg_advisory_xact_lock(hashtextextended(?, 14))", [workspaceId]);
  if ((await em.count(WebhookEndpoint, {})) < mostEndpoints) return;
  throw new Problem({
    status: 409,
    code: "too_many_webhooks",
    detail: `A workspace has ${mostEndpoints} webhooks at most. Remove one first.`,
  });
}

async function lockEndpoint(em: EntityManager, id: string): Promise<WebhookEndpoint> {
  return found(await em.findOne(WebhookEndpoint, { id }, locked), "webhook");
}

async function lockActive(em: EntityManager, id: string): Promise<WebhookEndpoint> {
  const row = await lockEndpoint(em, id);
  if (row.status === "active") return row;
  throw new Problem({
    status: 409,
    code: "webhook_disabled",
    detail: "The webhook is disabled. Enable it first: send its status, active.",
  });
}

function start(
  em: EntityManager,
  delivery: Pick<WebhookDelivery, "id" | "workspaceId" | "eventId" | "endpointId" | "round">,
): Promise<string> {
  return enqueue(em, {
    workspaceId: delivery.workspaceId,
    action: "start",
    workflowType: "deliverWebhook",
    workflowId: webhookWorkflowId(delivery),
    input: { deliveryId: delivery.id, round: String(delivery.round) },
  });
}

function audit(
  em: EntityManager,
  line: { principal: Principal; action: string; id: string; address: string },
): Promise<void> {
  return recordAudit(em, {
    workspaceId: line.principal.workspaceId,
    actor: line.principal.actor,
    action: `webhook.${line.action}`,
    subject: `webhook:${line.id}`,
    address: line.address,
  });
}

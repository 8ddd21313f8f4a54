import { LockMode } from "@mikro-orm/core";
import { Context } from "@temporalio/activity";
import { Webhook } from "standardwebhooks";
import { WebhookDelivery, WebhookEndpoint } from "#db/entities/index.ts";
import type { WebhookAttempt } from "#db/entities/webhook-delivery.ts";
import { inWorkspace, type EntityManager } from "#db/orm.ts";
import { recordAudit } from "#db/record-audit.ts";
import { recordEvent } from "#db/record-event.ts";
import { openSecrets } from "#db/vault/open.ts";
import { stopDeliveries, webhookSealContext } from "#db/webhook-changes.ts";
import {
  nextWebhookMove,
  readRetryAfter,
  webhookFailingLimitMs,
  type WebhookMove,
} from "#domain/next-webhook-move.ts";
import { webhookDeliveryMachine } from "#domain/states.ts";
import { webhookTestType } from "#domain/webhook-events.ts";
import type { WebhookActivities, WebhookProgress } from "#workflows/deliver-webhook.ts";
import type { WebhookDeliveryIds } from "#workflows/ids.ts";
import type { ActivityDeps } from "./deps.ts";
import { postMessage, type Posted } from "./lib/post-message.ts";
import { createSendLimit } from "./lib/send-limit.ts";
import { webhookBody } from "./lib/webhook-body.ts";

/** The queue has 20 places, most of which the product's own work needs. */
const limits = { total: 10, perWorkspace: 5, perEndpoint: 3 };

/** So many tries of a delivery are kept to be looked at. */
const keptAttempts = 30;

/** What `deliverWebhook` asks for. */
export function createWebhookActivities(deps: ActivityDeps): WebhookActivities {
  const limit = createSendLimit(limits);
  return {
    async attemptWebhook({ now, ...ids }) {
      const prepared = await prepare(deps, ids, now);
      if ("kind" in prepared) return prepared;
      const leave = limit.enter({
        workspaceId: ids.workspaceId,
        endpointId: prepared.endpoint.id,
      });
      if (!leave) return crowded(prepared, now);
      try {
        const posted = await send(deps, prepared);
        return await note(deps, { ids, prepared, now, posted });
      } finally {
        leave();
      }
    },
  };
}

interface Prepared {
  delivery: WebhookDelivery;
  endpoint: WebhookEndpoint;
  body: string;
}

/** What is to be sent; or what comes instead, where it is not due or no longer wanted. */
async function prepare(
  deps: ActivityDeps,
  ids: WebhookDeliveryIds,
  now: number,
): Promise<Prepared | WebhookProgress> {
  return inWorkspace(deps.orm, ids.workspaceId).transactional(async (em) => {
    const delivery = await em.findOne(
      WebhookDelivery,
      { id: ids.deliveryId },
      { populate: ["body"] },
    );
    if (!delivery || String(delivery.round) !== ids.round) return { kind: "done", status: "gone" };
    if (delivery.status !== "pending") return { kind: "done", status: delivery.status };
    const due = delivery.nextAttemptAt?.getTime() ?? 0;
    if (due > now) return { kind: "wait", until: due, tries: delivery.tries };
    const endpoint = await em.findOneOrFail(
      WebhookEndpoint,
      { id: delivery.endpointId },
      {
        populate: ["sealedSecret", "wrappedKey", "previousSealedSecret", "previousWrappedKey"],
      },
    );
    // It was accepted just as the endpoint was disabled.
    if (endpoint.status !== "active") {
      delivery.status = "disabled";
      return { kind: "done", status: "disabled" };
    }
    // Made once: whoever gets it twice gets the same bytes.
    delivery.body ??= await webhookBody(em, delivery);
    return { delivery, endpoint, body: delivery.body };
  });
}

/** Others are sent first. An endpoint that takes nothing is asked again later than one that is only busy. */
function crowded({ delivery, endpoint }: Prepared, now: number): WebhookProgress {
  const most = endpoint.failingSince ? 90_000 : 4_000;
  const until = now + Math.round(most * (0.4 + 0.6 * Math.random()));
  return { kind: "wait", until, tries: delivery.tries };
}

async function send(deps: ActivityDeps, prepared: Prepared): Promise<Posted> {
  const { delivery, endpoint, body } = prepared;
  const now = deps.now();
  const signatures = secretsOf(deps, endpoint, now).map((secret) =>
    new Webhook(secret).sign(delivery.eventId, now, body),
  );
  return postMessage({
    fetch: deps.fetch,
    url: endpoint.url,
    headers: {
      "webhook-id": delivery.eventId,
      "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
      "webhook-signature": signatures.join(" "),
    },
    body,
    signal: Context.current().cancellationSignal,
  });
}

/** The secret, and the one before it while that is still good. */
function secretsOf(deps: ActivityDeps, endpoint: WebhookEndpoint, now: Date): string[] {
  const open = (input: { version: number; sealed: string; wrappedKey: string }) =>
    openSecrets({
      keyRing: deps.keyRing,
      context: webhookSealContext({ ...endpoint, secretVersion: input.version }),
      ...input,
    })["secret"] ?? "";
  const { secretVersion, previousSealedSecret, previousWrappedKey, previousSecretUntil } = endpoint;
  const current = open({
    version: secretVersion,
    sealed: endpoint.sealedSecret ?? "",
    wrappedKey: endpoint.wrappedKey ?? "",
  });
  if (!previousSealedSecret || !previousWrappedKey) return [current];
  if (!previousSecretUntil || previousSecretUntil <= now) return [current];
  const sealed = { sealed: previousSealedSecret, wrappedKey: previousWrappedKey };
  return [current, open({ version: secretVersion - 1, ...sealed })];
}

/** Writes down what came of the try, and says what follows. */
async function note(
  deps: ActivityDeps,
  input: { ids: WebhookDeliveryIds; prepared: Prepared; now: number; posted: Posted },
): Promise<WebhookProgress> {
  const { ids, prepared, now, posted } = input;
  const isTest = prepared.delivery.type === webhookTestType;
  const at = deps.now();
  return inWorkspace(deps.orm, ids.workspaceId).transactional(async (em) => {
    // The endpoint's row first, as those lock them who remove or disable it.
    const failingSince = isTest
      ? undefined
      : await noteOnEndpoint(em, { endpointId: prepared.endpoint.id, posted, at });
    const delivery = await em.findOne(
      WebhookDelivery,
      { id: ids.deliveryId },
      { lockMode: LockMode.PESSIMISTIC_WRITE },
    );
    if (!delivery || String(delivery.round) !== ids.round) return { kind: "done", status: "gone" };
    delivery.attempts = [...delivery.attempts, viewAttempt(posted, at)].slice(-keptAttempts);
    // Disabled, or sent by somebody else, while it was under way.
    if (delivery.status !== "pending") return { kind: "done", status: delivery.status };
    delivery.tries += 1;
    const move = moveAfter(posted, { tries: delivery.tries, at });
    // A person waits for what a test brings: once is enough.
    if (move.kind === "retry" && !isTest) {
      const until = now + move.afterMs;
      delivery.nextAttemptAt = new Date(until);
      return { kind: "wait", until, tries: delivery.tries };
    }
    delivery.status = webhookDeliveryMachine.step(
      delivery.status,
      move.kind === "delivered" ? "delivered" : "failed",
    );
    delivery.nextAttemptAt = null;
    delivery.finishedAt = at;
    const { status } = delivery;
    await em.flush();
    const hopeless = failingSince && at.getTime() - failingSince.getTime() >= webhookFailingLimitMs;
    if (move.kind === "gone" && !isTest) {
      await disable(em, prepared.endpoint, "It answered 410 Gone: it wants no more events.");
    } else if (status === "failed" && hopeless) {
      await disable(em, prepared.endpoint, "It has taken no event for three days.");
    }
    return { kind: "done", status };
  });
}

/** Returns since when the endpoint has taken nothing; undefined where it takes what it is sent. */
async function noteOnEndpoint(
  em: EntityManager,
  input: { endpointId: string; posted: Posted; at: Date },
): Promise<Date | undefined> {
  const taken = isTaken(input.posted);
  const [row] = await em.execute<{ failing_since: Date | null }[]>(
    `update webhook_endpoint set failing_since = ${taken ? "null" : "coalesce(failing_since, ?)"}
     where id = ? returning failing_since`,
    [...(taken ? [] : [input.at]), input.endpointId],
  );
  return row?.failing_since ? new Date(row.failing_since) : undefined;
}

/** Says so by an event, which the workspace's other webhooks and its people are told of. */
async function disable(
  em: EntityManager,
  endpoint: Pick<WebhookEndpoint, "id" | "workspaceId">,
  problem: string,
): Promise<void> {
  const { id, workspaceId } = endpoint;
  const disabled = await em.nativeUpdate(
    WebhookEndpoint,
    { id, status: "active" },
    { status: "disabled", problem },
  );
  if (disabled === 0) return;
  await stopDeliveries(em, endpoint);
  await recordEvent(em, {
    workspaceId,
    type: "webhook.disabled",
    subjectKind: "webhook",
    subjectId: id,
  });
  await recordAudit(em, {
    workspaceId,
    actor: "system",
    action: "webhook.disabled",
    subject: `webhook:${id}`,
  });
}

function moveAfter(posted: Posted, input: { tries: number; at: Date }): WebhookMove {
  const retryAfterMs = readRetryAfter(posted.retryAfter, input.at);
  return nextWebhookMove({
    answer: {
      ...(posted.httpStatus === undefined ? {} : { httpStatus: posted.httpStatus }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
    tries: input.tries,
    random: Math.random(),
  });
}

function isTaken({ httpStatus }: Posted): boolean {
  return httpStatus !== undefined && httpStatus >= 200 && httpStatus < 300;
}

function viewAttempt(posted: Posted, at: Date): WebhookAttempt {
  const { retryAfter: _, ...shown } = posted;
  return { at: at.toISOString(), ...shown };
}

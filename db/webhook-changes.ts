import type { EntityManager } from "@mikro-orm/postgresql";
import { randomBytes } from "node:crypto";
import type { WebhookDelivery, WebhookEndpoint } from "./entities/index.ts";
import { outboxChannel } from "./outbox/enqueue.ts";
import type { SealContext } from "./vault/envelope.ts";
import type { KeyRing } from "./vault/key-ring.ts";
import { sealSecrets, type Sealed } from "./vault/seal.ts";

/** A new signing secret as Standard Webhooks writes it: `whsec_` and 32 random bytes in base64. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString("base64")}`;
}

/** Seals a signing secret for the endpoint's row at this version. */
export function sealWebhookSecret(input: {
  keyRing: KeyRing;
  endpoint: { id: string; workspaceId: string; secretVersion: number };
  secret: string;
}): Sealed {
  return sealSecrets({
    keyRing: input.keyRing,
    context: webhookSealContext(input.endpoint),
    secrets: { secret: input.secret },
  });
}

/** Where an endpoint's secret belongs: it opens nowhere else. */
export function webhookSealContext(endpoint: {
  id: string;
  workspaceId: string;
  secretVersion: number;
}): SealContext {
  return {
    workspaceId: endpoint.workspaceId,
    ownerId: endpoint.id,
    field: "webhook",
    version: endpoint.secretVersion,
  };
}

/** The workflow that makes this round of the delivery. */
export function webhookWorkflowId(
  delivery: Pick<WebhookDelivery, "eventId" | "endpointId" | "round">,
): string {
  const { eventId, endpointId, round } = delivery;
  return `webhook/${eventId}/${endpointId}${round > 0 ? `/${round}` : ""}`;
}

/**
 * Ends what still waits to be delivered to an endpoint, and has its workflows look: before the endpoint is removed, or
 * when it is disabled. Call it under the endpoint's lock.
 */
export async function stopDeliveries(
  em: EntityManager,
  endpoint: Pick<WebhookEndpoint, "id" | "workspaceId">,
): Promise<void> {
  await em.execute(
    `with stopped as (
       update webhook_delivery set status = 'disabled', next_attempt_at = null, finished_at = now()
       where endpoint_id = ? and status = 'pending'
       returning event_id, endpoint_id, round),
     message as (
       insert into outbox (id, workspace_id, action, workflow_type, workflow_id, input, created_at, attempts)
       select gen_random_uuid(), ?, 'signal', '', 'webhook/' || event_id || '/' || endpoint_id ||
         case when round > 0 then '/' || round else '' end, '{}', now(), 0 from stopped
       returning id)
     select pg_notify(?, '') from message limit 1`,
    [endpoint.id, endpoint.workspaceId, outboxChannel],
  );
}

/**
 * Starts anew what waits in this workspace and was to be tried before `before`: its workflow is gone, or so late that
 * another may take over. Of the older one this round is none of its business.
 */
export async function restartDeliveries(
  em: EntityManager,
  input: { workspaceId: string; before: Date },
): Promise<void> {
  await em.execute(
    `with lost as (
       update webhook_delivery set round = round + 1
       where workspace_id = ? and status = 'pending' and coalesce(next_attempt_at, created_at) < ?
       returning id, event_id, endpoint_id, round),
     message as (
       insert into outbox (id, workspace_id, action, workflow_type, workflow_id, input, created_at, attempts)
       select gen_random_uuid(), ?, 'start', 'deliverWebhook',
         'webhook/' || event_id || '/' || endpoint_id || '/' || round,
         jsonb_build_object('deliveryId', id, 'round', round::text), now(), 0 from lost
       returning id)
     select pg_notify(?, '') from message limit 1`,
    [input.workspaceId, input.before, input.workspaceId, outboxChannel],
  );
}

import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { WebhookDeliveryStatus } from "#domain/states.ts";
import { instant, tenantProperties, tenantSecurity } from "./lib.ts";

/** One try to deliver, and what the endpoint answered. */
export interface WebhookAttempt {
  /** ISO 8601. */
  at: string;
  durationMs: number;
  /** Absent where no answer came. */
  httpStatus?: number;
  /** What went wrong, in words. */
  error?: string;
  /** The beginning of the answer's body, 1 KB at most. */
  answer?: string;
}

/** One event for one endpoint: written in the transaction of the event. No foreign key to the event, which may go first. */
export const WebhookDelivery = defineEntity({
  name: "WebhookDelivery",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    /** Orders the log. */
    sequence: p.bigint("number").unique().autoincrement(),
    endpointId: p.uuid(),
    /** The message's `webhook-id`, over all tries. */
    eventId: p.uuid(),
    type: p.string().length(80),
    subjectKind: p.string().length(40),
    subjectId: p.uuid(),
    /** When the event was. */
    occurredAt: instant(),
    data: p.json<Record<string, unknown>>(),
    /** The message's body, byte for byte: made at the first try, the same at every other. */
    body: p.text().nullable().lazy(),
    status: p
      .enum(["pending", "delivered", "failed", "disabled"])
      .$type<WebhookDeliveryStatus>()
      .default("pending"),
    /** How often a person had it delivered again. */
    round: p.integer().default(0),
    /** In this round. */
    tries: p.integer().default(0),
    /** The latest, oldest first. */
    attempts: p.json<WebhookAttempt[]>().defaultRaw("'[]'::jsonb"),
    nextAttemptAt: instant().nullable(),
    finishedAt: instant().nullable(),
  },
  uniques: [{ properties: ["workspaceId", "id"] }, { properties: ["endpointId", "eventId"] }],
  indexes: [
    { properties: ["endpointId", "sequence"] },
    { properties: ["workspaceId", "createdAt"] },
    // The sweep looks for these few among all that were delivered.
    {
      name: "webhook_delivery_pending",
      properties: ["workspaceId", "createdAt"],
      where: "status = 'pending'",
    },
  ],
});
export type WebhookDelivery = InferEntity<typeof WebhookDelivery>;

import { z } from "zod";
import type { WebhookDelivery, WebhookEndpoint } from "#db/entities/index.ts";
import { webhookWorkflowId } from "#db/webhook-changes.ts";
import { webhookDeliveryMachine } from "#domain/states.ts";
import type { ApiContext } from "../context.ts";
import { Id, Instant, iso } from "./responses.ts";
import { workflowLink } from "./workflow-link.ts";

export const WebhookView = z.object({
  id: Id,
  url: z.string(),
  description: z.string().nullable(),
  eventTypes: z.array(z.string()),
  status: z.enum(["active", "disabled"]),
  problem: z.string().nullable().describe("Why it was disabled, where nobody asked for it"),
  failingSince: Instant.nullable().describe("It has taken nothing since, though it was tried"),
  previousSecretUntil: Instant.nullable().describe(
    "Until then messages carry the signature of the secret before the last rotation too",
  ),
  createdBy: z.string(),
  createdAt: Instant,
});
export type WebhookView = z.infer<typeof WebhookView>;

/** A webhook as the API shows it. */
export function viewWebhook(row: WebhookEndpoint, now: Date): WebhookView {
  const until = row.previousSecretUntil;
  return {
    id: row.id,
    url: row.url,
    description: row.description ?? null,
    eventTypes: row.eventTypes,
    status: row.status,
    problem: row.problem ?? null,
    failingSince: iso(row.failingSince),
    previousSecretUntil: until && until > now ? iso(until) : null,
    createdBy: row.createdBy,
    createdAt: iso(row.createdAt),
  };
}

export const WebhookDeliveryView = z.object({
  id: Id,
  eventId: Id.describe("`webhook-id` of the message, the same at every try"),
  type: z.string(),
  subject: z.object({ kind: z.string(), id: Id }),
  status: z.enum(webhookDeliveryMachine.states),
  occurredAt: Instant,
  tries: z.int().describe("Since it was asked for last"),
  nextAttemptAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
  attempts: z
    .array(
      z.object({
        at: Instant,
        durationMs: z.int(),
        httpStatus: z.int().optional().describe("Absent where no answer came"),
        error: z.string().optional(),
        answer: z.string().optional().describe("The first 1,024 characters"),
      }),
    )
    .describe("The latest 30, oldest first"),
  temporalUrl: z.string().describe("The delivery's workflow, for operators"),
});

/** A line of a webhook's log. */
export function viewWebhookDelivery(
  context: ApiContext,
  row: WebhookDelivery,
): z.infer<typeof WebhookDeliveryView> {
  return {
    id: row.id,
    eventId: row.eventId,
    type: row.type,
    subject: { kind: row.subjectKind, id: row.subjectId },
    status: row.status,
    occurredAt: iso(row.occurredAt),
    tries: row.tries,
    nextAttemptAt: iso(row.nextAttemptAt),
    finishedAt: iso(row.finishedAt),
    attempts: row.attempts,
    temporalUrl: workflowLink(context, webhookWorkflowId(row)),
  };
}

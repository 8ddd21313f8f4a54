/** How long what is kept is kept. Milliseconds. */
export const retention = {
  /** Answers to requests that carried an Idempotency-Key. */
  idempotencyMs: 48 * 60 * 60 * 1000,
  /** What people were told of. */
  notificationsMs: 90 * 24 * 60 * 60 * 1000,
  /** What was sent to webhooks, and what they answered. */
  webhookDeliveriesMs: 30 * 24 * 60 * 60 * 1000,
} as const;

/** How long what is kept is kept. Milliseconds. */
export const retention = {
  /** Answers to requests that carried an Idempotency-Key. */
  idempotencyMs: 48 * 60 * 60 * 1000,
} as const;

/** Headers of answers, declared once under `components.headers` and referred to. */
export const answerHeaders = {
  XRequestId: {
    name: "X-Request-Id",
    description: "Names the request in the logs; problems say it too, as `requestId`.",
    schema: { type: "string", format: "uuid" },
    example: "7d0d3a55-5d1c-4a0e-9d55-0a4f3a1a8f6e",
  },
  RateLimit: {
    name: "RateLimit",
    description:
      "How many requests are left (`r`) and for how many seconds (`t`), by policy: of the address, and of the key or session.",
    schema: { type: "string" },
    example: '"address";r=1199;t=60, "key";r=599;t=60',
  },
  RateLimitPolicy: {
    name: "RateLimit-Policy",
    description: "The limits themselves: how many requests (`q`) in how many seconds (`w`).",
    schema: { type: "string" },
    example: '"address";q=3000;w=60, "key";q=600;w=60',
  },
  RetryAfter: {
    name: "Retry-After",
    description: "Seconds to wait before asking again, where that is known.",
    schema: { type: "string", pattern: "^[0-9]+$" },
    example: "17",
  },
  WwwAuthenticate: {
    name: "WWW-Authenticate",
    description: "The scheme that would do.",
    schema: { type: "string" },
    example: "Bearer",
  },
  Location: {
    name: "Location",
    description: "Where the new thing is.",
    schema: { type: "string" },
    example: "/v1/posts/01980f6e-3f1b-7c5e-9a51-0d3a7c2b9f44",
  },
  IdempotentReplayed: {
    name: "Idempotent-Replayed",
    description: "`true` when this is the kept answer to an earlier request with the same key.",
    schema: { type: "string", enum: ["true"] },
    example: "true",
  },
} as const;

export type AnswerHeader = keyof typeof answerHeaders;

/** The headers as an answer of OpenAPI names them. */
export function refersTo(headers: readonly AnswerHeader[]): Record<string, { $ref: string }> {
  return Object.fromEntries(
    headers.map((one) => [answerHeaders[one].name, { $ref: `#/components/headers/${one}` }]),
  );
}

/** `components.headers`. */
export function headerComponents(): Record<string, object> {
  return Object.fromEntries(
    Object.entries(answerHeaders).map(([id, { name: _name, ...header }]) => [id, header]),
  );
}

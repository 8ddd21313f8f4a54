import { defineEntity, p, type InferEntity } from "@mikro-orm/core";

/** What is needed to verify a presented key, and nothing that could give one back. */
export const ApiKey = defineEntity({
  name: "ApiKey",
  properties: {
    /** The 12 characters of the key that name it. */
    id: p.string().length(12).primary(),
    workspaceId: p.uuid().index(),
    /** HMAC-SHA-256 of the full key under the pepper, hex. */
    verifier: p.string().length(64),
    pepperId: p.string().length(32),
  },
});
export type ApiKey = InferEntity<typeof ApiKey>;

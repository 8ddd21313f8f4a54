import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import { tenantProperties, tenantSecurity } from "./lib.ts";

export const IdempotencyRecord = defineEntity({
  name: "IdempotencyRecord",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    key: p.string().length(255),
    route: p.string().length(200),
    /** Session's user or API key that asked. */
    caller: p.string().length(80),
    /** SHA-256 of the request's body, hex. */
    requestHash: p.string().length(64),
    responseStatus: p.integer(),
    responseBody: p.json<object>().nullable(),
    location: p.string().length(300).nullable(),
    /** What the request was about: forgetting that forgets this too. */
    subjectId: p.uuid().nullable().index(),
  },
  indexes: [{ properties: ["workspaceId", "createdAt"] }],
  uniques: [
    { properties: ["workspaceId", "id"] },
    { properties: ["workspaceId", "route", "caller", "key"] },
  ],
});
export type IdempotencyRecord = InferEntity<typeof IdempotencyRecord>;

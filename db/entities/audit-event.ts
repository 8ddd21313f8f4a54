import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import { tenantProperties, tenantSecurity } from "./lib.ts";

/** Who did what, when, from where; no content. Append-only, each line bound to the one before. */
export const AuditEvent = defineEntity({
  name: "AuditEvent",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    /** Counts up within the workspace. */
    sequence: p.integer(),
    actor: p.string().length(80),
    action: p.string().length(80),
    subject: p.string().length(120).nullable(),
    address: p.string().length(64).nullable(),
    detail: p.json<Record<string, string | number | boolean>>(),
    previousHash: p.string().length(64),
    hash: p.string().length(64),
  },
  uniques: [{ properties: ["workspaceId", "id"] }, { properties: ["workspaceId", "sequence"] }],
  indexes: [{ properties: ["workspaceId", "subject"] }],
});
export type AuditEvent = InferEntity<typeof AuditEvent>;

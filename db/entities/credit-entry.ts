import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { CreditEntryKind } from "#domain/states.ts";
import { tenantProperties, tenantSecurity } from "./lib.ts";

/** A line of the append-only usage ledger. The sum of `amount` is the balance. */
export const CreditEntry = defineEntity({
  name: "CreditEntry",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    kind: p.enum(["reserve", "settle", "refund", "grant"]).$type<CreditEntryKind>(),
    /** Whole credits as they change what is left: negative for a reservation. */
    amount: p.integer(),
    /** What it is for: `generation:<id>`, `step:<id>`, `workspace:<id>`, `grant:<id>`, `payment:<id>`. */
    subject: p.string().length(80),
    agentId: p.uuid().nullable(),
    /** The person whom a reservation counts for; of an API key, who made it. Null for agents. */
    userId: p.uuid().nullable(),
    /** `provider/model` */
    model: p.string().length(160).nullable(),
    /** Of a grant: why, and what whoever granted it calls it. */
    reason: p.string().length(300).nullable(),
    reference: p.string().length(255).nullable(),
  },
  uniques: [{ properties: ["workspaceId", "id"] }, { properties: ["subject", "kind"] }],
  indexes: [
    { properties: ["agentId", "createdAt"] },
    { properties: ["userId", "createdAt"] },
    { properties: ["workspaceId", "createdAt"] },
  ],
});
export type CreditEntry = InferEntity<typeof CreditEntry>;

import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { RateSlice } from "#domain/take-rate.ts";
import { instant, tenantProperties, tenantSecurity } from "./lib.ts";

/** How much of what its platform allows a connection's account has used, and until when it asked for silence. */
export const RateUse = defineEntity({
  name: "RateUse",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    connectionId: p.uuid(),
    /** By the rate's name. */
    uses: p.json<Record<string, RateSlice[]>>(),
    pausedUntil: instant().nullable(),
  },
  uniques: [{ properties: ["workspaceId", "id"] }, { properties: ["connectionId"] }],
});
export type RateUse = InferEntity<typeof RateUse>;

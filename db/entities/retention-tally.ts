import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { RuleName } from "#domain/retention.ts";
import { instant, tenantProperties, tenantSecurity } from "./lib.ts";

/** How much was removed by a rule, since the workspace began. */
export const RetentionTally = defineEntity({
  name: "RetentionTally",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    rule: p.string().length(40).$type<RuleName>(),
    removed: p.bigint("number"),
    bytes: p.bigint("number"),
    /** When something was removed last. */
    lastAt: instant(),
  },
  uniques: [{ properties: ["workspaceId", "id"] }, { properties: ["workspaceId", "rule"] }],
});
export type RetentionTally = InferEntity<typeof RetentionTally>;

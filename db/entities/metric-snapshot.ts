import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import { instant, tenantProperties, tenantSecurity } from "./lib.ts";

export const MetricSnapshot = defineEntity({
  name: "MetricSnapshot",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    postId: p.uuid().index(),
    targetId: p.uuid(),
    /** Which of the planned snapshots this is, for example `1h`. */
    slot: p.string().length(10),
    takenAt: instant(),
    metrics: p.json<Record<string, number>>(),
  },
  uniques: [{ properties: ["workspaceId", "id"] }, { properties: ["targetId", "slot"] }],
});
export type MetricSnapshot = InferEntity<typeof MetricSnapshot>;

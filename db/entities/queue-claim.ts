import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import { instant, tenantProperties, tenantSecurity } from "./lib.ts";

/** A slot of a channel's queue that a post holds. */
export const QueueClaim = defineEntity({
  name: "QueueClaim",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    channelId: p.uuid(),
    slotAt: instant(),
    postId: p.uuid().index(),
  },
  uniques: [{ properties: ["workspaceId", "id"] }, { properties: ["channelId", "slotAt"] }],
});
export type QueueClaim = InferEntity<typeof QueueClaim>;

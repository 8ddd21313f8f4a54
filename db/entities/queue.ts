import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { QueueSlot } from "#domain/schemas/series.ts";
import { instant, tenantProperties, tenantSecurity } from "./lib.ts";

/** The weekly times at which a channel takes posts that ask for the next free one. */
export const Queue = defineEntity({
  name: "Queue",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    channelId: p.uuid().unique(),
    timeZone: p.string().length(80),
    slots: p.json<QueueSlot[]>(),
    /** It gives no slots now; what has one keeps it. */
    paused: p.boolean().default(false),
    updatedAt: instant()
      .onCreate(() => new Date())
      .onUpdate(() => new Date()),
  },
  uniques: [{ properties: ["workspaceId", "id"] }],
});
export type Queue = InferEntity<typeof Queue>;

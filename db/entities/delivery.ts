import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { DeliveryStatus } from "#domain/states.ts";
import { instant, tenantProperties, tenantSecurity } from "./lib.ts";

/** The ledger row of one target's publish. See docs/architecture: publishing exactly once. */
export const Delivery = defineEntity({
  name: "Delivery",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    targetId: p.uuid(),
    /** 0 is the post itself. */
    part: p.integer().default(0),
    status: p
      .enum(["claimed", "sending", "published", "rejected", "unknown"])
      .$type<DeliveryStatus>(),
    marker: p.string().length(200),
    /** What the platform's `create` left there. */
    created: p.json<Record<string, unknown>>().nullable(),
    contentHash: p.string().length(64),
    postVersion: p.integer(),
    claimedAt: instant(),
    sendingAt: instant().nullable(),
    remoteId: p.string().length(500).nullable(),
    remoteUrl: p.string().length(2000).nullable(),
    /** What a later part must know of it besides its id. */
    remoteData: p.json<Record<string, string>>().nullable(),
    /** When it was taken down. */
    removedAt: instant().nullable(),
  },
  uniques: [{ properties: ["workspaceId", "id"] }, { properties: ["targetId", "part"] }],
});
export type Delivery = InferEntity<typeof Delivery>;

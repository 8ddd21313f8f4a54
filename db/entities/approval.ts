import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { ApprovalStatus } from "#domain/states.ts";
import { instant, tenantProperties, tenantSecurity } from "./lib.ts";

export const Approval = defineEntity({
  name: "Approval",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    postId: p.uuid().index(),
    contentHash: p.string().length(64),
    status: p
      .enum(["pending", "approved", "rejected", "voided", "expired"])
      .$type<ApprovalStatus>(),
    expiresAt: instant(),
    decidedBy: p.string().length(80).nullable(),
    decidedAt: instant().nullable(),
    reason: p.text().nullable(),
    /** The person was told that it holds offline output for a real platform, and approved it so. */
    offlineOutputAccepted: p.boolean().default(false),
  },
  uniques: [{ properties: ["workspaceId", "id"] }],
});
export type Approval = InferEntity<typeof Approval>;

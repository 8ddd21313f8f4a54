import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import { instant, tenantProperties, tenantSecurity } from "./lib.ts";

export const DeliveryAttempt = defineEntity({
  name: "DeliveryAttempt",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    deliveryId: p.uuid().index(),
    number: p.integer(),
    step: p.enum(["create", "publish", "reconcile"]),
    startedAt: instant(),
    finishedAt: instant().nullable(),
    outcome: p.string().length(40).nullable(),
    code: p.string().length(80).nullable(),
    detail: p.text().nullable(),
    platformMessage: p.text().nullable(),
    httpStatus: p.integer().nullable(),
    /** A person's decision, where one made it. */
    decidedBy: p.string().length(80).nullable(),
  },
  uniques: [{ properties: ["workspaceId", "id"] }, { properties: ["deliveryId", "number"] }],
});
export type DeliveryAttempt = InferEntity<typeof DeliveryAttempt>;

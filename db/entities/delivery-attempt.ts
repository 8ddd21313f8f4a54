import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import { instant, tenantProperties, tenantSecurity } from "./lib.ts";

/** One HTTP call as it is kept: no query, no header, no body. */
export interface CallSummary {
  method: string;
  /** Host and path. */
  url: string;
  requestBytes: number | null;
  /** Null when no answer came. */
  status: number | null;
  responseBytes: number | null;
  /** Seconds that the platform asked to wait. */
  retryAfter: string | null;
  durationMs: number;
  /** What broke it, in a word. */
  failure: string | null;
}

export const DeliveryAttempt = defineEntity({
  name: "DeliveryAttempt",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    deliveryId: p.uuid().index(),
    number: p.integer(),
    step: p.enum(["create", "poll", "publish", "confirm", "reconcile", "resolve", "remove"]),
    startedAt: instant(),
    finishedAt: instant().nullable(),
    outcome: p.string().length(40).nullable(),
    code: p.string().length(80).nullable(),
    detail: p.text().nullable(),
    platformMessage: p.text().nullable(),
    httpStatus: p.integer().nullable(),
    /** The calls that were made in it. */
    calls: p.json<CallSummary[]>().nullable(),
    /** A person's decision, where one made it. */
    decidedBy: p.string().length(80).nullable(),
  },
  uniques: [{ properties: ["workspaceId", "id"] }, { properties: ["deliveryId", "number"] }],
});
export type DeliveryAttempt = InferEntity<typeof DeliveryAttempt>;

import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { RunStatus } from "#domain/states.ts";
import { instant, tenantProperties, tenantSecurity } from "./lib.ts";

export const Run = defineEntity({
  name: "Run",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    agentId: p.uuid().index(),
    trigger: p.enum(["manual", "schedule"]),
    /** The wake-up of the schedule that it answers; absent when started by hand. */
    wokenFor: instant().nullable(),
    workflowId: p.string().length(300).unique(),
    status: p
      .enum([
        "queued",
        "running",
        "awaiting_approval",
        "paused",
        "succeeded",
        "failed",
        "cancelled",
        "skipped",
      ])
      .$type<RunStatus>(),
    postId: p.uuid().nullable(),
    error: p.json<{ code: string; detail: string }>().nullable(),
    startedAt: instant().nullable(),
    finishedAt: instant().nullable(),
  },
  uniques: [{ properties: ["workspaceId", "id"] }, { properties: ["agentId", "wokenFor"] }],
});
export type Run = InferEntity<typeof Run>;

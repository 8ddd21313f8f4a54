import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { StepStatus } from "#domain/states.ts";
import { instant, tenantProperties, tenantSecurity } from "./lib.ts";

export const Step = defineEntity({
  name: "Step",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    runId: p.uuid(),
    /** The workflow's own name of the step, so that one that runs twice writes one row. */
    key: p.string().length(80),
    position: p.integer(),
    kind: p.enum(["gather", "model", "tool", "check", "generation", "post"]),
    name: p.string().length(120),
    status: p
      .enum(["pending", "running", "succeeded", "failed", "cancelled", "skipped"])
      .$type<StepStatus>(),
    input: p.json<object>().nullable(),
    output: p.json<object>().nullable(),
    /** Messages that this step adds to its role's conversation; never in a Temporal payload. */
    transcript: p.json<object[]>().nullable(),
    model: p.string().length(160).nullable(),
    sent: p.json<object>().nullable(),
    credits: p.integer().default(0),
    error: p.json<{ code: string; detail: string }>().nullable(),
    startedAt: instant().nullable(),
    finishedAt: instant().nullable(),
  },
  uniques: [{ properties: ["workspaceId", "id"] }, { properties: ["runId", "key"] }],
});
export type Step = InferEntity<typeof Step>;

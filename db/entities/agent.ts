import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { AgentSchedule } from "#domain/schemas/content.ts";
import type { AgentStatus } from "#domain/states.ts";
import { instant, tenantProperties, tenantSecurity } from "./lib.ts";

export const Agent = defineEntity({
  name: "Agent",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    name: p.string().length(200),
    brief: p.text(),
    brandVoice: p.text().nullable(),
    channelIds: p.json<string[]>(),
    schedule: p.json<AgentSchedule>(),
    autonomy: p.enum(["suggest", "autopilot"]),
    media: p.enum(["none", "image"]),
    /** Posts per calendar day in the agent's zone. */
    dailyPostLimit: p.integer(),
    /** Credits per calendar day in the agent's zone. */
    creditLimit: p.integer(),
    provider: p.string().length(40).nullable(),
    model: p.string().length(120).nullable(),
    /** What its posts belong to. */
    campaign: p.string().length(200).nullable(),
    labels: p.json<string[]>().defaultRaw("'[]'::jsonb"),
    status: p.enum(["active", "paused", "halted"]).$type<AgentStatus>(),
    createdBy: p.string().length(80),
    deletedAt: instant().nullable(),
    version: p.integer().default(1),
    updatedAt: instant()
      .onCreate(() => new Date())
      .onUpdate(() => new Date()),
  },
  uniques: [{ properties: ["workspaceId", "id"] }],
});
export type Agent = InferEntity<typeof Agent>;

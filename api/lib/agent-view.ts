import { z } from "zod";
import type { Agent } from "#db/entities/index.ts";
import { AgentSchedule } from "#domain/schemas/content.ts";
import { wakeUps } from "#domain/wake-ups.ts";
import type { ApiContext } from "../context.ts";
import { Id, Instant, iso } from "./responses.ts";

export const AgentView = z.object({
  id: Id,
  name: z.string(),
  status: z.enum(["active", "paused", "halted"]),
  brief: z.string(),
  brandVoice: z.string().nullable(),
  channelIds: z.array(Id),
  schedule: AgentSchedule,
  autonomy: z.enum(["suggest", "autopilot"]),
  media: z.enum(["none", "image"]),
  dailyPostLimit: z.int(),
  creditLimit: z.int(),
  model: z.string().nullable(),
  campaign: z.string().nullable().describe("What its posts belong to"),
  labels: z.array(z.string()).describe("Its posts carry them too"),
  nextWakeUps: z.array(Instant).describe("The next three, while it is active"),
  createdAt: Instant,
});
export type AgentView = z.infer<typeof AgentView>;

/** The agent as the API shows it. */
export function viewAgent(context: ApiContext, agent: Agent): AgentView {
  const next =
    agent.status === "active"
      ? wakeUps({ schedule: agent.schedule, after: context.now(), count: 3 })
      : [];
  return {
    id: agent.id,
    name: agent.name,
    status: agent.status,
    brief: agent.brief,
    brandVoice: agent.brandVoice ?? null,
    channelIds: agent.channelIds,
    schedule: agent.schedule,
    autonomy: agent.autonomy,
    media: agent.media,
    dailyPostLimit: agent.dailyPostLimit,
    creditLimit: agent.creditLimit,
    model: agent.model ? `${agent.provider ?? context.defaultProvider}/${agent.model}` : null,
    campaign: agent.campaign ?? null,
    labels: agent.labels,
    nextWakeUps: next.map((at) => iso(at)),
    createdAt: iso(agent.createdAt),
  };
}

import type { RoleContext } from "#agents/contract.ts";
import { Agent, Channel, Run, Step } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import type { Draft, Plan } from "#agents/contract.ts";
import { findModel } from "#providers/registry.ts";
import type { ActivityDeps } from "../deps.ts";
import { orGone } from "./find-or-gone.ts";

export interface RunContext {
  run: Run;
  agent: Agent;
  channels: Channel[];
  role: RoleContext;
}

/** Everything that the run's roles and checks are decided from. */
export async function readRunContext(
  em: EntityManager,
  deps: ActivityDeps,
  ids: { runId: string },
): Promise<RunContext> {
  const run = orGone(await em.findOne(Run, { id: ids.runId }), "run");
  const agent = orGone(await em.findOne(Agent, { id: run.agentId }), "agent");
  const channels = await em.find(
    Channel,
    { id: { $in: agent.channelIds } },
    { orderBy: { id: "asc" } },
  );
  return {
    run,
    agent,
    channels,
    role: {
      agentName: agent.name,
      brief: agent.brief,
      brandVoice: agent.brandVoice ?? null,
      media: agent.media,
      now: (run.startedAt ?? run.createdAt).toISOString(),
      timeZone: agent.schedule.timeZone,
      plan: await planOf(em, run.id),
      channels: channels.flatMap((channel) => {
        const text = deps.platforms.get(channel.platform)?.manifest.limits.text;
        if (!text) return [];
        return [
          { platform: channel.platform, name: channel.name, textMax: text.max, unit: text.unit },
        ];
      }),
    },
  };
}

/** The planner's valid answer, once it gave one. */
export async function planOf(em: EntityManager, runId: string): Promise<Plan | null> {
  return (await lastAnswer(em, runId, "planner")) as Plan | null;
}

/** The writer's latest valid answer. */
export async function draftOf(em: EntityManager, runId: string): Promise<Draft | null> {
  return (await lastAnswer(em, runId, "writer")) as Draft | null;
}

async function lastAnswer(em: EntityManager, runId: string, role: string): Promise<unknown> {
  const [step] = await em.find(
    Step,
    { runId, kind: "model", name: role, status: "succeeded", key: { $like: `${role}.%` } },
    { orderBy: { position: "desc" }, limit: 1 },
  );
  const output = step?.output as { answer?: unknown } | null | undefined;
  return output?.answer ?? null;
}

/** The model of the agent's choice for a kind, else the installation's default. */
export function modelFor(deps: ActivityDeps, agent: Agent, kind: "text" | "image") {
  return findModel(deps.providers, {
    kind,
    // A text model of the agent's choice says nothing of images: for those the provider's own default serves.
    ...(kind === "text" && agent.model ? { model: agent.model } : {}),
    defaultProvider: agent.provider ?? deps.defaultProvider,
  });
}

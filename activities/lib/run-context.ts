import type { RoleContext } from "#agents/contract.ts";
import { Agent, Channel, Run, Step } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import { readProviderAccess, type ProviderAccess } from "#db/provider-access.ts";
import type { Draft, Plan } from "#agents/contract.ts";
import { isConfigured } from "#providers/assert-configured.ts";
import { findModel } from "#providers/registry.ts";
import type { ActivityDeps } from "../deps.ts";
import { orGone } from "./find-or-gone.ts";

export interface RunContext {
  run: Run;
  agent: Agent;
  channels: Channel[];
  /** Whom the workspace lets be asked, as it is now. */
  access: ProviderAccess;
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
    access: await readProviderAccess(em),
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

/** Whether the draft was written by a model that only stands for one. */
export async function isSandboxDraft(
  em: EntityManager,
  deps: ActivityDeps,
  { run, agent, access }: Pick<RunContext, "run" | "agent" | "access">,
): Promise<boolean> {
  const wrote = (await lastStep(em, run.id, "writer"))?.model?.split("/")[0];
  const manifest = wrote === undefined ? undefined : deps.providers.get(wrote)?.manifest;
  return (manifest ?? modelFor(deps, { agent, access }, "text").manifest).sandbox;
}

async function lastStep(em: EntityManager, runId: string, role: string): Promise<Step | undefined> {
  const [step] = await em.find(
    Step,
    { runId, kind: "model", name: role, status: "succeeded", key: { $like: `${role}.%` } },
    { orderBy: { position: "desc" }, limit: 1 },
  );
  return step;
}

async function lastAnswer(em: EntityManager, runId: string, role: string): Promise<unknown> {
  const step = await lastStep(em, runId, role);
  const output = step?.output as { answer?: unknown } | null | undefined;
  return output?.answer ?? null;
}

/**
 * The model of the agent's choice for a kind, else the workspace's, else the installation's default. Throws Problem where
 * the workspace does not let its provider be asked. Of a call that was paid for already, it is the model of that price.
 */
export function modelFor(
  deps: Pick<ActivityDeps, "providers" | "providerCredentials" | "defaultProvider">,
  { agent, access }: Pick<RunContext, "agent" | "access">,
  kind: "text" | "image",
  paidFor?: string | null,
) {
  const { provider } = agent;
  // A text model of the agent's choice says nothing of images: for those a default serves.
  const own = kind === "text" ? agent.model : null;
  const model = paidFor ?? (own && provider ? `${provider}/${own}` : own);
  return findModel(deps.providers, {
    task: kind === "text" ? "write" : "text_to_image",
    ...(model ? { model } : {}),
    defaultProvider: provider ?? deps.defaultProvider,
    isUsable: (one) =>
      isConfigured(one, {
        ownKeys: access.ownKeys,
        credentials: deps.providerCredentials(one.name),
      }),
    rules: access,
  });
}

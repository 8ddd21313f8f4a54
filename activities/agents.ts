import { LockMode } from "@mikro-orm/core";
import { ApplicationFailure } from "@temporalio/common";
import { NIL } from "uuid";
import type { Draft } from "#agents/contract.ts";
import type { AgentActivities } from "#agents/run-posting-agent.ts";
import { refundCredits, reserveCredits } from "#db/credits.ts";
import { Agent, Channel, Generation, MetricSnapshot, Post, Run, Step } from "#db/entities/index.ts";
import type { GenerationOutput } from "#db/entities/generation.ts";
import { newId } from "#db/entities/lib.ts";
import { inWorkspace, type EntityManager } from "#db/orm.ts";
import { readProviderAccess } from "#db/provider-access.ts";
import { recordEvent } from "#db/record-event.ts";
import { checkContent, isTooLong } from "#domain/check-content.ts";
import { Problem } from "#domain/errors.ts";
import { isOver } from "#domain/next-post-move.ts";
import { generationMachine, runMachine, type RunStatus } from "#domain/states.ts";
import { textsAt } from "#domain/texts-at.ts";
import { maximumOpenRuns } from "#temporal.config";
import type { ActivityDeps } from "./deps.ts";
import { orGone } from "./lib/find-or-gone.ts";
import { postsMadeToday } from "./lib/posts-made-today.ts";
import {
  draftOf,
  isSandboxDraft,
  modelFor,
  planOf,
  readRunContext,
  type RunContext,
} from "./lib/run-context.ts";
import { beginStep, endStep } from "./lib/steps.ts";
import { insertRow } from "#db/insert-row.ts";
import { insertTargets } from "#db/insert-targets.ts";

/** How many of the agent's posts are looked at when it wakes. */
const latestPosts = 20;

type Reason = { code: string; detail: string };

/** What the agent's story asks of our own database. */
export function createAgentActivities(deps: ActivityDeps): AgentActivities {
  const within = <T>(workspaceId: string, work: (em: EntityManager) => Promise<T>) =>
    inWorkspace(deps.orm, workspaceId).transactional(work);

  return {
    beginRun: ({ workspaceId, agentId, runId, workflowId, wokenFor, now }) =>
      within(workspaceId, async (em) => {
        const id =
          runId ?? (await findOrMakeRun(em, { workspaceId, agentId, workflowId, wokenFor }));
        // The run's row first, as where it is cancelled: whoever has it decides, and the other finds it decided.
        const run = await lockRun(em, id);
        const agent = orGone(
          await em.findOne(Agent, { id: agentId }, { lockMode: LockMode.PESSIMISTIC_WRITE }),
          "agent",
        );
        if (runMachine.isFinal(run.status)) return { runId: id, go: false, status: run.status };
        // Begun already, by a try of this activity whose answer was lost.
        if (run.status !== "queued") return { runId: id, go: true, status: run.status };
        const reason = await whyNot(em, agent, run, new Date(now));
        run.startedAt = deps.now();
        if (reason) {
          run.error = reason;
          run.finishedAt = deps.now();
          await setRunStatus(em, run, "skipped");
          return { runId: id, go: false, status: "skipped" as const };
        }
        await setRunStatus(em, run, "running");
        return { runId: id, go: true, status: run.status };
      }),

    gatherContext: ({ position, ...ids }) =>
      within(ids.workspaceId, async (em) => {
        const step = await beginStep(em, deps, {
          ...ids,
          key: "gather",
          position,
          kind: "gather",
          name: "gather",
          input: { latestPosts },
        });
        if (step.status !== "running") return;
        const posts = await em.find(
          Post,
          { agentId: ids.agentId },
          { orderBy: { id: "desc" }, limit: latestPosts },
        );
        const published = posts.filter((post) => post.publishedAt);
        const measured = await em.count(MetricSnapshot, {
          postId: { $in: published.map((post) => post.id) },
        });
        await endStep(em, deps, step.id, {
          status: "succeeded",
          output: { recentPosts: posts.length, published: published.length, snapshots: measured },
        });
      }),

    checkDraft: ({ position, attempt, now, ...ids }) =>
      within(ids.workspaceId, async (em) => {
        const context = await readRunContext(em, deps, ids);
        const { agent, channels, role } = context;
        const draft = orGone(await draftOf(em, ids.runId), "draft");
        const withImage = role.plan?.wantsImage ?? false;
        const step = await beginStep(em, deps, {
          ...ids,
          key: `check.${attempt}`,
          position,
          kind: "check",
          name: "policy",
          input: { draft, withImage, channels: channels.map(({ name }) => name) },
        });
        // Asked again (an operator reset the run): what was said stands, and the run's own post is no reason against it.
        const said = verdictOf(step);
        if (said) return said;
        const refusal =
          (await refusalOf(em, deps, context)) ?? (await limitReached(em, agent, new Date(now)));
        if (refusal) {
          await endStep(em, deps, step.id, { status: "failed", output: refusal, error: refusal });
          return { verdict: "refused" as const, ...refusal };
        }
        const problems = draftProblems(deps, { agent, channels, draft: { ...draft, withImage } });
        await endStep(em, deps, step.id, {
          status: problems.length === 0 ? "succeeded" : "failed",
          output: { problems },
          ...(problems.length === 0
            ? {}
            : {
                transcript: [
                  {
                    role: "user",
                    content: `The post can't go out like this:\n${problems.join("\n")}\nWrite it again.`,
                  },
                ],
              }),
        });
        return { verdict: problems.length === 0 ? ("ok" as const) : ("revise" as const) };
      }),

    orderImage: ({ position, ...ids }) =>
      within(ids.workspaceId, async (em) => {
        const run = await lockRun(em, ids.runId);
        if (runMachine.isFinal(run.status))
          throw ApplicationFailure.nonRetryable(`The run is ${run.status}.`, `run_${run.status}`);
        const plan = orGone(await planOf(em, ids.runId), "plan");
        const prompt = plan.imagePrompt ?? plan.idea;
        const step = await beginStep(em, deps, {
          ...ids,
          key: "image",
          position,
          kind: "generation",
          name: "image",
          input: { prompt },
        });
        const known = step.output as { generationId?: string } | null;
        if (known?.generationId) return { generationId: known.generationId };
        const agent = orGone(await em.findOne(Agent, { id: ids.agentId }), "agent");
        const access = await readProviderAccess(em);
        const { manifest, entry } = modelFor(deps, { agent, access }, "image");
        const id = newId();
        await reserveOrFail(em, {
          workspaceId: ids.workspaceId,
          agentId: agent.id,
          subject: `generation:${id}`,
          credits: entry.credits,
          model: `${manifest.name}/${entry.id}`,
          now: deps.now(),
        });
        await insertRow(em, Generation, {
          id,
          workspaceId: ids.workspaceId,
          createdAt: deps.now(),
          kind: "image",
          task: "text_to_image",
          status: "queued",
          provider: manifest.name,
          model: entry.id,
          prompt,
          settings: {},
          inputs: [],
          outputs: [],
          progress: 0,
          credits: entry.credits,
          runId: ids.runId,
          createdBy: `agent:${ids.agentId}`,
        });
        await em.nativeUpdate(
          Step,
          { id: step.id },
          {
            output: { generationId: id },
            model: `${manifest.name}/${entry.id}`,
            credits: entry.credits,
          },
        );
        return { generationId: id };
      }),

    createAgentPost: ({ position, generationId, now, ...ids }) =>
      within(ids.workspaceId, async (em) => {
        const run = await lockRun(em, ids.runId);
        if (run.postId) return { postId: run.postId };
        if (runMachine.isFinal(run.status)) {
          return { refused: { code: `run_${run.status}`, detail: `The run is ${run.status}.` } };
        }
        // The agent's row is the lock under which its posts of the day are counted.
        await em.findOne(Agent, { id: ids.agentId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
        const context = await readRunContext(em, deps, ids);
        const { agent, channels } = context;
        const refused =
          (await refusalOf(em, deps, context)) ?? (await limitReached(em, agent, new Date(now)));
        if (refused) return { refused };
        await finishImageStep(em, deps, ids.runId, generationId);
        const draft = orGone(await draftOf(em, run.id), "draft");
        const step = await beginStep(em, deps, {
          ...ids,
          key: "post",
          position,
          kind: "post",
          name: "post",
          input: {
            draft,
            generationId: generationId ?? null,
            channels: channels.map(({ name }) => name),
            autonomy: agent.autonomy,
          },
        });
        const postId = await makePost(em, deps, {
          context,
          run,
          draft,
          generationId,
          now: new Date(now),
        });
        run.postId = postId;
        await endStep(em, deps, step.id, { status: "succeeded", output: { postId } });
        return { postId };
      }),

    imageOutcome: async ({ generationId, workspaceId }) => {
      const em = inWorkspace(deps.orm, workspaceId);
      const { status } = orGone(await em.findOne(Generation, { id: generationId }), "generation");
      return { status, over: generationMachine.isFinal(status) };
    },

    postOutcome: async ({ postId, workspaceId }) => {
      const em = inWorkspace(deps.orm, workspaceId);
      const { status } = orGone(await em.findOne(Post, { id: postId }), "post");
      return { status, over: isOver(status) };
    },

    endRun: ({ status, code, detail, ...ids }) =>
      within(ids.workspaceId, async (em) => {
        const run = await lockRun(em, ids.runId);
        // Generations before steps, as where one ends and shows its price on its step.
        await cancelUnstartedGenerations(em, deps, run.id);
        await closeOpenSteps(em, deps, run.id, status);
        if (runMachine.isFinal(run.status)) return { status: run.status };
        if (status === "failed")
          run.error = { code: code ?? "internal", detail: detail ?? "The run failed." };
        run.finishedAt = deps.now();
        if (run.status === "queued") run.status = "running";
        await setRunStatus(em, run, status);
        return { status };
      }),
  };
}

async function findOrMakeRun(
  em: EntityManager,
  input: { workspaceId: string; agentId: string; workflowId: string; wokenFor: number | undefined },
): Promise<string> {
  const known = await em.findOne(Run, { workflowId: input.workflowId });
  if (known) return known.id;
  return insertRow(em, Run, {
    workspaceId: input.workspaceId,
    agentId: input.agentId,
    trigger: "schedule",
    wokenFor: input.wokenFor === undefined ? null : new Date(input.wokenFor),
    workflowId: input.workflowId,
    status: "queued",
  });
}

async function lockRun(em: EntityManager, id: string): Promise<Run> {
  const run = await em.findOne(
    Run,
    { id },
    { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
  );
  return orGone(run, "run");
}

/** What a check came to that was made before; undefined when it was not. */
function verdictOf(step: Step): Awaited<ReturnType<AgentActivities["checkDraft"]>> | undefined {
  if (step.status === "running") return undefined;
  if (step.error) return { verdict: "refused", ...step.error };
  return { verdict: step.status === "succeeded" ? "ok" : "revise" };
}

/** Why the agent does not act on this wake-up; undefined when it may. */
async function whyNot(
  em: EntityManager,
  agent: Agent,
  run: Run,
  now: Date,
): Promise<Reason | undefined> {
  if (agent.deletedAt) return { code: "agent_deleted", detail: "The agent was deleted." };
  if (agent.status === "halted") return { code: "agent_halted", detail: "The agent is halted." };
  if (agent.status === "paused" && run.trigger === "schedule") {
    return { code: "agent_paused", detail: "The agent is paused." };
  }
  const open = await em.count(Run, {
    id: { $ne: run.id },
    agentId: agent.id,
    status: { $in: ["running", "awaiting_approval", "paused"] },
  });
  if (open >= maximumOpenRuns) {
    return {
      code: "too_many_runs",
      detail: `${open} runs of the agent are under way already; ${maximumOpenRuns} may be. Approve, reject or cancel one.`,
    };
  }
  return limitReached(em, agent, now);
}

async function limitReached(
  em: EntityManager,
  agent: Agent,
  now: Date,
): Promise<Reason | undefined> {
  if ((await postsMadeToday(em, agent, now)) < agent.dailyPostLimit) return undefined;
  return {
    code: "daily_post_limit",
    detail: `The agent's limit for a day is reached (posts: ${agent.dailyPostLimit}).`,
  };
}

/** Output of offline models goes to a real platform only through a person's approval: an autopilot has none. */
async function refusalOf(
  em: EntityManager,
  deps: ActivityDeps,
  context: RunContext,
): Promise<Reason | undefined> {
  const { agent, channels } = context;
  if (channels.length === 0)
    return { code: "no_channel", detail: "None of the agent's channels is connected any more." };
  const real = channels.some(
    (channel) => deps.platforms.get(channel.platform)?.manifest.real ?? true,
  );
  if (real && agent.autonomy === "autopilot" && (await isSandboxDraft(em, deps, context))) {
    return {
      code: "sandbox_output",
      detail:
        "The offline sandbox models do not post to a real platform by themselves. Configure a provider, or let a person approve.",
    };
  }
  return undefined;
}

function draftProblems(
  deps: ActivityDeps,
  input: {
    agent: Agent;
    channels: Channel[];
    draft: { text: string; altText: string | null; withImage: boolean };
  },
): string[] {
  const { agent, channels, draft } = input;
  return channels.flatMap((channel) => {
    const limits = deps.platforms.get(channel.platform)?.manifest.limits;
    if (!limits) return [];
    const media = draft.withImage
      ? [{ kind: "image" as const, ...(draft.altText ? { altText: draft.altText } : {}) }]
      : [];
    // The post is none yet; any other id is as long.
    const post = { id: NIL, content: draft, parts: [], campaign: agent.campaign };
    const texts = isTooLong(draft.text, limits.text)
      ? null
      : textsAt({ post, channel, overrides: {}, takesDefaults: true });
    return checkContent({ text: texts?.[0] ?? draft.text, media }, limits).map(
      (problem) =>
        `${channel.name}: ${problem.detail}${texts ? " The channel's own signature, hashtags and link parameters count too." : ""}`,
    );
  });
}

async function reserveOrFail(
  em: EntityManager,
  wanted: Parameters<typeof reserveCredits>[1],
): Promise<void> {
  try {
    await reserveCredits(em, wanted);
  } catch (error) {
    if (error instanceof Problem) throw ApplicationFailure.nonRetryable(error.message, error.code);
    throw error;
  }
}

async function finishImageStep(
  em: EntityManager,
  deps: ActivityDeps,
  runId: string,
  generationId: string | undefined,
): Promise<void> {
  if (!generationId) return;
  const step = await em.findOne(Step, { runId, key: "image" });
  const generation = await em.findOne(Generation, { id: generationId });
  if (!step || step.status !== "running" || !generation) return;
  await endStep(em, deps, step.id, {
    status: "succeeded",
    output: { generationId, outputs: generation.outputs },
    credits: generation.credits,
  });
}

async function makePost(
  em: EntityManager,
  deps: ActivityDeps,
  input: {
    context: RunContext;
    run: Run;
    draft: Draft;
    generationId: string | undefined;
    now: Date;
  },
): Promise<string> {
  const { context, run, draft } = input;
  const { agent, channels } = context;
  const generation = input.generationId
    ? await em.findOne(Generation, { id: input.generationId })
    : null;
  const assetIds = (generation?.outputs ?? []).flatMap((output: GenerationOutput) =>
    "assetId" in output ? [output.assetId] : [],
  );
  const needsApproval =
    agent.autonomy === "suggest" || channels.some((channel) => channel.requiresApproval);
  const postId = newId();
  const post = {
    id: postId,
    workspaceId: agent.workspaceId,
    content: { text: draft.text, ...(draft.title ? { title: draft.title } : {}) },
    parts: [],
    campaign: agent.campaign ?? null,
  };
  await insertRow(em, Post, {
    ...post,
    labels: agent.labels,
    createdAt: deps.now(),
    updatedAt: deps.now(),
    status: needsApproval ? "preparing" : "scheduled",
    version: 1,
    assets: assetIds.map((id) => ({ id, ...(draft.altText ? { altText: draft.altText } : {}) })),
    scheduleMode: "now",
    dueAt: input.now,
    timeZone: agent.schedule.timeZone,
    approval: needsApproval ? "required" : "none",
    agentId: agent.id,
    runId: run.id,
    createdBy: `agent:${agent.id}`,
    offlineOutput: await isSandboxDraft(em, deps, context),
  });
  const targets = channels.map((channel) => ({
    channel,
    overrides: {},
    settings: {},
    takesDefaults: true,
  }));
  await insertTargets(em, [{ post, targets }]);
  await recordEvent(em, {
    workspaceId: agent.workspaceId,
    type: needsApproval ? "post.preparing" : "post.scheduled",
    subjectKind: "post",
    subjectId: postId,
    data: { agentId: agent.id, runId: run.id },
  });
  return postId;
}

/**
 * Generations that the run ordered and that were never begun: nothing else would end them. A workflow that is about to
 * begin one finds it cancelled.
 */
async function cancelUnstartedGenerations(
  em: EntityManager,
  deps: ActivityDeps,
  runId: string,
): Promise<void> {
  const unstarted = await em.find(
    Generation,
    { runId, status: { $in: ["queued", "cancelling"] }, startedAt: null },
    { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: "asc" } },
  );
  for (const generation of unstarted) {
    const { id, workspaceId } = generation;
    generation.status = generationMachine.step(generation.status, "cancelled");
    generation.credits = 0;
    generation.finishedAt = deps.now();
    generation.version += 1;
    await em.nativeUpdate(Step, { runId, key: "image" }, { credits: 0 });
    await em.flush();
    await refundCredits(em, { workspaceId, subject: `generation:${id}` });
    await recordEvent(em, {
      workspaceId,
      type: "generation.cancelled",
      subjectKind: "generation",
      subjectId: id,
    });
  }
}

/** Steps that were under way when the run ended: nothing of them goes on, and what they reserved is given back. */
async function closeOpenSteps(
  em: EntityManager,
  deps: ActivityDeps,
  runId: string,
  status: RunStatus,
): Promise<void> {
  const open = await em.find(
    Step,
    { runId, status: { $in: ["pending", "running"] } },
    { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { position: "asc" } },
  );
  for (const step of open) {
    await refundCredits(em, { workspaceId: step.workspaceId, subject: `step:${step.id}` });
    await endStep(em, deps, step.id, { status: status === "cancelled" ? "cancelled" : "failed" });
  }
}

async function setRunStatus(em: EntityManager, run: Run, status: RunStatus): Promise<void> {
  run.status = runMachine.step(run.status, status);
  await recordEvent(em, {
    workspaceId: run.workspaceId,
    type: `run.${status}`,
    subjectKind: "run",
    subjectId: run.id,
    ...(run.postId ? { data: { postId: run.postId } } : {}),
  });
}

import { ApplicationFailure } from "@temporalio/common";
import type { ModelMessage } from "ai";
import type { Plan } from "#agents/contract.ts";
import type { RoleModelActivities, RoleToolActivities, RoleTurn, Turn } from "#agents/ask-role.ts";
import { findRole } from "#agents/roles/registry.ts";
import { refundCredits, reserveCredits, settleCredits } from "#db/credits.ts";
import { CreditEntry, Run, Step, type Agent } from "#db/entities/index.ts";
import { inWorkspace, type EntityManager } from "#db/orm.ts";
import { readProviderAccess } from "#db/provider-access.ts";
import { Problem } from "#domain/errors.ts";
import { runMachine } from "#domain/states.ts";
import { countCredits, timeProviderCall } from "../observe/metrics.ts";
import { modelsOf } from "#providers/models-of.ts";
import type { ActivityDeps } from "./deps.ts";
import { askModel, describeCall, type ModelAnswer } from "./lib/ask-model.ts";
import { classifyModelError } from "./lib/classify-model-error.ts";
import { orGone } from "./lib/find-or-gone.ts";
import { modelFailure } from "./lib/model-failure.ts";
import { messageText } from "./lib/message-text.ts";
import { correctionMessages, toolResultsMessage } from "./lib/reply-to-answer.ts";
import { providerCall } from "./lib/provider-call.ts";
import { modelFor, readRunContext } from "./lib/run-context.ts";
import { runTool } from "./lib/run-tool.ts";
import { beginStep, endStep, lockStep } from "./lib/steps.ts";
import { withHeartbeat } from "./lib/with-heartbeat.ts";

/** What a model's step keeps as its output. */
type StoredTurn =
  | { turn: "answer"; answer: unknown }
  | { turn: "tool_calls"; calls: { id: string; name: string; input: unknown }[] }
  | { turn: "invalid"; problems: string[] };

/** The model calls and tool calls of an agent's roles. */
export function createRoleActivities(deps: ActivityDeps): RoleModelActivities & RoleToolActivities {
  return {
    callRole: (at) =>
      withHeartbeat(async (signal) => {
        const em = inWorkspace(deps.orm, at.workspaceId);
        const context = await readRunContext(em, deps, at);
        const role = findRole(at.role);
        const { messages, added } = await conversationOf(em, at, role.firstMessage(context.role));
        const step = await beginStep(em, deps, {
          ...at,
          key: at.stepKey,
          kind: "model",
          name: at.role,
          // The rest of the conversation is in the steps before this one.
          input: { messages: added.map((one) => ({ role: one.role, text: messageText(one) })) },
        });
        const { step: reserved, chosen } = await reserveForStep(deps, {
          at,
          stepId: step.id,
          agent: context.agent,
        });
        if (reserved.status !== "running" || !chosen) return turnOf(reserved, context.agent);
        const { provider, entry } = chosen;
        const call = await providerCall(deps, {
          workspaceId: at.workspaceId,
          provider: provider.manifest.name,
        });
        try {
          const request = {
            model: modelsOf.language({ provider, deps: call, id: entry.id }),
            system: role.system(context.role),
            messages,
            tools: role.tools,
            output: role.output,
            privacyOptions: provider.privacyOptions("text", call),
            signal,
          };
          await em.nativeUpdate(
            Step,
            { id: step.id },
            { sent: describeCall(request), model: `${provider.manifest.name}/${entry.id}` },
          );
          const answer = await timeProviderCall(
            { provider: provider.manifest.name, kind: "text" },
            () => askModel(request),
          );
          const stored = storedOf(answer);
          const transcript =
            answer.kind === "invalid"
              ? correctionMessages({ answer, correction: role.correction(answer.problems) })
              : [answer.assistantMessage];
          const ended = await closeStep(deps, at, step.id, async (tx) => {
            await settleCredits(tx, {
              workspaceId: at.workspaceId,
              subject: `step:${step.id}`,
              credits: entry.credits,
            });
            countCredits({ provider: provider.manifest.name, credits: entry.credits });
            await endStep(tx, deps, step.id, {
              // An unusable answer is a failed step of a conversation that goes on.
              status: stored.turn === "invalid" ? "failed" : "succeeded",
              output: stored,
              transcript,
              credits: entry.credits,
              error:
                stored.turn === "invalid"
                  ? { code: "invalid_answer", detail: stored.problems.join(" ") }
                  : null,
            });
          });
          return turnOf(ended, context.agent);
        } catch (error) {
          signal.throwIfAborted();
          if (error instanceof ApplicationFailure) throw error;
          const verdict = classifyModelError(error, { now: deps.now() });
          if (verdict.code === "unexpected") {
            // The kind of the error alone: its message may quote what was sent.
            const name = error instanceof Error ? error.name : typeof error;
            deps.logger.error({ error: name, runId: at.runId }, "a model call failed");
          }
          if (verdict.retryable) throw modelFailure(verdict);
          const ended = await closeStep(deps, at, step.id, (tx, locked) =>
            refuseStep(tx, deps, locked, { code: verdict.code, detail: verdict.message }),
          );
          return turnOf(ended, context.agent);
        }
      }),

    async callTool({ callId, tool, ...at }) {
      const em = inWorkspace(deps.orm, at.workspaceId);
      const asked = orGone(await em.findOne(Step, { runId: at.runId, key: at.stepKey }), "step");
      const stored = asked.output as StoredTurn;
      const calls = stored.turn === "tool_calls" ? stored.calls : [];
      const call = calls.find((one) => one.id === callId);
      if (!call || call.name !== tool)
        throw ApplicationFailure.nonRetryable("the model made no such tool call", "gone");
      const step = await beginStep(em, deps, {
        ...at,
        key: toolKey(at.stepKey, calls, callId),
        kind: "tool",
        name: call.name,
        input: call.input as object,
      });
      if (step.status === "succeeded") return;
      const context = await readRunContext(em, deps, at);
      const output = await runTool({ em, deps, context, name: call.name, input: call.input });
      await endStep(em, deps, step.id, { status: "succeeded", output });
    },
  };
}

/**
 * Chooses a step's model by what the workspace allows now, and reserves its price within the limits of the day. A step
 * that is tried again keeps the model that it reserved for. Nothing is reserved for a step that is not under way any more,
 * for one whose run has ended, or for one that is refused, which ends with the reason. Returns the step as it is then.
 */
async function reserveForStep(
  deps: ActivityDeps,
  { at, stepId, agent }: { at: RoleTurn; stepId: string; agent: Agent },
): Promise<{ step: Step; chosen?: ReturnType<typeof modelFor> }> {
  try {
    return await inWorkspace(deps.orm, at.workspaceId).transactional(async (em) => {
      const step = await lockStep(em, stepId);
      if (step.status !== "running") return { step };
      const run = orGone(await em.findOne(Run, { id: at.runId }), "run");
      if (runMachine.isFinal(run.status)) {
        await endStep(em, deps, stepId, { status: "cancelled" });
        return { step };
      }
      const subject = `step:${stepId}`;
      const before = await em.findOne(CreditEntry, { subject, kind: "reserve" });
      const access = await readProviderAccess(em);
      const chosen = modelFor(deps, { agent, access }, "text", before?.model);
      await reserveCredits(em, {
        workspaceId: at.workspaceId,
        agentId: at.agentId,
        subject,
        credits: chosen.entry.credits,
        model: `${chosen.manifest.name}/${chosen.entry.id}`,
        now: deps.now(),
      });
      return { step, chosen };
    });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const step = await closeStep(deps, at, stepId, (em, locked) =>
      refuseStep(em, deps, locked, { code: error.code, detail: error.message }),
    );
    return { step };
  }
}

/**
 * Ends the step by `work`, under its lock. One that has ended meanwhile, with its run or by another try of the same
 * call, stays as it is, and nothing is paid for it twice. Returns the step as it is then.
 */
async function closeStep(
  deps: ActivityDeps,
  at: RoleTurn,
  stepId: string,
  work: (em: EntityManager, step: Step) => Promise<void>,
): Promise<Step> {
  return inWorkspace(deps.orm, at.workspaceId).transactional(async (em) => {
    const step = await lockStep(em, stepId);
    if (step.status === "running") await work(em, step);
    else await refundCredits(em, { workspaceId: at.workspaceId, subject: `step:${stepId}` });
    return step;
  });
}

async function refuseStep(
  em: EntityManager,
  deps: ActivityDeps,
  step: Step,
  error: { code: string; detail: string },
): Promise<void> {
  await refundCredits(em, { workspaceId: step.workspaceId, subject: `step:${step.id}` });
  await endStep(em, deps, step.id, { status: "failed", error });
}

/**
 * The role's conversation so far, put together from the steps' rows. `added` is what the role reads for the first time
 * now: its first message, or what came of its last turn.
 */
async function conversationOf(
  em: EntityManager,
  at: RoleTurn,
  first: string,
): Promise<{ messages: ModelMessage[]; added: ModelMessage[] }> {
  const steps = await em.find(
    Step,
    { runId: at.runId, position: { $lt: at.position } },
    { orderBy: { position: "asc" }, populate: ["transcript"] },
  );
  const messages: ModelMessage[] = [{ role: "user", content: first }];
  let seen = 0;
  for (const step of steps) {
    const mine =
      step.kind === "model" ? step.name === at.role : step.kind === "check" && at.role === "writer";
    if (!mine || !step.transcript) continue;
    if (step.kind === "model") seen = messages.length;
    messages.push(...(step.transcript as ModelMessage[]));
    const stored = step.output as StoredTurn | null;
    if (stored?.turn !== "tool_calls") continue;
    const results = stored.calls.map((call) => {
      const result = steps.find((one) => one.key === toolKey(step.key, stored.calls, call.id));
      return {
        id: call.id,
        name: call.name,
        output: result?.output ?? "The tool gave no result.",
        failed: !result?.output,
      };
    });
    messages.push(toolResultsMessage(results));
  }
  return { messages, added: messages.slice(seen).filter(({ role }) => role !== "assistant") };
}

/** Named by its place: a provider may use one id for calls of different turns, and ids of any length. */
function toolKey(stepKey: string, calls: readonly { id: string }[], callId: string): string {
  return `${stepKey}/${calls.findIndex((call) => call.id === callId) + 1}`;
}

function storedOf(answer: ModelAnswer): StoredTurn {
  switch (answer.kind) {
    case "tool_calls":
      return { turn: "tool_calls", calls: answer.calls };
    case "output":
      return { turn: "answer", answer: answer.output };
    case "text":
      return { turn: "invalid", problems: ["The answer is not the object that was asked for."] };
    case "invalid":
      return { turn: "invalid", problems: answer.problems };
  }
}

/** What the workflow is told of a step that has ended. */
function turnOf(step: Step, agent: Agent): Turn {
  const stored = step.output as StoredTurn | null | undefined;
  if (!stored) {
    const { code, detail } = step.error ?? { code: "run_ended", detail: "The run has ended." };
    return { kind: "refused", code, detail };
  }
  switch (stored.turn) {
    case "tool_calls":
      return { kind: "tool_calls", calls: stored.calls.map(({ id, name }) => ({ id, name })) };
    case "invalid":
      return { kind: "invalid", problems: stored.problems.length };
    case "answer":
      return {
        kind: "answer",
        wantsImage: agent.media === "image" && Boolean((stored.answer as Partial<Plan>).wantsImage),
      };
  }
}

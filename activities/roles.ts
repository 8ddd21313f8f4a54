import { ApplicationFailure } from "@temporalio/common";
import { LockMode } from "@mikro-orm/core";
import type { ModelMessage } from "ai";
import type { Plan } from "#agents/contract.ts";
import type { RoleModelActivities, RoleToolActivities, RoleTurn, Turn } from "#agents/ask-role.ts";
import { findRole } from "#agents/roles/registry.ts";
import { refundCredits, reserveCredits, settleCredits } from "#db/credits.ts";
import { Agent, Step } from "#db/entities/index.ts";
import { inWorkspace, type EntityManager } from "#db/orm.ts";
import { Problem } from "#domain/errors.ts";
import type { ActivityDeps } from "./deps.ts";
import { creditsSpentToday } from "./lib/agent-spending.ts";
import { askModel, describeCall, type ModelAnswer } from "./lib/ask-model.ts";
import { classifyModelError } from "./lib/classify-model-error.ts";
import { orGone } from "./lib/find-or-gone.ts";
import { modelFailure } from "./lib/model-failure.ts";
import { correctionMessages, toolResultsMessage } from "./lib/reply-to-answer.ts";
import { modelFor, readRunContext, type RunContext } from "./lib/run-context.ts";
import { runTool } from "./lib/run-tool.ts";
import { beginStep, endStep } from "./lib/steps.ts";
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
        const step = await beginStep(em, deps, {
          ...at,
          key: at.stepKey,
          kind: "model",
          name: at.role,
        });
        if (step.output) return turnOf(step.output as StoredTurn, context.agent);
        const role = findRole(at.role);
        const { provider, entry } = modelFor(deps, context.agent, "text");
        const call = {
          fetch: deps.fetch,
          credentials: deps.providerCredentials(provider.manifest.name),
        };
        const refusal = await reserveForStep(deps, {
          at,
          step,
          context,
          credits: entry.credits,
          model: entry.id,
        });
        if (refusal) return refusal;
        try {
          const request = {
            model: provider.languageModel(call, entry.id),
            system: role.system(context.role),
            messages: await conversationOf(em, at, role.firstMessage(context.role)),
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
          const answer = await askModel(request);
          const stored = storedOf(answer);
          const transcript =
            answer.kind === "invalid"
              ? correctionMessages({ answer, correction: role.correction(answer.problems) })
              : [answer.assistantMessage];
          await inWorkspace(deps.orm, at.workspaceId).transactional(async (tx) => {
            await settleCredits(tx, {
              workspaceId: at.workspaceId,
              subject: `step:${step.id}`,
              credits: entry.credits,
            });
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
          return turnOf(stored, context.agent);
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
          await inWorkspace(deps.orm, at.workspaceId).transactional(async (tx) => {
            await refundCredits(tx, { workspaceId: at.workspaceId, subject: `step:${step.id}` });
            await endStep(tx, deps, step.id, {
              status: "failed",
              error: { code: verdict.code, detail: verdict.message },
            });
          });
          return { kind: "refused", code: verdict.code, detail: verdict.message };
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

/** Reserves a step's price within the agent's own limit of the day, in one transaction that locks the agent. */
async function reserveForStep(
  deps: ActivityDeps,
  input: { at: RoleTurn; step: Step; context: RunContext; credits: number; model: string },
): Promise<Extract<Turn, { kind: "refused" }> | undefined> {
  const { at, step, context, credits } = input;
  try {
    await inWorkspace(deps.orm, at.workspaceId).transactional(async (em) => {
      await em.findOne(Agent, { id: context.agent.id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
      const spent = await creditsSpentToday(em, context.agent, deps.now());
      if (spent + credits > context.agent.creditLimit) {
        throw new Problem({
          status: 402,
          code: "credit_limit",
          detail: `The agent's limit of ${context.agent.creditLimit} credits a day is reached.`,
        });
      }
      await reserveCredits(em, {
        workspaceId: at.workspaceId,
        subject: `step:${step.id}`,
        credits,
        agentId: context.agent.id,
        model: input.model,
      });
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const reason = { code: error.code, detail: error.message };
    await endStep(inWorkspace(deps.orm, at.workspaceId), deps, step.id, {
      status: "failed",
      error: reason,
    });
    return { kind: "refused", ...reason };
  }
}

/** The role's conversation so far, put together from the steps' rows. */
async function conversationOf(
  em: EntityManager,
  at: RoleTurn,
  first: string,
): Promise<ModelMessage[]> {
  const steps = await em.find(
    Step,
    { runId: at.runId, position: { $lt: at.position } },
    { orderBy: { position: "asc" }, populate: ["transcript"] },
  );
  const messages: ModelMessage[] = [{ role: "user", content: first }];
  for (const step of steps) {
    const mine =
      step.kind === "model" ? step.name === at.role : step.kind === "check" && at.role === "writer";
    if (!mine || !step.transcript) continue;
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
  return messages;
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

function turnOf(stored: StoredTurn, agent: Agent): Turn {
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

import { LockMode } from "@mikro-orm/core";
import { Generation, GenerationCall } from "#db/entities/index.ts";
import type { GenerationOutput } from "#db/entities/generation.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace, type EntityManager } from "#db/orm.ts";
import { recordEvent } from "#db/record-event.ts";
import { decideCall, mayAskAgain, type AskAgain } from "#domain/generation-calls.ts";
import { generationMachine } from "#domain/states.ts";
import type { OutputIds } from "#workflows/make-output.ts";
import type { ActivityDeps } from "../deps.ts";
import { orGone } from "./find-or-gone.ts";
import { whyForbidden } from "./provider-call.ts";

export type OpenedCall =
  /** It may be asked now, once; the row says so already. */
  | { kind: "ask"; generation: Generation }
  | { kind: "started"; generation: Generation; operation: unknown }
  | { kind: "stored" }
  | { kind: "refused"; code: string; detail: string };

const lost = {
  code: "answer_lost",
  detail:
    "The provider was asked twice, and both answers were lost with the process that waited for them. It is not asked again by itself: it may have done the work and counted it.",
};

const lostStart = {
  code: "answer_lost",
  detail:
    "The provider was asked to start a job, and its answer was lost. It is not asked again by itself: the job may be under way there, and be counted. The credits were given back.",
};

const over = { code: "cancelled", detail: "The generation has ended." };

/**
 * Decides what may be done with a call and writes it, before anything is sent: whoever reads `asked` later knows that an
 * answer was lost.
 */
export async function openCall(
  deps: ActivityDeps,
  ids: OutputIds,
  again: AskAgain = "once",
): Promise<OpenedCall> {
  return withCall(deps, ids, async (em, generation, call): Promise<OpenedCall> => {
    if (call?.status === "answered") return { kind: "stored" };
    if (call?.status === "failed") return { kind: "refused", ...(call.error ?? over) };
    if (call?.status === "started")
      return { kind: "started", generation, operation: call.operation };
    if (generation.status !== "running") return { kind: "refused", ...over };
    const forbidden = await whyForbidden(em, deps, generation.provider);
    if (forbidden) {
      if (call) end(deps, call, { status: "failed", error: forbidden });
      return { kind: "refused", ...forbidden };
    }
    const decision = decideCall(call ?? undefined, again);
    if (decision.do === "give_up" && call) {
      const error = again === "never" ? lostStart : lost;
      end(deps, call, { status: "failed", error });
      return { kind: "refused", ...error };
    }
    const answerLost = decision.do === "ask" && decision.answerLost;
    if (call) {
      call.asks += again === "free" && call.status === "asked" ? 0 : 1;
      call.status = "asked";
      call.answersLost += answerLost ? 1 : 0;
      call.askedAt = deps.now();
    } else {
      await insertRow(em, GenerationCall, {
        workspaceId: ids.workspaceId,
        generationId: ids.generationId,
        index: ids.index,
        status: "asked",
        asks: 1,
        operation: null,
        askedAt: deps.now(),
      });
    }
    return { kind: "ask", generation };
  });
}

/** Reads a call and changes nothing: `open` where it was not asked yet, or nobody knows what came of it. */
export async function readCall(
  deps: ActivityDeps,
  ids: OutputIds,
): Promise<Exclude<OpenedCall, { kind: "ask" }> | { kind: "open" }> {
  return withCall(deps, ids, async (_em, generation, call) => {
    switch (call?.status) {
      case "answered":
        return { kind: "stored" };
      case "failed":
        return { kind: "refused", ...(call.error ?? over) };
      case "started":
        return { kind: "started", generation, operation: call.operation };
      default:
        return { kind: "open" };
    }
  });
}

/**
 * The provider was asked, and nobody knows what it did: its answer can't be read, or never came. Counts as a lost answer;
 * true where it may be asked once more, else the call has ended with the error.
 */
export async function noteUnclear(
  deps: ActivityDeps,
  ids: OutputIds,
  { again, error }: { again: AskAgain; error: { code: string; detail: string } },
): Promise<boolean> {
  return withCall(deps, ids, async (_em, _generation, call) => {
    if (call?.status !== "asked") return true;
    if (!mayAskAgain(call, again)) {
      end(deps, call, { status: "failed", error: again === "never" ? lostStart : error });
      return false;
    }
    call.status = "open";
    call.answersLost += 1;
    return true;
  });
}

/** The provider was not reached, or said clearly that it did nothing: it may be asked again. */
export async function reopenCall(deps: ActivityDeps, ids: OutputIds): Promise<void> {
  await withCall(deps, ids, async (_em, _generation, call) => {
    if (call?.status === "asked") call.status = "open";
  });
}

export async function noteSent(deps: ActivityDeps, ids: OutputIds, sent: object): Promise<void> {
  await withCall(deps, ids, async (_em, generation, call) => {
    generation.sent = sent;
    if (call) call.sent = sent;
  });
}

/** The job is known by this name from now on, and is never started again. */
export async function noteStarted(
  deps: ActivityDeps,
  ids: OutputIds,
  operation: unknown,
): Promise<void> {
  await withCall(deps, ids, async (_em, _generation, call) => {
    if (call?.status !== "asked") return;
    call.status = "started";
    call.operation = operation;
  });
}

export async function noteProgress(
  deps: ActivityDeps,
  ids: OutputIds,
  seen: { fraction?: number; queuePosition?: number },
): Promise<void> {
  await withCall(deps, ids, async (em, generation, call) => {
    if (!call) return;
    call.queuePosition = seen.queuePosition ?? null;
    // It only grows, whatever the provider says.
    if (seen.fraction !== undefined) call.progress = Math.max(call.progress ?? 0, seen.fraction);
    await showProgress(em, generation);
  });
}

/**
 * Stores what a call brought, with the asset that it is; the first answer wins. False where it is not wanted any more: what
 * was stored of it is the caller's to remove.
 */
export async function storeAnswer(
  deps: ActivityDeps,
  ids: OutputIds,
  answer: { output: GenerationOutput; insert?: (em: EntityManager) => Promise<unknown> },
): Promise<boolean> {
  return withCall(deps, ids, async (em, generation, call) => {
    if (!call || call.status === "answered" || generationMachine.isFinal(generation.status))
      return false;
    await answer.insert?.(em);
    end(deps, call, { status: "answered", output: answer.output });
    call.progress = 1;
    await em.flush();
    const answered = await em.find(
      GenerationCall,
      { generationId: generation.id, status: "answered" },
      { orderBy: { index: "asc" } },
    );
    generation.outputs = answered.flatMap(({ output }) => (output ? [output] : []));
    await showProgress(em, generation);
    return true;
  });
}

export async function failCall(
  deps: ActivityDeps,
  ids: OutputIds,
  error: { code: string; detail: string },
): Promise<void> {
  await withCall(deps, ids, async (_em, _generation, call) => {
    if (call && call.status !== "answered") end(deps, call, { status: "failed", error });
  });
}

function end(
  deps: ActivityDeps,
  call: GenerationCall,
  how:
    | { status: "answered"; output: GenerationOutput }
    | { status: "failed"; error: { code: string; detail: string } },
): void {
  Object.assign(call, how);
  call.finishedAt = deps.now();
  call.queuePosition = null;
}

/** What begins is a tenth of the way; the rest is what the calls are through, and it only grows. */
export async function showProgress(em: EntityManager, generation: Generation): Promise<void> {
  await em.flush();
  const calls = await em.find(GenerationCall, { generationId: generation.id });
  const done = calls.reduce((sum, { progress }) => sum + (progress ?? 0), 0);
  const value = Math.round((0.1 + (0.9 * done) / generation.count) * 100) / 100;
  if (generation.progress >= value) return;
  generation.progress = value;
  await recordEvent(em, {
    workspaceId: generation.workspaceId,
    type: "generation.progress",
    subjectKind: "generation",
    subjectId: generation.id,
    data: { progress: value },
  });
}

/** Works on a call's row under its generation's lock. */
async function withCall<Result>(
  deps: ActivityDeps,
  ids: OutputIds,
  work: (em: EntityManager, generation: Generation, call: GenerationCall | null) => Promise<Result>,
): Promise<Result> {
  return inWorkspace(deps.orm, ids.workspaceId).transactional(async (em) => {
    const generation = orGone(
      await em.findOne(
        Generation,
        { id: ids.generationId },
        { lockMode: LockMode.PESSIMISTIC_WRITE },
      ),
      "generation",
    );
    const { generationId, index } = ids;
    return work(em, generation, await em.findOne(GenerationCall, { generationId, index }));
  });
}

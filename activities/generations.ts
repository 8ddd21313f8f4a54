import { LockMode } from "@mikro-orm/core";
import { settleCredits, refundCredits } from "#db/credits.ts";
import { Generation, Step } from "#db/entities/index.ts";
import { inWorkspace, type EntityManager } from "#db/orm.ts";
import { recordEvent } from "#db/record-event.ts";
import { generationMachine, type GenerationStatus } from "#domain/states.ts";
import { generationDeadlines } from "#temporal.config";
import type { GenerationLedgerActivities } from "#workflows/generate.ts";
import type { EarlierGenerationLedgerActivities } from "#workflows/previous/generate.ts";
import { countCredits } from "../observe/metrics.ts";
import type { ActivityDeps } from "./deps.ts";
import { showProgress } from "./lib/call-ledger.ts";
import { orGone } from "./lib/find-or-gone.ts";
import { isJob } from "./lib/plan-provider-call.ts";

type Ids = { workspaceId: string; generationId: string };

/** What `generate` asks of our own database, as it is now and as runs that began before ask it. */
export function createGenerationActivities(
  deps: ActivityDeps,
): GenerationLedgerActivities & EarlierGenerationLedgerActivities {
  const locked = <T>(ids: Ids, work: (em: EntityManager, generation: Generation) => Promise<T>) =>
    inWorkspace(deps.orm, ids.workspaceId).transactional(async (em) => {
      const row = await em.findOne(
        Generation,
        { id: ids.generationId },
        { lockMode: LockMode.PESSIMISTIC_WRITE },
      );
      return work(em, orGone(row, "generation"));
    });

  return {
    planGeneration: (ids) =>
      locked(ids, async (em, generation) => {
        const { task, count } = generation;
        const plan = {
          task,
          count,
          model: `${generation.provider}/${generation.model}`,
          how: howOf(deps, generation),
          deadlineMs: generationDeadlines[generation.kind],
        };
        return { ...plan, go: await begin(em, generation, deps.now()) };
      }),

    beginGeneration: (ids) =>
      locked(ids, async (em, generation) => {
        const model = `${generation.provider}/${generation.model}`;
        return { kind: generation.kind, model, go: await begin(em, generation, deps.now()) };
      }),

    endGeneration: ({ status, code, detail, ...ids }) =>
      locked(ids, async (em, generation) => {
        if (generationMachine.isFinal(generation.status)) return { status: generation.status };
        // What was made before it was cancelled, or before its last try was given up, is kept and costs what it costs.
        const made = generation.outputs.length > 0;
        const asked = generation.status === "cancelling" && status !== "failed";
        const end: GenerationStatus = made ? "succeeded" : asked ? "cancelled" : status;
        const entry = { workspaceId: ids.workspaceId, subject: `generation:${generation.id}` };
        // Each output costs the same; what was asked for and not made costs nothing.
        const each = generation.credits / generation.count;
        generation.credits = Math.ceil(each * generation.outputs.length);
        await showPriceOnStep(em, generation);
        if (end === "succeeded") {
          await settleCredits(em, { ...entry, credits: generation.credits });
          countCredits(generation);
        } else await refundCredits(em, entry);
        if (end === "failed" || end === "expired")
          generation.error = { code: code ?? "internal", detail: detail ?? "It failed." };
        if (end === "cancelled" && generation.status === "running")
          generation.status = "cancelling";
        generation.finishedAt = deps.now();
        await setStatus(em, generation, end);
        return { status: end };
      }),
  };
}

function howOf(deps: ActivityDeps, { task, provider }: Generation) {
  if (deps.providers.get(provider)?.manifest.byRecipe) return "recipe" as const;
  return isJob(task) ? ("job" as const) : ("call" as const);
}

/** Marks it as running; false where it was cancelled or has ended. */
async function begin(em: EntityManager, generation: Generation, now: Date): Promise<boolean> {
  if (generation.status !== "queued" && generation.status !== "running") return false;
  await setStatus(em, generation, "running");
  generation.startedAt ??= now;
  await showProgress(em, generation);
  return true;
}

/** Of a generation that a run ordered, the run's step shows the price: what the steps cost adds up to the run's. */
async function showPriceOnStep(em: EntityManager, generation: Generation): Promise<void> {
  if (!generation.runId) return;
  await em.nativeUpdate(
    Step,
    { runId: generation.runId, key: "image" },
    { credits: generation.credits },
  );
}

async function setStatus(
  em: EntityManager,
  generation: Generation,
  status: GenerationStatus,
): Promise<void> {
  if (generation.status === status) return;
  generation.status = generationMachine.step(generation.status, status);
  generation.version += 1;
  await recordEvent(em, {
    workspaceId: generation.workspaceId,
    type: `generation.${status}`,
    subjectKind: "generation",
    subjectId: generation.id,
  });
}

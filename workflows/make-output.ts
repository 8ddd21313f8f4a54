import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  log,
  proxyActivities,
  sleep,
  TimeoutFailure,
} from "@temporalio/workflow";
import { mediaOptions, modelOptions } from "#temporal.config";
import type { GenerationPlan } from "./generation-plan.ts";
import type { GenerationIds } from "./ids.ts";

/** One output of a generation, by its place. */
export type OutputIds = GenerationIds & { index: number };

export interface Refusal {
  code: string;
  /** For people. */
  detail: string;
}

export type MadeOutput = { kind: "stored" } | ({ kind: "refused" } & Refusal);

export interface ProviderActivities {
  /** Asks the provider and stores what it answers; done again, it finds it stored. */
  askProvider(input: OutputIds): Promise<MadeOutput>;
  /** Starts a job and stores its name at the provider; done again, it finds it started. */
  startJob(input: OutputIds): Promise<MadeOutput | { kind: "started" }>;
  /** Asks how the job is, and stores what it made. */
  lookAtJob(input: OutputIds): Promise<MadeOutput | { kind: "pending"; afterMs?: number }>;
  /** Stops the job where the provider can; it is not asked for any more. */
  stopJob(input: OutputIds): Promise<void>;
}

export interface RecipeActivities {
  /** Makes the output by a recipe of ours and stores it; done again, it finds it stored. */
  applyRecipe(input: OutputIds): Promise<MadeOutput>;
}

/** Between two looks at a job: from two seconds, for what is quick, to half a minute. */
const pauses = { first: 2_000, most: 30_000 } as const;

/** Has one output made, and says how that ended. What fails for good is no failure of the story. */
export async function makeOutput(input: {
  ids: GenerationIds;
  index: number;
  plan: GenerationPlan;
  /** Epoch milliseconds. */
  until: number;
}): Promise<MadeOutput> {
  const { plan, until } = input;
  const ids: OutputIds = { ...input.ids, index: input.index };
  const left = Math.max(1_000, until - Date.now());
  try {
    switch (plan.how) {
      case "recipe":
        return await proxyActivities<RecipeActivities>({
          ...mediaOptions,
          startToCloseTimeout: left,
          scheduleToCloseTimeout: left,
        }).applyRecipe.executeWithOptions({ summary: `${plan.model}: ${plan.task}` }, [ids]);
      case "call":
        return await proxyActivities<ProviderActivities>({
          ...modelOptions,
          scheduleToCloseTimeout: left,
        }).askProvider.executeWithOptions({ summary: `ask ${plan.model}: ${plan.task}` }, [ids]);
      case "job":
        return await runJob({ ids, plan, until });
    }
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    return refusalOf(error, plan);
  }
}

/**
 * Starts the job once, then looks until it is done. A look that fails says nothing of the job: it is looked again, as long
 * as there is time. A job that nobody waits for any more is stopped.
 */
async function runJob(input: {
  ids: OutputIds;
  plan: GenerationPlan;
  until: number;
}): Promise<MadeOutput> {
  const { ids, plan, until } = input;
  const timeout = Math.max(1_000, until - Date.now());
  const options = { ...modelOptions, scheduleToCloseTimeout: timeout };
  const { lookAtJob } = proxyActivities<ProviderActivities>(options);
  const { startJob } = proxyActivities<ProviderActivities>({
    ...options,
    // A job whose name nobody knows yet can't be stopped.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  });
  try {
    const started = await startJob.executeWithOptions(
      { summary: `start a job at ${plan.model}: ${plan.task}` },
      [ids],
    );
    if (started.kind !== "started") return started;
    for (let looks = 0; until - Date.now() > 0; looks += 1) {
      const seen = await lookAtJob
        .executeWithOptions({ summary: "ask how the job is" }, [ids])
        .catch(pendingUnlessOver);
      if (seen.kind !== "pending") return seen;
      const pause = Math.max(seen.afterMs ?? 0, pauseMs(looks));
      await sleep(Math.min(pause, Math.max(1, until - Date.now())), {
        summary: "the provider is at it",
      });
    }
  } catch (error) {
    await stopJob(ids);
    throw error;
  }
  await stopJob(ids);
  return tooLate;
}

/** What passes by itself is no end of a job; what no other look would change is. */
function pendingUnlessOver(error: unknown): { kind: "pending"; afterMs?: number } {
  const passes =
    error instanceof ActivityFailure &&
    !isCancellation(error) &&
    !(error.cause instanceof ApplicationFailure && error.cause.nonRetryable);
  if (!passes) throw error;
  return { kind: "pending" };
}

/** As well as it can be done: that it could not be stopped changes nothing of how the generation ends. */
async function stopJob(ids: OutputIds): Promise<void> {
  await CancellationScope.nonCancellable(async () => {
    try {
      await proxyActivities<ProviderActivities>(modelOptions).stopJob.executeWithOptions(
        { summary: "stop the job" },
        [ids],
      );
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      log.warn("a job at a provider goes on to its end: it could not be stopped");
    }
  });
}

/** 2 s at first, half a minute in the end: ten looks in the first minute, so that long jobs stay short in history. */
function pauseMs(looks: number): number {
  return Math.min(pauses.most, pauses.first * 2 ** Math.floor(looks / 5));
}

const tooLate: MadeOutput = {
  kind: "refused",
  code: "timeout",
  detail:
    "It was not done within the time that such a generation may take. The credits were given back; try again with less, or with another model.",
};

const notMadeHere: MadeOutput = {
  kind: "refused",
  code: "internal",
  detail:
    "It could not be made here after several tries, and that is not the file's fault. The credits were given back; try again later.",
};

function refusalOf(error: ActivityFailure, plan: GenerationPlan): MadeOutput {
  const { cause } = error;
  if (cause instanceof TimeoutFailure) return tooLate;
  if (cause instanceof ApplicationFailure && cause.type === "answer_lost")
    return { kind: "refused", code: "answer_lost", detail: cause.message };
  if (plan.how === "recipe") return notMadeHere;
  return {
    kind: "refused",
    code: "provider_down",
    detail:
      "The provider did not answer after several tries. The credits were given back; try again later.",
  };
}

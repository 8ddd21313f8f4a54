import {
  CancellationScope,
  isCancellation,
  patched,
  setCurrentDetails,
  upsertSearchAttributes,
} from "@temporalio/workflow";
import type { GenerationStatus } from "#domain/states.ts";
import { localOptions, searchAttributes } from "#temporal.config";
import type { GenerationPlan } from "./generation-plan.ts";
import type { GenerationIds } from "./ids.ts";
import { makeOutput, type MadeOutput, type Refusal } from "./make-output.ts";
import { generateBefore } from "./previous/generate.ts";
import { toldLocalActivities } from "./told-activities.ts";

export interface GenerationLedgerActivities {
  /** Marks the generation as running and says what is to be done. `go: false` when it was cancelled or ended before. */
  planGeneration(input: GenerationIds): Promise<GenerationPlan>;
  /** Settles or refunds the reservation and writes how the generation ended, once. */
  endGeneration(
    input: GenerationIds & { status: GenerationEnd } & Partial<Refusal>,
  ): Promise<{ status: GenerationStatus }>;
}

type GenerationEnd = "succeeded" | "failed" | "cancelled" | "expired";

/**
 * Has each output made that was asked for, side by side, and settles or refunds the credits that were reserved. What was
 * made stays, and costs what it costs; the generation has failed where nothing was.
 */
export async function generate(ids: GenerationIds): Promise<{ status: GenerationStatus }> {
  if (!patched("generate/2")) return generateBefore(ids);
  const { planGeneration, endGeneration } = toldLocalActivities<GenerationLedgerActivities>(
    localOptions,
    {
      planGeneration: "mark the generation as running",
      endGeneration: "settle or refund the credits and write how it ended",
    },
  );
  const end = (outcome: { status: GenerationEnd } & Partial<Refusal>) =>
    CancellationScope.nonCancellable(async () => {
      const ended = await endGeneration({ ...ids, ...outcome });
      tellOperators(ended.status, `Done: ${ended.status}.`);
      return ended;
    });

  try {
    const plan = await planGeneration(ids);
    if (!plan.go) return await end({ status: "cancelled" });
    tellOperators("running", `${plan.model}: ${plan.task}, ${plan.count} asked for.`);
    const until = Date.now() + plan.deadlineMs;
    const made = await allEnded(
      Array.from({ length: plan.count }, (_, index) => makeOutput({ ids, index, plan, until })),
    );
    return await end(endOf(made));
  } catch (error) {
    if (!isCancellation(error)) throw error;
    await end({ status: "cancelled" });
    throw error;
  }
}

/** Waits for all, also where one fails: jobs that are being stopped are not left to themselves. */
async function allEnded<T>(outputs: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(outputs);
  return Promise.all(outputs);
}

/** One output is enough to have succeeded; else the first reason says why there is none. */
function endOf(made: readonly MadeOutput[]): { status: GenerationEnd } & Partial<Refusal> {
  if (made.some((one) => one.kind === "stored")) return { status: "succeeded" };
  const refused = made.find((one) => one.kind === "refused");
  if (!refused) return { status: "cancelled" };
  const { code, detail } = refused;
  return { status: code === "timeout" ? "expired" : "failed", code, detail };
}

function tellOperators(stage: GenerationStatus, details: string): void {
  setCurrentDetails(details);
  upsertSearchAttributes([{ key: searchAttributes.stage, value: stage }]);
}

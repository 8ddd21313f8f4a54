import {
  ActivityFailure,
  CancellationScope,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  upsertSearchAttributes,
} from "@temporalio/workflow";
import type { GenerationStatus } from "#domain/states.ts";
import { ioOptions, modelOptions, searchAttributes } from "#temporal.config";
import type { GenerationIds } from "../ids.ts";
import { toldActivities } from "../told-activities.ts";

export interface EarlierGenerationLedgerActivities {
  /** Marks the generation as running. `go: false` when it was cancelled or ended before. */
  beginGeneration(input: GenerationIds): Promise<{ go: boolean; kind: string; model: string }>;
  /** Settles or refunds the reservation and writes how the generation ended, once. */
  endGeneration(
    input: GenerationIds & {
      status: "succeeded" | "failed" | "cancelled";
      code?: string;
      detail?: string;
    },
  ): Promise<{ status: GenerationStatus }>;
}

export interface EarlierGenerationModelActivities {
  /** Asks the provider once and stores the outputs; done again, it finds them stored. */
  runGeneration(
    input: GenerationIds,
  ): Promise<{ kind: "stored" } | { kind: "refused"; code: string; detail: string }>;
}

/** The story as runs tell it that began before a generation could have several outputs, or be a job. */
export async function generateBefore(ids: GenerationIds): Promise<{ status: GenerationStatus }> {
  const { beginGeneration, endGeneration } = toldActivities<EarlierGenerationLedgerActivities>(
    ioOptions,
    {
      beginGeneration: "mark the generation as running",
      endGeneration: "settle or refund the credits and write how it ended",
    },
  );
  const { runGeneration } = proxyActivities<EarlierGenerationModelActivities>({ ...modelOptions });
  const end = (outcome: Omit<Parameters<typeof endGeneration>[0], keyof GenerationIds>) =>
    CancellationScope.nonCancellable(async () => {
      const ended = await endGeneration({ ...ids, ...outcome });
      tellOperators(ended.status);
      return ended;
    });

  try {
    const begun = await beginGeneration(ids);
    if (!begun.go) return await end({ status: "cancelled" });
    tellOperators("running", begun);
    const result = await runGeneration.executeWithOptions(
      { summary: `ask ${begun.model} for ${begun.kind === "image" ? "an image" : "a text"}` },
      [ids],
    );
    if (result.kind === "refused")
      return await end({ status: "failed", code: result.code, detail: result.detail });
    return await end({ status: "succeeded" });
  } catch (error) {
    if (isCancellation(error)) {
      await end({ status: "cancelled" });
      throw error;
    }
    if (!(error instanceof ActivityFailure)) throw error;
    return await end({
      status: "failed",
      code: "provider_down",
      detail:
        "The provider did not answer after several tries. The credits were given back; try again later.",
    });
  }
}

function tellOperators(status: GenerationStatus, begun?: { kind: string; model: string }): void {
  setCurrentDetails(begun ? `Generating ${begun.kind} with ${begun.model}.` : `Done: ${status}.`);
  upsertSearchAttributes([{ key: searchAttributes.stage, value: status }]);
}

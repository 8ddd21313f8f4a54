import { activityInfo } from "@temporalio/activity";
import { ApplicationFailure } from "@temporalio/common";
import { Problem } from "#domain/errors.ts";
import { logFacts } from "../logger.ts";
import { createAgentActivities } from "./agents.ts";
import { createConnectionActivities } from "./connections.ts";
import { createDeliveryActivities } from "./deliveries.ts";
import type { ActivityDeps } from "./deps.ts";
import { createGenerationActivities } from "./generations.ts";
import { createMetricActivities } from "./metrics.ts";
import { createPostActivities } from "./posts.ts";
import { createRenditionActivities } from "./renditions.ts";
import { createRoleActivities } from "./roles.ts";
import { createSweepActivities } from "./sweep.ts";

export type { ActivityDeps } from "./deps.ts";

type Activity = (input: never) => Promise<unknown>;

/** Every activity that our workflows ask for; which of them a worker is asked for depends on its queues. */
export function createActivities(deps: ActivityDeps) {
  return translated({
    ...createPostActivities(deps),
    ...createRenditionActivities(deps),
    ...createDeliveryActivities(deps),
    ...createConnectionActivities(deps),
    ...createMetricActivities(deps),
    ...createGenerationActivities(deps),
    ...createAgentActivities(deps),
    ...createRoleActivities(deps),
    ...createSweepActivities(deps),
  });
}

/**
 * A refusal of ours stays one however often it is asked for: the one translation of Problem for Temporal. And every line
 * of the log that is written meanwhile says which try of which activity wrote it.
 */
function translated<T extends Record<keyof T, Activity>>(activities: T): T {
  const entries = Object.entries<Activity>(activities).map(([name, activity]) => {
    const run = async (input: never): Promise<unknown> => {
      try {
        return await logFacts.run(factsOfTry(), () => activity(input));
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        throw ApplicationFailure.nonRetryable(error.message, error.code);
      }
    };
    return [name, run];
  });
  return Object.fromEntries(entries) as T;
}

function factsOfTry(): Record<string, string | number> {
  const { workflowExecution, activityType, attempt } = activityInfo();
  return {
    ...(workflowExecution
      ? { workflowId: workflowExecution.workflowId, runId: workflowExecution.runId }
      : {}),
    activityType,
    attempt,
  };
}

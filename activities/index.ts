import { activityInfo, Context } from "@temporalio/activity";
import { ApplicationFailure } from "@temporalio/common";
import type { Logger } from "pino";
import { Problem } from "#domain/errors.ts";
import { logFacts } from "../logger.ts";
import { createAgentActivities } from "./agents.ts";
import { createConnectionActivities } from "./connections.ts";
import { createDeliveryActivities } from "./deliveries.ts";
import type { ActivityDeps } from "./deps.ts";
import { createGenerationActivities } from "./generations.ts";
import { createMetricActivities } from "./metrics.ts";
import { createNotificationActivities } from "./notifications.ts";
import { createPostActivities } from "./posts.ts";
import { createProviderActivities } from "./provider-calls.ts";
import { createProviderKeyActivities } from "./provider-keys.ts";
import { createRecipeActivities } from "./recipes.ts";
import { createRenditionActivities } from "./renditions.ts";
import { createRoleActivities } from "./roles.ts";
import { createSweepActivities } from "./sweep.ts";
import { createTakeDownActivities } from "./take-down.ts";
import { createUploadActivities } from "./uploads.ts";
import { createWebhookActivities } from "./webhooks.ts";

export type { ActivityDeps } from "./deps.ts";

type Activity = (input: never) => Promise<unknown>;

/** Every activity that our workflows ask for; which of them a worker is asked for depends on its queues. */
export function createActivities(deps: ActivityDeps) {
  const sweep = createSweepActivities(deps);
  const all = {
    ...createPostActivities(deps),
    ...createRecipeActivities(deps),
    ...createRenditionActivities(deps),
    ...createDeliveryActivities(deps),
    ...createConnectionActivities(deps),
    ...createMetricActivities(deps),
    ...createGenerationActivities(deps),
    ...createProviderActivities(deps),
    ...createProviderKeyActivities(deps),
    ...createAgentActivities(deps),
    ...createRoleActivities(deps),
    ...createTakeDownActivities(deps),
    ...createUploadActivities(deps),
    ...createWebhookActivities(deps),
    ...createNotificationActivities(deps),
    ...sweep,
  };
  return translated(all, { logger: deps.logger, routine: new Set(Object.keys(sweep)) });
}

/**
 * A refusal of ours stays one however often it is asked for: the one translation of Problem for Temporal. And every line
 * of the log that is written meanwhile says which try of which activity wrote it; the last one says how it ended.
 */
function translated<T extends Record<keyof T, Activity>>(
  activities: T,
  log: {
    logger: Logger;
    /** Asked for every few seconds whether there is anything to do or not: told of only when they fail. */
    routine: ReadonlySet<string>;
  },
): T {
  const entries = Object.entries<Activity>(activities).map(([name, activity]) => {
    const whenDone = log.routine.has(name) ? "debug" : "info";
    const run = (input: never): Promise<unknown> =>
      logFacts.run(factsOfTry(), async () => {
        const startedAt = performance.now();
        const ms = () => Math.round(performance.now() - startedAt);
        try {
          const result = await activity(input);
          log.logger[whenDone]({ outcome: "done", ms: ms() }, "activity");
          return result;
        } catch (error) {
          log.logger.info({ ...endOf(error), ms: ms() }, "activity");
          if (!(error instanceof Problem)) throw error;
          throw ApplicationFailure.nonRetryable(error.message, error.code);
        }
      });
    return [name, run];
  });
  return Object.fromEntries(entries) as T;
}

/** How a try ended that gave no result. What a failure says may be content: only its kind is told. */
function endOf(error: unknown): { outcome: "failed" | "cancelled"; failure?: string } {
  if (Context.current().cancellationSignal.aborted) return { outcome: "cancelled" };
  return { outcome: "failed", failure: kindOf(error) };
}

function kindOf(error: unknown): string {
  if (error instanceof ApplicationFailure && error.type) return error.type;
  if (!(error instanceof Error)) return typeof error;
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
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

import type { Client } from "@temporalio/client";
import proto from "@temporalio/proto";
import type { Logger } from "pino";
import { taskQueues, type TaskQueue } from "#temporal.config";
import type { Readiness } from "./start-private-server.ts";

const { TaskQueueType } = proto.temporal.api.enums.v1;

/** A poller that was not seen for so long has gone; a poll itself takes up to a minute. */
const pollerGoneMs = 90_000;
const answerMs = 2_000;
const everyMs = 5_000;

export interface TemporalWatch {
  /** Ready while Temporal answers and sees this process poll each of its queues; asked anew. */
  readiness(): Promise<Readiness>;
  stop(): void;
}

/**
 * Watches whether Temporal sees this worker at work. That it is lost is told once, and once that it is back: the
 * worker's pollers come back by themselves.
 */
export function watchTemporal(options: {
  client: Client;
  namespace: string;
  queues: readonly TaskQueue[];
  /** Under which this process polls. */
  identity: string;
  logger: Logger;
}): TemporalWatch {
  const { logger } = options;
  let lostAt: number | undefined;
  let asking: Promise<Readiness> | undefined;

  async function ask(): Promise<Readiness> {
    try {
      const missing = await queuesWithout(options);
      if (lostAt !== undefined) {
        const seconds = Math.round((performance.now() - lostAt) / 1000);
        logger.info({ seconds }, "Temporal is back");
        lostAt = undefined;
      }
      return { ready: missing.length === 0, temporal: "reached", notPolled: missing };
    } catch (error) {
      if (lostAt === undefined) {
        logger.error({ err: error }, "Temporal can't be reached; what is to be done waits for it");
        lostAt = performance.now();
      }
      return { ready: false, temporal: "lost" };
    }
  }
  const readiness = () => {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
  const timer = setInterval(() => void readiness(), everyMs).unref();
  return { readiness, stop: () => clearInterval(timer) };
}

/** The queues on which Temporal does not see this process poll. Throws when Temporal does not answer. */
async function queuesWithout(options: {
  client: Client;
  namespace: string;
  queues: readonly TaskQueue[];
  identity: string;
}): Promise<TaskQueue[]> {
  const { client, namespace, queues, identity } = options;
  const polled = await client.connection.withDeadline(Date.now() + answerMs, () =>
    Promise.all(
      queues.map(async (queue) => {
        const answer = await client.workflowService.describeTaskQueue({
          namespace,
          taskQueue: { name: taskQueues[queue] },
          taskQueueType:
            queue === "workflows"
              ? TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW
              : TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
        });
        const after = Date.now() - pollerGoneMs;
        return (answer.pollers ?? []).some(
          (poller) =>
            poller.identity === identity &&
            Number(poller.lastAccessTime?.seconds ?? 0) * 1000 >= after,
        );
      }),
    ),
  );
  return queues.filter((_, index) => polled[index] !== true);
}

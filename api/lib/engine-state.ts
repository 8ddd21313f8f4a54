import type { Client } from "@temporalio/client";
import proto from "@temporalio/proto";
import { isUnavailable } from "#db/outbox/engine.ts";
import { taskQueues } from "#temporal.config";
import type { EnginePresence } from "./engine-presence.ts";

const { TaskQueueType } = proto.temporal.api.enums.v1;

/** What the product can't work without: a poller of each. */
const needed = [
  { queue: taskQueues.workflows, type: TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW },
  { queue: taskQueues.io, type: TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY },
  { queue: taskQueues.publish, type: TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY },
  { queue: taskQueues.model, type: TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY },
  { queue: taskQueues.media, type: TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY },
];

/** A poller that was not seen for so long has gone; a poll itself takes up to a minute. */
const pollerGoneMs = 90_000;

/** Asks Temporal whether it answers and whether workers poll every queue; keeps the answer for `keepMs`. */
export function createEngineState(options: {
  client: Client;
  namespace: string;
  now: () => Date;
  /** Is told whether Temporal answered. */
  presence?: EnginePresence;
  keepMs?: number;
}): () => Promise<"ready" | "delayed"> {
  let kept: { at: number; state: Promise<"ready" | "delayed"> } | undefined;
  return () => {
    const now = options.now().getTime();
    if (!kept || now - kept.at > (options.keepMs ?? 1_000)) kept = { at: now, state: ask(options) };
    return kept.state;
  };
}

async function ask({
  client,
  namespace,
  now,
  presence,
}: {
  client: Client;
  namespace: string;
  now: () => Date;
  presence?: EnginePresence;
}): Promise<"ready" | "delayed"> {
  try {
    const answers = await client.connection.withDeadline(Date.now() + 2_000, () =>
      Promise.all(
        needed.map(({ queue, type }) =>
          client.workflowService.describeTaskQueue({
            namespace,
            taskQueue: { name: queue },
            taskQueueType: type,
          }),
        ),
      ),
    );
    presence?.answered();
    const polled = answers.every((answer) =>
      (answer.pollers ?? []).some((poller) => {
        const seen = Number(poller.lastAccessTime?.seconds ?? 0) * 1000;
        return now().getTime() - seen < pollerGoneMs;
      }),
    );
    return polled ? "ready" : "delayed";
  } catch (error) {
    if (isUnavailable(error)) presence?.missed(error);
    // Whatever keeps Temporal from answering: it is not there now.
    return "delayed";
  }
}

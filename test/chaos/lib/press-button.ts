import type { Client } from "@temporalio/client";
import { randomUUID } from "node:crypto";
import { eventually } from "../../harness/installation.ts";

/** What an operator may press on the page of a workflow. */
export const buttons = [
  "cancel",
  "terminate",
  "reset to the first task",
  "reset to a task in the middle",
  "reset to the last task",
  "delete",
] as const;
export type Button = (typeof buttons)[number];

/** Presses it on the latest run of the workflow, as the Temporal UI does. */
export async function pressButton(input: {
  client: Client;
  workflowId: string;
  button: Button;
}): Promise<void> {
  const { client, workflowId, button } = input;
  const handle = client.workflow.getHandle(workflowId);
  switch (button) {
    case "cancel":
      await handle.cancel();
      return;
    case "terminate":
      await handle.terminate("pressed by a test");
      return;
    case "delete":
      await client.workflowService.deleteWorkflowExecution({
        namespace: client.options.namespace,
        workflowExecution: { workflowId },
      });
      return;
    case "reset to the first task":
    case "reset to a task in the middle":
    case "reset to the last task":
      await client.workflowService.resetWorkflowExecution({
        namespace: client.options.namespace,
        workflowExecution: { workflowId },
        reason: "pressed by a test",
        requestId: randomUUID(),
        workflowTaskFinishEventId: await taskOf(client, workflowId, button),
      });
  }
}

/** The end of a workflow task: what a reset can go back to. One that was just started has none yet. */
async function taskOf(client: Client, workflowId: string, button: Button): Promise<EventId> {
  const handle = client.workflow.getHandle(workflowId);
  const tasks = await eventually(
    `the first task of ${workflowId}`,
    async () => {
      const { events } = await handle.fetchHistory();
      const ends = (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes);
      return ends.flatMap(({ eventId }) => (eventId ? [eventId] : []));
    },
    (found) => found.length > 0,
  );
  const last = tasks.length - 1;
  const wanted = { "reset to the first task": 0, "reset to the last task": last }[button as string];
  return tasks[wanted ?? Math.floor(last / 2)] as EventId;
}

type EventId = NonNullable<
  NonNullable<
    Awaited<ReturnType<ReturnType<Client["workflow"]["getHandle"]>["fetchHistory"]>>["events"]
  >[number]["eventId"]
>;

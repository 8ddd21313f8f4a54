import type { Client } from "@temporalio/client";
import { randomUUID } from "node:crypto";

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

/** The end of a workflow task: what a reset can go back to. */
async function taskOf(
  client: Client,
  workflowId: string,
  button: Button,
): Promise<NonNullable<Event["eventId"]>> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const ends = (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes);
  const last = ends.length - 1;
  const wanted = { "reset to the first task": 0, "reset to the last task": last }[button as string];
  const { eventId } = ends[wanted ?? Math.floor(last / 2)] ?? {};
  if (!eventId) throw new Error(`${workflowId} has no task to go back to`);
  return eventId;
}

type Event = NonNullable<
  Awaited<ReturnType<ReturnType<Client["workflow"]["getHandle"]>["fetchHistory"]>>["events"]
>[number];

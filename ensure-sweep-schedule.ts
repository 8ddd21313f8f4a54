import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type Client } from "@temporalio/client";
import { workflowSummary } from "#domain/summaries.ts";
import { schedules, taskQueues } from "#temporal.config";

/** Makes the Schedule of `sweep` unless it is there. Every worker of the stories calls it at its start. */
export async function ensureSweepSchedule(client: Client): Promise<void> {
  try {
    await client.schedule.create({
      scheduleId: schedules.sweep.id,
      spec: { intervals: [{ every: schedules.sweep.every }] },
      action: {
        type: "startWorkflow",
        workflowType: "sweep",
        workflowId: "sweep",
        taskQueue: taskQueues.workflows,
        staticSummary: workflowSummary("sweep"),
        workflowRunTimeout: "5 minutes",
      },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: "1 minute" },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}

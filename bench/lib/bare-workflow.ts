import { proxyActivities, sleep } from "@temporalio/workflow";

/** The least that a scheduled publish costs on this server: a timer, and one activity that does nothing. */
export async function bare(input: { dueAt: number; taskQueue: string }): Promise<number> {
  const { nothing } = proxyActivities<{ nothing(): Promise<number> }>({
    taskQueue: input.taskQueue,
    startToCloseTimeout: "1 minute",
  });
  await sleep(Math.max(1, input.dueAt - Date.now()));
  return nothing();
}

import {
  ActivityFailure,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  sleep,
} from "@temporalio/workflow";
import { metricSlots, platformOptions } from "#temporal.config";
import type { PostIds } from "./ids.ts";

export interface MetricActivities {
  /** When the post was published (epoch ms), and its targets that can be measured. */
  measurableTargets(input: PostIds): Promise<{ publishedAt: number; targetIds: string[] }>;
  /** Reads one target's counts now and stores them as the snapshot `slot`. False when the post is gone. */
  takeSnapshot(input: PostIds & { targetId: string; slot: string }): Promise<boolean>;
}

/** Measures a published post at fixed times after its publication. */
export async function collectMetrics(ids: PostIds): Promise<{ snapshots: number }> {
  const { measurableTargets, takeSnapshot } = proxyActivities<MetricActivities>({
    ...platformOptions,
  });
  const { publishedAt, targetIds } = await measurableTargets(ids);
  const gone = new Set<string>();
  let snapshots = 0;
  for (const { slot, afterMs } of metricSlots) {
    const dueAt = publishedAt + afterMs;
    setCurrentDetails(
      `Next measurement (${slot}) at ${new Date(dueAt).toISOString()}. Taken so far: ${snapshots}.`,
    );
    if (dueAt > Date.now())
      await sleep(dueAt - Date.now(), { summary: `until the measurement ${slot}` });
    // Side by side: the retries of one target do not delay the others.
    await Promise.all(
      targetIds
        .filter((targetId) => !gone.has(targetId))
        .map(async (targetId) => {
          try {
            if (await takeSnapshot({ ...ids, targetId, slot })) snapshots += 1;
            else gone.add(targetId);
          } catch (error) {
            rethrowUnlessActivityFailed(error);
            // A measurement that could not be had stays missing; the next is still taken.
          }
        }),
    );
    if (gone.size === targetIds.length) break;
  }
  setCurrentDetails(`Measured ${snapshots} times.`);
  return { snapshots };
}

function rethrowUnlessActivityFailed(error: unknown): void {
  if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
}

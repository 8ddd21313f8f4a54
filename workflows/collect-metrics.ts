import { ActivityFailure, isCancellation, patched, setCurrentDetails } from "@temporalio/workflow";
import { localOptions, metricSlots, platformOptions } from "#temporal.config";
import { onChanged } from "./changed.ts";
import type { PostIds } from "./ids.ts";
import { toldActivities, toldLocalActivities } from "./told-activities.ts";

export interface MetricActivities {
  /** The post's targets that are out, each with when it came out (epoch ms). */
  measurableTargets(input: PostIds): Promise<MeasurableTarget[]>;
  /**
   * Reads one target's counts now and stores them as the snapshot `slot`. False when the post is gone; "skipped" when it is
   * too late for this one, or its account can't be read now.
   */
  takeSnapshot(input: PostIds & { targetId: string; slot: string }): Promise<boolean | "skipped">;
}

export interface MeasurableTarget {
  targetId: string;
  publishedAt: number;
}

interface Measurement {
  targetId: string;
  slot: string;
  dueAt: number;
}

/** Measures each published target at fixed times after it came out. A target that comes out later is told by a signal. */
export async function collectMetrics(ids: PostIds): Promise<{ snapshots: number }> {
  const { measurableTargets, takeSnapshot } = ports();
  const row = onChanged();
  const done = new Set<string>();
  const gone = new Set<string>();
  let snapshots = 0;
  for (;;) {
    row.clear();
    const open = plan(await measurableTargets(ids)).filter(
      (one) => !done.has(nameOf(one)) && !gone.has(one.targetId),
    );
    const [next] = open;
    if (!next) break;
    const at = new Date(next.dueAt).toISOString();
    setCurrentDetails(`Next measurement (${next.slot}) at ${at}. Taken so far: ${snapshots}.`);
    if (await row.waitUntil(next.dueAt, `until the measurement ${next.slot}`)) continue;
    // Side by side: the retries of one target do not delay the others.
    await Promise.all(
      open
        .filter(({ dueAt }) => dueAt <= Date.now())
        .map(async (one) => {
          done.add(nameOf(one));
          try {
            const { targetId, slot } = one;
            const taken = await takeSnapshot({ ...ids, targetId, slot });
            if (taken === true) snapshots += 1;
            if (taken === false) gone.add(targetId);
          } catch (error) {
            // A measurement that could not be had stays missing; the next is still taken.
            if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
          }
        }),
    );
  }
  setCurrentDetails(`Measured ${snapshots} times.`);
  return { snapshots };
}

/** The look at our own rows is done where the story is told; runs that began before ask a worker for it. */
function ports(): MetricActivities {
  const words = {
    measurableTargets: "look which targets are out",
    takeSnapshot: "read the counts of a post",
  };
  const asked = toldActivities<MetricActivities>(platformOptions, words);
  if (!patched("collect-metrics/2")) return asked;
  const told = toldLocalActivities<Pick<MetricActivities, "measurableTargets">>(localOptions, {
    measurableTargets: words.measurableTargets,
  });
  return { ...asked, ...told };
}

/** Every measurement of the targets, the earliest first. */
function plan(targets: readonly MeasurableTarget[]): Measurement[] {
  return targets
    .flatMap(({ targetId, publishedAt }) =>
      metricSlots.map(({ slot, afterMs }) => ({ targetId, slot, dueAt: publishedAt + afterMs })),
    )
    .sort((a, b) => a.dueAt - b.dueAt);
}

function nameOf({ targetId, slot }: Measurement): string {
  return `${targetId}/${slot}`;
}

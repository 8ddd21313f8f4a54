import { z } from "zod";
import type { CallContext, Metrics } from "#platforms/contract.ts";
import { callSandbox } from "./client.ts";
import { manifest } from "./manifest.ts";

/** Counts now. A count that the network does not report, or not as a number, is missing. */
export async function readMetrics(ctx: CallContext, remoteId: string): Promise<Metrics> {
  const counts = await callSandbox({
    deps: ctx,
    step: "read",
    method: "GET",
    path: `/api/posts/${encodeURIComponent(remoteId)}/metrics`,
    secrets: ctx.secrets,
    answer: z.record(z.string(), z.unknown()),
    signal: ctx.signal,
  });
  const metrics: Metrics = {};
  for (const name of manifest.metrics) {
    const count = z.int().nonnegative().safeParse(counts[name]);
    if (count.success) metrics[name] = count.data;
  }
  return metrics;
}

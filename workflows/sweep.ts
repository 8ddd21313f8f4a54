import { proxyActivities } from "@temporalio/workflow";
import { ioOptions } from "#temporal.config";

export interface SweepActivities {
  /** Tells Temporal what the outbox still holds. */
  sweepOutbox(): Promise<{ told: number; waiting: number }>;
}

/** Finds what was accepted and has no workflow yet. Run by a Schedule; one at a time. */
export async function sweep(): Promise<{ told: number; waiting: number }> {
  const { sweepOutbox } = proxyActivities<SweepActivities>({
    ...ioOptions,
    retry: { maximumAttempts: 3 },
  });
  return sweepOutbox();
}

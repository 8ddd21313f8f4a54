import { ioOptions } from "#temporal.config";
import { toldActivities } from "./told-activities.ts";

export interface SweepActivities {
  /** Tells Temporal what the outbox still holds. */
  sweepOutbox(): Promise<{ told: number; waiting: number }>;
  /** Disconnects what was begun an hour ago and never finished, for its workflow to revoke and remove. */
  forgetAbandonedConnections(): Promise<{ forgotten: number }>;
  /** Removes counts of tries whose time is over. */
  forgetThrottles(): Promise<void>;
  /** Removes answers that were kept for repeated requests and are too old to be given again. */
  forgetAnswers(): Promise<void>;
}

/** Finds what was accepted and has no workflow yet, and what was begun and left lying. Run by a Schedule; one at a time. */
export async function sweep(): Promise<{ told: number; waiting: number; forgotten: number }> {
  const activities = toldActivities<SweepActivities>(
    { ...ioOptions, retry: { maximumAttempts: 3 } },
    {
      sweepOutbox: "start what was accepted and has no workflow",
      forgetAbandonedConnections: "give up connections that nobody finished",
      forgetThrottles: "forget counts of tries whose time is over",
      forgetAnswers: "forget answers kept for repeated requests, after 48 hours",
    },
  );
  const outbox = await activities.sweepOutbox();
  const { forgotten } = await activities.forgetAbandonedConnections();
  await activities.forgetThrottles();
  await activities.forgetAnswers();
  return { ...outbox, forgotten };
}

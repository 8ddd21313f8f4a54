import { patched } from "@temporalio/workflow";
import { ioOptions } from "#temporal.config";
import { toldActivities } from "./told-activities.ts";

export interface SweepActivities {
  /** Tells Temporal what the outbox still holds. */
  sweepOutbox(): Promise<{ told: number; waiting: number }>;
  /** Disconnects what was begun an hour ago and never finished, for its workflow to revoke and remove. */
  forgetAbandonedConnections(): Promise<{ forgotten: number }>;
  /** Removes counts of tries whose time is over. */
  forgetThrottles(): Promise<void>;
  /**
   * Removes answers that were kept for repeated requests and are too old to be given again, uploads that nobody finished, and
   * the older part of the log of webhooks; starts anew what is lost of these.
   */
  forgetAnswers(): Promise<void>;
  /** Starts anew, or closes, what is open and has no workflow any more: an operator ended it, or its start was lost. */
  mendOrphans(): Promise<{ restarted: number; closed: number }>;
  /** Tells of posts that are long past their time and not done. */
  raiseOverdue(): Promise<{ overdue: number }>;
  /** Makes the posts of series whose time comes near. */
  makeOccurrences(): Promise<{ made: number; skipped: number }>;
  /** Moves posts whose zone has got other rules, so that they keep their wall time. */
  keepWallTimes(): Promise<{ moved: number }>;
  /** Removes files whose time is over from the database, then their bytes. */
  expireFiles(): Promise<{ expired: number; removed: number }>;
  /** Removes prompts, texts and transcripts whose time is over, and generations that are older still. */
  expireTexts(): Promise<{ texts: number; generations: number }>;
  /** Removes stored files of which no row tells. */
  removeOrphans(): Promise<{ removed: number }>;
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
      mendOrphans: "start anew or close what has no workflow any more",
      raiseOverdue: "tell of posts that are long past their time",
      makeOccurrences: "make the posts of series whose time comes near",
      keepWallTimes: "keep posts at their wall time where a zone has got other rules",
      expireFiles: "remove files whose time is over",
      expireTexts: "remove prompts, texts and transcripts whose time is over",
      removeOrphans: "remove stored files of which nothing tells",
    },
  );
  const outbox = await activities.sweepOutbox();
  const { forgotten } = await activities.forgetAbandonedConnections();
  await activities.forgetThrottles();
  await activities.forgetAnswers();
  if (patched("mend")) {
    await activities.mendOrphans();
    await activities.raiseOverdue();
  }
  if (patched("series")) {
    await activities.keepWallTimes();
    await activities.makeOccurrences();
  }
  if (patched("retention")) {
    await activities.expireFiles();
    await activities.expireTexts();
    await activities.removeOrphans();
  }
  return { ...outbox, forgotten };
}

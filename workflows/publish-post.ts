import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  patched,
  TemporalFailure,
  workflowInfo,
} from "@temporalio/workflow";
import type { PostMove } from "#domain/next-post-move.ts";
import type { PostStatus } from "#domain/states.ts";
import { localOptions } from "#temporal.config";
import { onChanged } from "./changed.ts";
import { deliverTarget, type PartClaim } from "./deliver-target.ts";
import type { PostIds } from "./ids.ts";
import { makeRenditions, tellOperators } from "./post-steps.ts";
import { publishPostBefore } from "./previous/publish-post.ts";
import { toldLocalActivities } from "./told-activities.ts";

/** Activities that this story needs on our own database. */
export interface PublishPostActivities {
  /**
   * Reads the post's row and says what it asks for, having written what follows from the row alone: what nobody decided
   * in time expires, what is ready to go out is fixed, what has ended is settled.
   */
  lookAtPost(input: PostIds & { now: number }): Promise<ToldMove>;
  /** Marks a target whose media can't be made to fit. */
  failTarget(input: PostIds & { targetId: string; code: string; detail: string }): Promise<void>;
  /** Removes what a cancelled post left: renditions and deliveries that were never sent. */
  clearCancelledPost(input: PostIds): Promise<void>;
}

/** A move, and of what is to be delivered the claims in the ledger, by target. */
export type ToldMove = PostMove & { claims?: Record<string, PartClaim> };

const looksWhileDelivering = "publish-post/looks-while-delivering";

type Deliver = Extract<ToldMove, { kind: "deliver" }>;

/** How long a post waits when its row says "deliver" and the gate lets nothing pass. A nudge ends the wait. */
const afterClosedGateMs = 60_000;
/** How long it waits after a failure of our own that outlasted every retry. */
const afterFailureMs = 10 * 60_000;

/** Makes the renditions, waits for approval and for the due time, and delivers each target. */
export async function publishPost(ids: PostIds): Promise<{ status: PostStatus }> {
  if (!patched("publish-post/2")) return publishPostBefore(ids);
  const activities = toldLocalActivities<PublishPostActivities>(localOptions, {
    lookAtPost: "ask the post's row what comes next",
    failTarget: "give up a target whose media can't be made to fit",
    clearCancelledPost: "remove what the cancelled post left",
  });
  const row = onChanged();
  try {
    return await tellStory({ ids, row, activities });
  } catch (error) {
    if (!isCancellation(error)) throw error;
    return CancellationScope.nonCancellable(async () => {
      // The row was cancelled before this workflow was; what is left is to clear up after it.
      await activities.clearCancelledPost(ids);
      const move = await activities.lookAtPost({ ...ids, now: Date.now() });
      if (move.kind === "done" && move.status === "cancelled") throw error;
      // What is being sent can't be taken back: unless the row agrees, its story goes on to its end.
      return tellStory({ ids, row, activities });
    });
  }
}

async function tellStory(input: {
  ids: PostIds;
  row: ReturnType<typeof onChanged>;
  activities: PublishPostActivities;
}): Promise<{ status: PostStatus }> {
  const { ids, row, activities } = input;
  /** The version that was delivered last, as far as the gate let it. */
  let delivered: number | undefined;
  for (;;) {
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof publishPost>(ids);
    row.clear();
    const move = await look({ ids, row, activities });
    if (!move) continue;
    tellOperators(move);
    switch (move.kind) {
      case "prepare":
        await orLookAgain(row, () => makeRenditions({ ids, move, activities }));
        break;
      case "await_approval":
        await row.waitUntil(move.until, "waiting for a person to approve");
        break;
      case "await_due":
        await row.waitUntil(move.until, "waiting for the due time");
        break;
      case "await_connection":
        await row.waitUntil(move.until, "waiting for the account to be connected again");
        break;
      case "deliver": {
        // The gate let nothing pass though the row said so (a halt, for example): asking at once would never end.
        if (delivered === move.version) {
          await row.waitUntil(Date.now() + afterClosedGateMs, "waiting before trying again");
          // The row may ask for something else by now.
          delivered = undefined;
          continue;
        }
        delivered = move.version;
        const ended = await orLookAgain(row, () => deliverAll({ ids, move, row, activities }));
        // What ended the post said so: its row needs no further look, unless it changed since.
        if (row.changed()) {
          // Nor does it wait behind a gate that was closed before.
          if (patched(looksWhileDelivering)) delivered = undefined;
          break;
        }
        if (!ended) break;
        tellOperators({ kind: "done", status: ended, published: true });
        return { status: ended };
      }
      case "done":
        // Told meanwhile that the row changed (a person asked to go on): the end is not the end yet.
        if (row.changed()) break;
        return { status: move.status };
    }
    if (move.kind !== "deliver") delivered = undefined;
  }
}

/** The row's next move; undefined when it could not be had, and it was waited a while. Throws when the row is gone. */
async function look(input: {
  ids: PostIds;
  row: ReturnType<typeof onChanged>;
  activities: PublishPostActivities;
}): Promise<ToldMove | undefined> {
  return orLookAgain(input.row, () =>
    input.activities.lookAtPost({ ...input.ids, now: Date.now() }),
  );
}

/**
 * A step of ours that failed after all its retries ends nothing: the row says what became of the post, and is looked at
 * again later. Only a row in a final state ends this story.
 */
async function orLookAgain<Result>(
  row: ReturnType<typeof onChanged>,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    // A local activity's failure comes bare, another's within an ActivityFailure.
    if (isCancellation(error) || !(error instanceof TemporalFailure) || isGone(error)) throw error;
    await row.waitUntil(Date.now() + afterFailureMs, "something failed on our side; looking again");
    return undefined;
  }
}

/** The post's row is not there any more. */
function isGone(error: TemporalFailure): boolean {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return cause instanceof ApplicationFailure && cause.type === "gone";
}

/**
 * Delivers the targets side by side, each to its end: what breaks one does not cut the others short. One that a person
 * sends on its way again meanwhile (retried, or its account connected again) does not wait for the others. Returns what
 * became of the post where a delivery ended it.
 */
async function deliverAll(input: {
  ids: PostIds;
  move: Deliver;
  row: ReturnType<typeof onChanged>;
  activities: PublishPostActivities;
}): Promise<PostStatus | undefined> {
  const { ids, row, activities } = input;
  const underWay = new Set<string>();
  const failures: unknown[] = [];
  let ended: PostStatus | undefined;
  let looked = false;
  const deliver = async (targetId: string, { version, claims }: Deliver): Promise<void> => {
    underWay.add(targetId);
    try {
      const claim = claims?.[targetId];
      ended = (await deliverTarget({ ids: { ...ids, targetId }, version, claim })) ?? ended;
    } catch (error) {
      failures.push(error);
    } finally {
      underWay.delete(targetId);
    }
  };
  const deliverThoseOf = (move: Deliver): void => {
    for (const targetId of move.targetIds)
      if (!underWay.has(targetId)) void deliver(targetId, move);
  };

  deliverThoseOf(input.move);
  for (;;) {
    // What is being delivered goes on to its end, cancelled or not.
    const changed = await CancellationScope.nonCancellable(async () => {
      await condition(() => underWay.size === 0 || row.changed());
      if (underWay.size === 0) return false;
      if (patched(looksWhileDelivering)) return true;
      await condition(() => underWay.size === 0);
      return false;
    });
    if (!changed) break;
    looked = true;
    row.clear();
    const move = await CancellationScope.nonCancellable(() => look({ ids, row, activities }));
    if (move?.kind === "deliver") deliverThoseOf(move);
  }
  if (failures.length > 0) throw failures.find(isCancellation) ?? failures[0];
  // What a delivery said before somebody sent another on its way says nothing of the post any more.
  return looked ? undefined : ended;
}

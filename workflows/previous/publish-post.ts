import {
  ActivityFailure,
  CancellationScope,
  continueAsNew,
  getExternalWorkflowHandle,
  isCancellation,
  ParentClosePolicy,
  patched,
  startChild,
  workflowInfo,
  WorkflowIdReusePolicy,
} from "@temporalio/workflow";
import type { PostMove } from "#domain/next-post-move.ts";
import type { PostStatus } from "#domain/states.ts";
import { workflowSummary } from "#domain/summaries.ts";
import { ioOptions, searchAttributes, taskQueues } from "#temporal.config";
import { changedSignal, onChanged } from "../changed.ts";
import { collectMetrics } from "../collect-metrics.ts";
import type { publishPost } from "../publish-post.ts";
import { deliverTarget } from "./deliver-target.ts";
import { makeRenditionsBefore } from "./make-renditions.ts";
import type { PostIds } from "../ids.ts";
import { tellOperators } from "../post-steps.ts";
import { toldActivities } from "../told-activities.ts";

/** Activities that this story needs on our own database. */
export interface PublishPostActivities {
  /** Reads the post's row and says what it asks for. Expires what nobody decided in time. */
  nextPostMove(input: PostIds & { now: number }): Promise<PostMove>;
  /** Fixes what exactly goes out: its hash, and the approval to ask for. Does nothing for an outdated version. */
  sealPost(input: PostIds & { version: number; now: number }): Promise<void>;
  /** Marks a target whose media can't be made to fit. */
  failTarget(input: PostIds & { targetId: string; code: string; detail: string }): Promise<void>;
  /** Draws the post's state from its targets. */
  settlePost(input: PostIds): Promise<void>;
  /** Removes what a cancelled post left: renditions and deliveries that were never sent. */
  clearCancelledPost(input: PostIds): Promise<void>;
}

/** How long a post waits when its row says "deliver" and the gate lets nothing pass. A nudge ends the wait. */
const afterClosedGateMs = 60_000;
/** How long it waits after a failure of our own that outlasted every retry. */
const afterFailureMs = 10 * 60_000;

/**
 * The story as it was told before posts had parts, for runs that began then: it replays what they did, and hands over to
 * the story of today before its next move.
 */
export async function publishPostBefore(ids: PostIds): Promise<{ status: PostStatus }> {
  const activities = toldActivities<PublishPostActivities>(ioOptions, {
    nextPostMove: "ask the post's row what comes next",
    sealPost: "fix exactly what goes out",
    failTarget: "give up a target whose media can't be made to fit",
    settlePost: "draw the post's state from its targets",
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
      const { kind } = await activities.nextPostMove({ ...ids, now: Date.now() });
      // What is being sent can't be taken back: unless the row agrees, its story goes on to its end.
      if (kind === "deliver") return tellStory({ ids, row, activities });
      throw error;
    });
  }
}

async function tellStory(input: {
  ids: PostIds;
  row: ReturnType<typeof onChanged>;
  activities: PublishPostActivities;
}): Promise<{ status: PostStatus }> {
  const { ids, row, activities } = input;
  let previous: PostMove["kind"] | undefined;
  for (;;) {
    if (patched("publish-post/hand-over") || workflowInfo().continueAsNewSuggested)
      await continueAsNew<typeof publishPost>(ids);
    row.clear();
    const move = await activities.nextPostMove({ ...ids, now: Date.now() });
    tellOperators(move);
    switch (move.kind) {
      case "prepare":
        await orLookAgain(row, async () => {
          await makeRenditionsBefore({ ids, move, activities });
          await activities.sealPost({ ...ids, version: move.version, now: Date.now() });
        });
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
      case "deliver":
        // The gate let nothing pass though the row said so (a halt, for example): asking at once would never end.
        if (previous === "deliver") {
          await row.waitUntil(Date.now() + afterClosedGateMs, "waiting before trying again");
          // The row may ask for something else by now.
          previous = undefined;
          continue;
        }
        await orLookAgain(row, async () => {
          await deliverAll({ ids, move });
          await activities.settlePost(ids);
        });
        break;
      case "done":
        return { status: move.status };
    }
    previous = move.kind;
  }
}

/**
 * A step of ours that failed after all its retries ends nothing: the row says what became of the post, and is looked at
 * again later. Only a row in a final state ends this story.
 */
async function orLookAgain(
  row: ReturnType<typeof onChanged>,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    await row.waitUntil(Date.now() + afterFailureMs, "something failed on our side; looking again");
  }
}

/** Delivers the targets side by side, each to its end: what breaks one does not cut the others short. */
async function deliverAll({
  ids,
  move,
}: {
  ids: PostIds;
  move: Extract<PostMove, { kind: "deliver" }>;
}): Promise<void> {
  const ended = await Promise.allSettled(
    move.targetIds.map(async (targetId) => {
      const { published } = await deliverTarget({
        ids: { ...ids, targetId },
        version: move.version,
      });
      if (published) await startMeasuring(ids);
    }),
  );
  const reasons: unknown[] = ended.flatMap((one) =>
    one.status === "rejected" ? [one.reason] : [],
  );
  if (reasons.length > 0) throw reasons.find(isCancellation) ?? reasons[0];
}

/** Measuring outlives this workflow. One that is under way already is told that another target is out. */
async function startMeasuring(ids: PostIds): Promise<void> {
  const workflowId = `metrics/${ids.postId}`;
  try {
    await CancellationScope.nonCancellable(() =>
      startChild(collectMetrics, {
        workflowId,
        taskQueue: taskQueues.workflows,
        args: [ids],
        parentClosePolicy: ParentClosePolicy.ABANDON,
        workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
        staticSummary: workflowSummary("collectMetrics"),
        typedSearchAttributes: [
          { key: searchAttributes.workspaceId, value: ids.workspaceId },
          { key: searchAttributes.postId, value: ids.postId },
        ],
      }),
    );
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "WorkflowExecutionAlreadyStartedError")
      throw error;
    // One that has measured all it knew of and ended is not woken again; that is no fault of this post.
    await getExternalWorkflowHandle(workflowId)
      .signal(changedSignal)
      .catch(() => undefined);
  }
}

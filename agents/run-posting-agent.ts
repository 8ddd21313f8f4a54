import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  ChildWorkflowCancellationType,
  ChildWorkflowFailure,
  executeChild,
  isCancellation,
  ParentClosePolicy,
  patched,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
  WorkflowIdReusePolicy,
} from "@temporalio/workflow";
import type { GenerationStatus, PostStatus, RunStatus } from "#domain/states.ts";
import { workflowSummary } from "#domain/summaries.ts";
import { generate } from "#workflows/generate.ts";
import type { RunIds } from "#workflows/ids.ts";
import { publishPost } from "#workflows/publish-post.ts";
import { toldActivities } from "#workflows/told-activities.ts";
import { ioOptions, searchAttributes, taskQueues } from "#temporal.config";
import { askRole, takePosition, type Conversation } from "./ask-role.ts";
import { goesOnElsewhere, waitForEnd, type Outcome } from "./wait-for-end.ts";

export interface RunStart {
  workspaceId: string;
  agentId: string;
  /** Absent when a Schedule woke the agent: then the run's row is made first. */
  runId?: string;
}

export interface AgentActivities {
  /** Makes or finds the run's row; `go: false` when the agent is paused or a limit of the day is reached. */
  beginRun(
    input: RunStart & { workflowId: string; wokenFor?: number; now: number },
  ): Promise<{ runId: string; go: boolean; status: RunStatus }>;
  /** Collects what the roles are to know: recent posts and how they did. */
  gatherContext(input: RunIds & { position: number }): Promise<void>;
  /** Holds the draft against limits and policy, by code. */
  checkDraft(
    input: RunIds & { position: number; attempt: number; now: number },
  ): Promise<
    { verdict: "ok" } | { verdict: "revise" } | { verdict: "refused"; code: string; detail: string }
  >;
  /** Reserves an image for the draft; its generation is a workflow of its own. */
  orderImage(input: RunIds & { position: number }): Promise<{ generationId: string }>;
  /** Makes the post from the draft, once, with the approval that the agent's autonomy asks for. */
  createAgentPost(
    input: RunIds & { position: number; generationId?: string; now: number },
  ): Promise<{ postId: string } | { refused: { code: string; detail: string } }>;
  /** What became of the run's image, and of its post, where another workflow than a child sees to it. */
  imageOutcome(input: RunIds & { generationId: string }): Promise<Outcome<GenerationStatus>>;
  postOutcome(input: RunIds & { postId: string }): Promise<Outcome<PostStatus>>;
  endRun(
    input: RunIds & { status: RunStatus; code?: string; detail?: string },
  ): Promise<{ status: RunStatus }>;
}

/** One wake-up of an agent: gather, plan, write, check, illustrate, and hand the post to `publishPost`. */
export async function runPostingAgent(
  start: RunStart,
): Promise<{ runId: string; status: RunStatus }> {
  const activities = toldActivities<AgentActivities>(ioOptions, {
    beginRun: "begin the run, within the agent's limits",
    gatherContext: "look at recent posts and how they did",
    checkDraft: "hold the draft against limits and policy",
    orderImage: "reserve credits for the image",
    createAgentPost: "make the post from the draft",
    imageOutcome: "look what became of the image",
    postOutcome: "look what became of the post",
    endRun: "write how the run ended",
  });
  // A cancellation that comes now waits until the row is there, so that it can be told.
  const begun = await CancellationScope.nonCancellable(() =>
    activities.beginRun({
      ...start,
      workflowId: workflowInfo().workflowId,
      ...wokenFor(),
      now: Date.now(),
    }),
  );
  const ids: RunIds = {
    workspaceId: start.workspaceId,
    agentId: start.agentId,
    runId: begun.runId,
  };
  if (!begun.go) return finish("Nothing to do", { runId: begun.runId, status: begun.status });

  const end = (status: RunStatus, reason?: { code: string; detail: string }) =>
    CancellationScope.nonCancellable(() => activities.endRun({ ...ids, status, ...reason }));
  try {
    const status = await tellStory(ids, activities);
    return finish("Done", { runId: ids.runId, status: (await end(status)).status });
  } catch (error) {
    if (isCancellation(error)) {
      const ended = await end("cancelled");
      if (CancellationScope.current().consideredCancelled) throw error;
      // Only the post or its image was cancelled: that ends this run as told, and fails nothing.
      return finish("Cancelled", { runId: ids.runId, status: ended.status });
    }
    const ended = await end("failed", reasonOf(error));
    return finish("Failed", { runId: ids.runId, status: ended.status });
  }
}

async function tellStory(ids: RunIds, activities: AgentActivities): Promise<RunStatus> {
  const conversation: Conversation = { ids, position: 0, turns: { planner: 0, writer: 0 } };
  const step = () => ({ ...ids, position: takePosition(conversation) });

  tellOperators("gathering", "Looking at recent posts and how they did.");
  await activities.gatherContext(step());

  tellOperators("planning", "Deciding what to post.");
  const plan = await askRole(conversation, "planner");

  tellOperators("writing", "Writing the post.");
  await writeWithinPolicy({ ids, activities, conversation });

  let generationId: string | undefined;
  if (plan.wantsImage) {
    tellOperators("illustrating", "Generating the image.");
    generationId = await illustrate(step(), activities);
  }

  const post = await activities.createAgentPost({
    ...step(),
    ...(generationId ? { generationId } : {}),
    now: Date.now(),
  });
  if ("refused" in post)
    throw ApplicationFailure.nonRetryable(post.refused.detail, post.refused.code);

  tellOperators("publishing", "The post is on its way: see the child workflow.");
  return runStatusOf(await publish({ ids, postId: post.postId, activities }));
}

/** At most two revisions: what still breaks the policy then is not posted. */
async function writeWithinPolicy(input: {
  ids: RunIds;
  activities: AgentActivities;
  conversation: Conversation;
}): Promise<void> {
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    await askRole(input.conversation, "writer");
    const check = await input.activities.checkDraft({
      ...input.ids,
      position: takePosition(input.conversation),
      attempt,
      now: Date.now(),
    });
    if (check.verdict === "ok") return;
    if (check.verdict === "refused")
      throw ApplicationFailure.nonRetryable(check.detail, check.code);
  }
  throw ApplicationFailure.nonRetryable(
    "The draft still breaks the policy after two revisions.",
    "policy_refused",
  );
}

async function illustrate(
  at: RunIds & { position: number },
  activities: AgentActivities,
): Promise<string> {
  const { generationId } = await activities.orderImage(at);
  const workflowId = `generation/${generationId}`;
  const { position: _, ...ids } = at;
  const status = await asChild({
    start: async () =>
      (
        await executeChild(generate, {
          workflowId,
          taskQueue: taskQueues.workflows,
          args: [{ workspaceId: at.workspaceId, generationId }],
          parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
          cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
          staticSummary: workflowSummary("generate"),
          typedSearchAttributes: [
            { key: searchAttributes.workspaceId, value: at.workspaceId },
            { key: searchAttributes.agentId, value: at.agentId },
          ],
        })
      ).status,
    workflowId,
    look: () => activities.imageOutcome({ ...ids, generationId }),
  });
  if (status !== "succeeded")
    throw ApplicationFailure.nonRetryable("The image could not be made.", "image_failed");
  return generationId;
}

async function publish(input: {
  ids: RunIds;
  postId: string;
  activities: AgentActivities;
}): Promise<PostStatus> {
  const { ids, postId, activities } = input;
  const workflowId = `post/${postId}`;
  return asChild({
    start: async () =>
      (
        await executeChild(publishPost, {
          workflowId,
          taskQueue: taskQueues.workflows,
          args: [{ workspaceId: ids.workspaceId, postId }],
          parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
          cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
          workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
          staticSummary: workflowSummary("publishPost"),
          typedSearchAttributes: [
            { key: searchAttributes.workspaceId, value: ids.workspaceId },
            { key: searchAttributes.agentId, value: ids.agentId },
            { key: searchAttributes.postId, value: postId },
          ],
        })
      ).status,
    workflowId,
    look: () => activities.postOutcome({ ...ids, postId }),
  });
}

/** Has work done by a child; where the child does not see to it, or no more, the work's row tells its end. */
async function asChild<Status>(input: {
  start: () => Promise<Status>;
  workflowId: string;
  look: () => Promise<Outcome<Status>>;
}): Promise<Status> {
  try {
    return await input.start();
  } catch (error) {
    if (!goesOnElsewhere(error) || !patched("wait-for-end")) throw error;
    return waitForEnd(input);
  }
}

/** What the post's end means for the run: a person's no is no failure of the agent. */
function runStatusOf(post: PostStatus): RunStatus {
  if (post === "published" || post === "partially_published") return "succeeded";
  if (post === "cancelled" || post === "rejected" || post === "expired") return "cancelled";
  return "failed";
}

/** The instant of the Schedule that started this workflow, as Temporal tells it. */
function wokenFor(): { wokenFor?: number } {
  const found = workflowInfo().searchAttributes["TemporalScheduledStartTime"]?.[0];
  return found instanceof Date ? { wokenFor: found.getTime() } : {};
}

/** What people are told. Words meant for them come as a code of ours; any other failure may quote internals. */
function reasonOf(error: unknown): { code: string; detail: string } {
  const cause =
    error instanceof ActivityFailure || error instanceof ChildWorkflowFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure && /^[a-z_]+$/.test(cause.type ?? ""))
    return { code: cause.type ?? "", detail: cause.message };
  if (error instanceof ActivityFailure && error.activityType === "callRole") {
    return {
      code: "provider_down",
      detail: "The provider did not answer after several tries. Try again later.",
    };
  }
  return {
    code: "internal",
    detail: "The run failed for a reason of our own. An operator can read it in the Temporal UI.",
  };
}

function tellOperators(stage: string, details: string): void {
  setCurrentDetails(details);
  upsertSearchAttributes([{ key: searchAttributes.stage, value: stage }]);
}

function finish(
  word: string,
  result: { runId: string; status: RunStatus },
): { runId: string; status: RunStatus } {
  tellOperators(result.status, `${word}: ${result.status}.`);
  return result;
}

import { ApplicationFailure } from "@temporalio/activity";
import type { WorkflowHandle } from "@temporalio/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Turn } from "#agents/ask-role.ts";
import { isOver } from "#domain/next-post-move.ts";
import { createPaperPost, type PaperPost } from "#test/harness/create-paper-post.ts";
import { expectCancelled } from "#test/harness/expect-cancelled.ts";
import { failTimes } from "#test/harness/fail-times.ts";
import { imagePlan } from "#test/harness/generation-plans.ts";
import { openStage, type Play, type Ports, type Stage } from "#test/harness/open-stage.ts";
import { workUntilCancelled } from "#test/harness/work-until-cancelled.ts";

let stage: Stage;
let paper: PaperPost;
// A stage for each: once a story ended before the measuring that it started, the test server lets no time skip any more.
beforeEach(async () => {
  stage = await openStage();
  paper = createPaperPost({ dueAt: await stage.now() });
});
afterEach(() => stage.close());

const plan: Turn = { kind: "answer", wantsImage: false };
const draft: Turn = { kind: "answer", wantsImage: false };

/** Starts a run; the roles say what the lists hold, in order. By default all goes well. */
async function wake(options: {
  planner?: Turn[];
  writer?: Turn[];
  check?: Awaited<ReturnType<Ports["checkDraft"]>>[];
  standIns?: Partial<Ports>;
}): Promise<{ play: Play; handle: WorkflowHandle }> {
  const turns = {
    planner: [...(options.planner ?? [plan])],
    writer: [...(options.writer ?? [draft])],
  };
  const checks = [...(options.check ?? [])];
  const play = stage.play({
    ...paper.standIns,
    beginRun: async () => ({ runId: "run-1", go: true, status: "running" }),
    gatherContext: async () => undefined,
    async callRole({ role }) {
      const turn = turns[role].shift();
      if (!turn) throw ApplicationFailure.nonRetryable("asked too often", "asked_too_often");
      return turn;
    },
    callTool: async () => undefined,
    checkDraft: async () => checks.shift() ?? { verdict: "ok" },
    orderImage: async () => ({ generationId: "generation-1" }),
    createAgentPost: async () => ({ postId: "post-1" }),
    endRun: async ({ status }) => ({ status }),
    planGeneration: async () => imagePlan,
    askProvider: async () => ({ kind: "stored" }),
    endGeneration: async ({ status }) => ({ status }),
    ...options.standIns,
  });
  const handle = await stage.start(play, "runPostingAgent", {
    input: { agentId: "agent-1", runId: "run-1" },
    workflowId: "run/run-1",
  });
  return { play, handle };
}

/** The run's own steps, in order: the child's are tested with the child. */
function stepsOf(play: Play): string[] {
  return play
    .calls()
    .filter((call) => call.workflowId === "run/run-1")
    .map(({ name, input }) => ("stepKey" in input ? `${name} ${input.stepKey}` : name));
}

function endOf(play: Play): unknown[] {
  return play
    .calls("endRun")
    .map(({ input: { status, code } }) => (code ? [status, code] : [status]));
}

test("gathers, plans, writes, checks, and hands the post to its own story", async () => {
  const { play, handle } = await wake({});
  await expect(handle.result()).resolves.toEqual({ runId: "run-1", status: "succeeded" });
  expect(stepsOf(play)).toEqual([
    "beginRun",
    "gatherContext",
    "callRole planner.1",
    "callRole writer.1",
    "checkDraft",
    "createAgentPost",
    "endRun",
  ]);
  const ids = { workspaceId: play.workspaceId, agentId: "agent-1", runId: "run-1" };
  expect(play.calls("beginRun")[0]?.input).toEqual({
    ...ids,
    workflowId: "run/run-1",
    now: expect.any(Number),
  });
  expect(play.calls("callRole").map(({ queue }) => queue)).toEqual(["model", "model"]);
  const positions = play
    .calls()
    .flatMap(({ input }) => ("position" in input ? [input.position] : []));
  expect(positions).toEqual([1, 2, 3, 4, 5]);
  expect(play.calls("createAgentPost")[0]?.input).not.toHaveProperty("generationId");

  const post = await stage.client.workflow.getHandle("post/post-1").describe();
  expect(post.type).toBe("publishPost");
  expect(post.parentExecution?.workflowId).toBe("run/run-1");
  expect(post.searchAttributes).toMatchObject({ AgentId: ["agent-1"], PostId: ["post-1"] });
  expect(play.calls("publishDelivery")).toHaveLength(1);
  expect(await stage.detailsOf(handle)).toBe("Done: succeeded.");
  expect(await stage.summariesOf(handle)).toEqual(
    expect.arrayContaining(["ask the planner, turn 1", "ask the writer, turn 1"]),
  );
});

test("each tool call is an activity of its own, and the role is asked again with its results", async () => {
  const { play, handle } = await wake({
    planner: [
      {
        kind: "tool_calls",
        calls: [
          { id: "call-1", name: "recent_posts" },
          { id: "call-2", name: "post_metrics" },
        ],
      },
      plan,
    ],
  });
  await expect(handle.result()).resolves.toMatchObject({ status: "succeeded" });
  expect(stepsOf(play).slice(2, 6)).toEqual([
    "callRole planner.1",
    "callTool planner.1",
    "callTool planner.1",
    "callRole planner.2",
  ]);
  expect(
    play
      .calls("callTool")
      .map(({ input: { callId, tool, position }, queue }) => [callId, tool, position, queue]),
  ).toEqual([
    ["call-1", "recent_posts", 3, "io"],
    ["call-2", "post_metrics", 4, "io"],
  ]);
  expect(await stage.summariesOf(handle)).toContain("the planner uses post_metrics");
});

test("an invalid answer is corrected in the next turn", async () => {
  const { play, handle } = await wake({ writer: [{ kind: "invalid", problems: 2 }, draft] });
  await expect(handle.result()).resolves.toMatchObject({ status: "succeeded" });
  expect(stepsOf(play).slice(3, 5)).toEqual(["callRole writer.1", "callRole writer.2"]);
});

test("a role that gives no valid answer in eight turns fails the run", async () => {
  const { play, handle } = await wake({
    planner: Array.from({ length: 20 }, () => ({ kind: "invalid", problems: 1 })),
  });
  await expect(handle.result()).resolves.toEqual({ runId: "run-1", status: "failed" });
  expect(play.calls("callRole")).toHaveLength(8);
  expect(endOf(play)).toEqual([["failed", "model_gave_no_answer"]]);
  expect(play.calls("createAgentPost")).toEqual([]);
});

test("a model that refuses ends the run with its reason", async () => {
  const { play, handle } = await wake({
    writer: [{ kind: "refused", code: "content_refused", detail: "No." }],
  });
  await expect(handle.result()).resolves.toMatchObject({ status: "failed" });
  expect(play.calls("endRun")[0]?.input).toMatchObject({ code: "content_refused", detail: "No." });
});

test("a provider that stays away fails the run after four tries, with a reason that tells no internals", async () => {
  const { play, handle } = await wake({
    standIns: {
      callRole: async () => {
        throw new Error("connect ECONNREFUSED 10.0.0.7");
      },
    },
  });
  await expect(handle.result()).resolves.toMatchObject({ status: "failed" });
  expect(play.calls("callRole").map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
  expect(endOf(play)).toEqual([["failed", "provider_down"]]);
  expect(JSON.stringify(play.calls("endRun")[0]?.input)).not.toContain("10.0.0.7");
});

test("a failure of our own ends the run as failed, and tells people no internals", async () => {
  const { play, handle } = await wake({
    standIns: {
      gatherContext: async () => {
        throw ApplicationFailure.create({
          nonRetryable: true,
          type: "TypeError",
          message: "secret of undefined",
        });
      },
    },
  });
  await expect(handle.result()).resolves.toMatchObject({ status: "failed" });
  expect(endOf(play)).toEqual([["failed", "internal"]]);
  expect(JSON.stringify(play.calls("endRun")[0]?.input)).not.toContain("secret");
});

test("what the policy refuses is never posted", async () => {
  const { play, handle } = await wake({
    check: [{ verdict: "refused", code: "daily_limit", detail: "Enough for today." }],
  });
  await expect(handle.result()).resolves.toMatchObject({ status: "failed" });
  expect(endOf(play)).toEqual([["failed", "daily_limit"]]);
  expect(play.calls("createAgentPost")).toEqual([]);
});

test("a draft is revised twice at most", async () => {
  const good = await wake({
    writer: [draft, draft, draft],
    check: [{ verdict: "revise" }, { verdict: "revise" }, { verdict: "ok" }],
  });
  await expect(good.handle.result()).resolves.toMatchObject({ status: "succeeded" });
  expect(good.play.calls("checkDraft").map(({ input }) => input.attempt)).toEqual([1, 2, 3]);
  expect(good.play.calls("callRole").map(({ input }) => input.stepKey)).toEqual([
    "planner.1",
    "writer.1",
    "writer.2",
    "writer.3",
  ]);
});

test("a draft that still breaks the policy after two revisions is not posted", async () => {
  const { play, handle } = await wake({
    writer: [draft, draft, draft, draft],
    check: [{ verdict: "revise" }, { verdict: "revise" }, { verdict: "revise" }, { verdict: "ok" }],
  });
  await expect(handle.result()).resolves.toMatchObject({ status: "failed" });
  expect(play.calls("callRole")).toHaveLength(4);
  expect(endOf(play)).toEqual([["failed", "policy_refused"]]);
});

test("an image that the plan wants is generated as a story of its own, and goes with the post", async () => {
  const { play, handle } = await wake({ planner: [{ kind: "answer", wantsImage: true }] });
  await expect(handle.result()).resolves.toMatchObject({ status: "succeeded" });
  expect(play.calls("createAgentPost")[0]?.input.generationId).toBe("generation-1");
  const generation = await stage.client.workflow.getHandle("generation/generation-1").describe();
  expect(generation).toMatchObject({ type: "generate", status: { name: "COMPLETED" } });
  expect(generation.parentExecution?.workflowId).toBe("run/run-1");
});

test("without its image the post is not made", async () => {
  const { play, handle } = await wake({
    planner: [{ kind: "answer", wantsImage: true }],
    standIns: {
      askProvider: async () => ({ kind: "refused", code: "content_refused", detail: "No." }),
    },
  });
  await expect(handle.result()).resolves.toMatchObject({ status: "failed" });
  expect(endOf(play)).toEqual([["failed", "image_failed"]]);
  expect(play.calls("createAgentPost")).toEqual([]);
});

test("a post that can't be made ends the run with the reason", async () => {
  const { play, handle } = await wake({
    standIns: {
      createAgentPost: async () => ({
        refused: { code: "channel_gone", detail: "Its channel is gone." },
      }),
    },
  });
  await expect(handle.result()).resolves.toMatchObject({ status: "failed" });
  expect(endOf(play)).toEqual([["failed", "channel_gone"]]);
});

test("skipped when the agent may not work now", async () => {
  const { play, handle } = await wake({
    standIns: { beginRun: async () => ({ runId: "run-1", go: false, status: "skipped" }) },
  });
  await expect(handle.result()).resolves.toEqual({ runId: "run-1", status: "skipped" });
  expect(stepsOf(play)).toEqual(["beginRun"]);
});

test("cancelled while its post awaits approval, the post is cleared and the run ends as cancelled", async () => {
  paper = createPaperPost({ dueAt: await stage.now(), approval: "required" });
  const { play, handle } = await wake({});
  const post = stage.client.workflow.getHandle("post/post-1");
  await untilAwaitingApproval(post);
  paper.cancel();
  await handle.cancel();

  await expectCancelled(handle);
  expect(play.calls("clearCancelledPost")).toHaveLength(1);
  expect(endOf(play)).toEqual([["cancelled"]]);
  expect((await post.describe()).status.name).toBe("CANCELLED");
  expect(play.calls("publishDelivery")).toEqual([]);
});

test("a post that a person cancels ends the run as cancelled, and no workflow fails", async () => {
  paper = createPaperPost({ dueAt: await stage.now(), approval: "required" });
  const { play, handle } = await wake({});
  const post = stage.client.workflow.getHandle("post/post-1");
  await untilAwaitingApproval(post);
  paper.cancel();
  await post.cancel();

  await expect(handle.result()).resolves.toEqual({ runId: "run-1", status: "cancelled" });
  expect(endOf(play)).toEqual([["cancelled"]]);
});

/** Begins a story as another than the run does: a person's change, or the sweep. */
const beginElsewhere = (type: string, workflowId: string, input: Record<string, string>) =>
  stage.client.workflow.start(type, { workflowId, taskQueue: "workflows", args: [input] });
const postElsewhere: Partial<Ports> = {
  postOutcome: async () => ({ status: paper.row.status, over: isOver(paper.row.status) }),
  async createAgentPost({ workspaceId }) {
    await beginElsewhere("publishPost", "post/post-1", { workspaceId, postId: "post-1" });
    return { postId: "post-1" };
  },
};

test("a post whose story was begun before the run came to it: the run waits for its end", async () => {
  paper = createPaperPost({ dueAt: await stage.now(), approval: "required" });
  const { play, handle } = await wake({ standIns: postElsewhere });
  const post = stage.client.workflow.getHandle("post/post-1");
  await untilAwaitingApproval(post);
  await vi.waitFor(() => expect(play.calls("postOutcome").length).toBeGreaterThan(0));
  paper.approve();
  await post.signal("changed");
  await expect(handle.result()).resolves.toEqual({ runId: "run-1", status: "succeeded" });
  expect((await post.describe()).parentExecution).toBeFalsy();
  expect(play.calls("publishDelivery")).toHaveLength(1);
});

test("told that its post has ended, the run looks at once", async () => {
  paper = createPaperPost({ dueAt: await stage.now(), approval: "required" });
  const { play, handle } = await wake({ standIns: postElsewhere });
  await vi.waitFor(() => expect(play.calls("postOutcome")).toHaveLength(1));
  paper.row.status = "rejected";
  await handle.signal("changed");
  // No time passes but that of the calls themselves.
  await vi.waitFor(async () => expect((await handle.describe()).status.name).toBe("COMPLETED"));
  expect(endOf(play)).toEqual([["cancelled"]]);
});

test("cancelled while its post goes on elsewhere, that is cancelled too", async () => {
  paper = createPaperPost({ dueAt: await stage.now(), approval: "required" });
  const { play, handle } = await wake({ standIns: postElsewhere });
  const post = stage.client.workflow.getHandle("post/post-1");
  await untilAwaitingApproval(post);
  await vi.waitFor(() => expect(play.calls("postOutcome").length).toBeGreaterThan(0));
  await handle.cancel();
  await expectCancelled(handle);
  await expectCancelled(post);
  expect(endOf(play)).toEqual([["cancelled"]]);
  expect(paper.row.status).toBe("cancelled");
});

test("an image that was begun elsewhere is waited for", async () => {
  let looks = 0;
  const { play, handle } = await wake({
    planner: [{ kind: "answer", wantsImage: true }],
    standIns: {
      async orderImage({ workspaceId }) {
        const ids = { workspaceId, generationId: "generation-1" };
        await beginElsewhere("generate", "generation/generation-1", ids);
        return { generationId: "generation-1" };
      },
      askProvider: workUntilCancelled,
      imageOutcome: async () => {
        looks += 1;
        return looks < 3 ? { status: "running", over: false } : { status: "succeeded", over: true };
      },
    },
  });
  await expect(handle.result()).resolves.toMatchObject({ status: "succeeded" });
  expect(play.calls("createAgentPost")[0]?.input.generationId).toBe("generation-1");
  await stage.client.workflow.getHandle("generation/generation-1").terminate();
});

test("a post that nobody approves ends the run as cancelled after 72 hours", async () => {
  paper = createPaperPost({ dueAt: await stage.now(), approval: "required" });
  const { play, handle } = await wake({});
  await expect(handle.result()).resolves.toEqual({ runId: "run-1", status: "cancelled" });
  expect(play.calls("publishDelivery")).toEqual([]);
});

test("cancelled while the model works, the run ends as cancelled, told until our database hears it", async () => {
  const { play, handle } = await wake({
    standIns: {
      callRole: workUntilCancelled,
      endRun: failTimes(2, async ({ status }: Parameters<Ports["endRun"]>[0]) => ({ status })),
    },
  });
  await vi.waitFor(() => expect(play.calls("callRole")).toHaveLength(1));
  await handle.cancel();
  await expectCancelled(handle);
  expect(endOf(play)).toEqual([["cancelled"], ["cancelled"], ["cancelled"]]);
});

test("cancelled before its row is there, the row is made and told all the same", async () => {
  const begun = Promise.withResolvers<void>();
  const { play, handle } = await wake({
    standIns: {
      beginRun: async () => {
        await begun.promise;
        return { runId: "run-1", go: true, status: "running" };
      },
    },
  });
  await vi.waitFor(() => expect(play.calls("beginRun")).toHaveLength(1));
  await handle.cancel();
  begun.resolve();
  await expectCancelled(handle);
  expect(stepsOf(play)).toEqual(["beginRun", "endRun"]);
  expect(endOf(play)).toEqual([["cancelled"]]);
});

async function untilAwaitingApproval(post: WorkflowHandle): Promise<void> {
  await vi.waitFor(
    async () => expect(await stage.detailsOf(post)).toMatch(/^Waiting for approval/),
    {
      timeout: 10_000,
      interval: 20,
    },
  );
}

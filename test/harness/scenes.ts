import type { WorkflowHandle } from "@temporalio/client";
import { ApplicationFailure } from "@temporalio/common";
import { setTimeout as pause } from "node:timers/promises";
import { isOver } from "#domain/next-post-move.ts";
import { asInTheLedger } from "./as-in-the-ledger.ts";
import { createPaperPost } from "./create-paper-post.ts";
import { imagePlan } from "./generation-plans.ts";
import type { Play, Ports, Stage } from "./open-stage.ts";

/** One life of a story, told on an empty stage; returns what has ended, by the name of its recorded history. */
export type Scene = (stage: Stage) => Promise<Record<string, WorkflowHandle>>;

const hour = 3_600_000;

/** One life for each way that a story can take: what is recorded of them must replay after every change. */
export const scenes: Scene[] = [
  async (stage) => {
    const paper = createPaperPost({
      dueAt: (await stage.now()) + 48 * hour,
      approval: "required",
      targets: [
        { id: "one", assetIds: ["asset-1"] },
        { id: "two", platform: "bluesky" },
      ],
    });
    const { play, post } = await publish(stage, {
      ...paper.standIns,
      measurableTargets: async () => [],
    });
    await until(async () => (await stage.detailsOf(post)).startsWith("Waiting for approval"));
    paper.approve();
    await post.signal("changed");
    await until(async () => (await stage.detailsOf(post)).startsWith("Waiting for the due time"));
    paper.row.dueAt = new Date((await stage.now()) + hour);
    await post.signal("changed");
    await ended(post);
    const measured = await stage.start(play, "collectMetrics", { input: { postId: "post-1" } });
    await ended(measured);
    expectCalls(play, "publishDelivery", 2);
    return {
      "publish-post-2-approved-and-moved": post,
      "collect-metrics-2-nothing-to-measure": measured,
    };
  },
  async (stage) => {
    const paper = createPaperPost({
      dueAt: await stage.now(),
      targets: [
        { id: "one", assetIds: ["asset-1", "asset-2"] },
        { id: "two", assetIds: ["asset-1"] },
        { id: "three", assetIds: ["asset-1"] },
      ],
    });
    const { play, post } = await publish(stage, {
      ...paper.standIns,
      async makeAssetRenditions({ uses, ...order }) {
        const fit = uses.filter(({ targetId }) => targetId !== "two");
        await paper.standIns.makeAssetRenditions({ ...order, uses: fit });
        const unfit = { targetId: "two", code: "too_short", detail: "It is too short." };
        return { unfit: fit.length < uses.length ? [unfit] : [] };
      },
    });
    await ended(post);
    expectCalls(play, "makeAssetRenditions", 2);
    expectCalls(play, "failTarget", 1);
    return { "publish-post-4-assets-read-once": post };
  },
  async (stage) => {
    const paper = createPaperPost({ dueAt: await stage.now(), approval: "required" });
    const { post } = await publish(stage, paper.standIns);
    await ended(post);
    return { "publish-post-2-approval-timed-out": post };
  },
  async (stage) => {
    const paper = createPaperPost({ dueAt: (await stage.now()) + 48 * hour });
    const { play, post } = await publish(stage, paper.standIns);
    await until(async () => (await stage.detailsOf(post)).startsWith("Waiting for the due time"));
    paper.cancel();
    await post.cancel();
    await ended(post);
    expectCalls(play, "clearCancelledPost", 1);
    return { "publish-post-2-cancelled": post };
  },
  async (stage) => {
    const paper = createPaperPost({
      dueAt: await stage.now(),
      targets: [{ id: "one", assetIds: ["asset-1"] }],
    });
    const found = [{ kind: "too_early", afterMs: 30_000 } as const, { kind: "absent" } as const];
    const polls = [{ kind: "wait", afterMs: 2_000, code: "processing" } as const];
    let sent = 0;
    const { play, post } = await publish(stage, {
      ...paper.standIns,
      claimPart: async (input) => ({
        ...(await paper.standIns.claimPart(input)),
        steps: { create: true, poll: true },
      }),
      createAtPlatform: async () => ({ kind: "ready" }),
      pollAtPlatform: async () => polls.shift() ?? { kind: "ready" },
      reconcileDelivery: async () => found.shift() ?? { kind: "published" },
      publishDelivery: async (input) => {
        sent += 1;
        if (sent === 1) throw new Error("the worker was lost");
        return paper.standIns.publishDelivery(input);
      },
    });
    await ended(post);
    expectCalls(play, "reconcileDelivery", 2);
    return { "publish-post-2-reconciled": post };
  },
  async (stage) => {
    const paper = createPaperPost({
      dueAt: await stage.now(),
      targets: [{ id: "one", usable: false }],
    });
    const { post } = await publish(stage, paper.standIns);
    await until(async () => (await stage.detailsOf(post)).startsWith("Blocked"));
    for (const target of paper.row.targets) target.usable = true;
    await post.signal("changed");
    await ended(post);
    return { "publish-post-2-blocked-then-published": post };
  },
  async (stage) => {
    const paper = createPaperPost({ dueAt: await stage.now(), sealed: true, parts: 3 });
    let tries = 0;
    const { play, post } = await publish(stage, {
      ...paper.standIns,
      async publishDelivery(input) {
        tries += 1;
        if (tries === 2) return { kind: "wait", afterMs: 5_000, code: "rate_limited", asked: true };
        return paper.standIns.publishDelivery(input);
      },
    });
    await ended(post);
    expectCalls(play, "publishDelivery", 4);
    return { "publish-post-2-thread": post };
  },
  async (stage) => {
    const paper = createPaperPost({ dueAt: await stage.now(), sealed: true });
    const { play, post } = await publish(stage, asInTheLedger(paper));
    await ended(post);
    expectCalls(play, "claimPart", 0);
    expectCalls(play, "lookAtPost", 1);
    return { "publish-post-3-claimed-and-settled": post };
  },
  async (stage) => {
    const paper = createPaperPost({
      dueAt: await stage.now(),
      sealed: true,
      targets: [{ id: "slow" }, { id: "retried" }],
    });
    const ledger = asInTheLedger(paper);
    let asked = 0;
    let failed = 0;
    const { play, post } = await publish(stage, {
      ...ledger,
      async publishDelivery(input) {
        if (input.targetId === "slow") {
          asked += 1;
          if (asked === 1)
            return { kind: "wait", afterMs: hour, code: "rate_limited", asked: true };
        } else {
          failed += 1;
          if (failed === 1) return { kind: "ended" };
        }
        return ledger.publishDelivery(input);
      },
    });
    await until(async () => asked === 1 && failed === 1);
    await post.signal("changed");
    await ended(post);
    expectCalls(play, "publishDelivery", 4);
    return { "publish-post-3-retried-while-another-waits": post };
  },
  async (stage) => {
    let open = true;
    const play = stage.play({
      targetsToTakeDown: async () =>
        open
          ? [
              { targetId: "one", connectionId: "connection-1", deliveryIds: ["second", "first"] },
              { targetId: "two", connectionId: "connection-2", deliveryIds: ["only"] },
            ]
          : [],
      removeDelivery: async ({ deliveryId }) =>
        deliveryId === "only"
          ? { kind: "failed", code: "not_supported", detail: "Not there." }
          : { kind: "gone" },
      async settleRemoval({ targetId }) {
        if (targetId === "two") open = false;
      },
    });
    const taken = await stage.start(play, "takeDownPost", {
      input: { postId: "post-1" },
      workflowId: "takedown/post-1",
    });
    await ended(taken);
    return { "take-down-post": taken };
  },
  async (stage) => {
    const paper = createPaperPost({ dueAt: await stage.now(), approval: "required" });
    const turns = [
      {
        kind: "tool_calls",
        calls: [
          { id: "call-1", name: "recent_posts" },
          { id: "call-2", name: "post_metrics" },
        ],
      },
      { kind: "invalid", problems: 1 },
      { kind: "answer", wantsImage: true },
      { kind: "answer", wantsImage: false },
      { kind: "answer", wantsImage: false },
    ] as const;
    let turn = 0;
    let checks = 0;
    const play = stage.play({
      ...paper.standIns,
      ...imageStandIns,
      beginRun: async () => ({ runId: "run-1", go: true, status: "running" }),
      gatherContext: async () => undefined,
      callRole: async () => {
        const said = turns[turn];
        turn += 1;
        if (!said) throw new Error("asked too often");
        return said.kind === "tool_calls" ? { kind: said.kind, calls: [...said.calls] } : said;
      },
      callTool: async () => undefined,
      checkDraft: async () => {
        checks += 1;
        return { verdict: checks === 1 ? "revise" : "ok" };
      },
      orderImage: async () => ({ generationId: "generation-1" }),
      createAgentPost: async () => ({ postId: "post-1" }),
      endRun: async ({ status }) => ({ status }),
    });
    const run = await stage.start(play, "runPostingAgent", {
      input: { agentId: "agent-1", runId: "run-1" },
      workflowId: "run/run-1",
    });
    const post = stage.client.workflow.getHandle("post/post-1");
    await until(() => paper.row.contentHash !== null);
    await until(async () => (await stage.detailsOf(post)).startsWith("Waiting for approval"));
    paper.approve();
    await post.signal("changed");
    await ended(run);
    expectCalls(play, "callTool", 2);
    return {
      "run-posting-agent-tools-correction-revision-image": run,
      "generate-2-succeeded": stage.client.workflow.getHandle("generation/generation-1"),
    };
  },
  async (stage) => {
    const play = stage.play({
      beginRun: async () => ({ runId: "run-1", go: true, status: "running" }),
      gatherContext: async () => undefined,
      callRole: async () => ({
        kind: "refused",
        code: "content_refused",
        detail: "The model refuses this.",
      }),
      endRun: async ({ status }) => ({ status }),
    });
    const run = await stage.start(play, "runPostingAgent", { input: { agentId: "agent-1" } });
    await ended(run);
    return { "run-posting-agent-refused": run };
  },
  async (stage) => {
    const paper = createPaperPost({ dueAt: await stage.now(), approval: "required" });
    const play = stage.play({
      ...paper.standIns,
      beginRun: async () => ({ runId: "run-1", go: true, status: "running" }),
      gatherContext: async () => undefined,
      callRole: async () => ({ kind: "answer", wantsImage: false }),
      checkDraft: async () => ({ verdict: "ok" }),
      // Somebody moved the post on before the run came to it.
      async createAgentPost({ workspaceId }) {
        await stage.client.workflow.start("publishPost", {
          workflowId: "post/post-1",
          taskQueue: "workflows",
          args: [{ workspaceId, postId: "post-1" }],
        });
        return { postId: "post-1" };
      },
      postOutcome: async () => ({ status: paper.row.status, over: isOver(paper.row.status) }),
      endRun: async ({ status }) => ({ status }),
    });
    const run = await stage.start(play, "runPostingAgent", { input: { agentId: "agent-1" } });
    await until(() => play.calls("postOutcome").length > 0);
    paper.approve();
    await stage.client.workflow.getHandle("post/post-1").signal("changed");
    await ended(run);
    return { "run-posting-agent-post-elsewhere": run };
  },
  async (stage) => {
    const play = stage.play({
      ...imageStandIns,
      askProvider: async () => {
        throw new Error("the provider is down");
      },
    });
    const generation = await stage.start(play, "generate", {
      input: { generationId: "generation-1" },
    });
    await ended(generation);
    expectCalls(play, "askProvider", 4);
    return { "generate-2-provider-down": generation };
  },
  async (stage) => {
    const answer = Promise.withResolvers<{ kind: "stored" }>();
    const play = stage.play({ ...imageStandIns, askProvider: () => answer.promise });
    const generation = await stage.start(play, "generate", {
      input: { generationId: "generation-1" },
    });
    await until(() => play.calls("askProvider").length === 1);
    await generation.cancel();
    await ended(generation);
    answer.resolve({ kind: "stored" });
    return { "generate-2-cancelled": generation };
  },
  async (stage) => {
    let looks = 0;
    const play = stage.play({
      planGeneration: async () => ({ ...imagePlan, ...videoPlan, count: 2 }),
      endGeneration: async ({ status }) => ({ status }),
      startJob: async () => ({ kind: "started" }),
      lookAtJob: async ({ index }) => {
        looks += 1;
        if (index === 1) return { kind: "refused", code: "content_policy", detail: "No." };
        return looks < 9 ? { kind: "pending" } : { kind: "stored" };
      },
    });
    const generation = await stage.start(play, "generate", {
      input: { generationId: "generation-1" },
    });
    await ended(generation);
    expectCalls(play, "startJob", 2);
    return { "generate-2-job": generation };
  },
  async (stage) => {
    const play = stage.play({
      planGeneration: async () => ({ ...imagePlan, task: "enhance_video", how: "recipe" }),
      endGeneration: async ({ status }) => ({ status }),
      applyRecipe: async () => ({ kind: "stored" }),
    });
    const generation = await stage.start(play, "generate", {
      input: { generationId: "generation-1" },
    });
    await ended(generation);
    return { "generate-2-recipe": generation };
  },
  async (stage) => {
    const publishedAt = await stage.now();
    const play = stage.play({
      measurableTargets: async () => ["one", "two"].map((targetId) => ({ targetId, publishedAt })),
      takeSnapshot: async ({ targetId, slot }) => targetId === "one" || slot === "first",
    });
    const measuring = await stage.start(play, "collectMetrics", { input: { postId: "post-1" } });
    await ended(measuring);
    return { "collect-metrics-2-one-target-gone": measuring };
  },
  async (stage) => {
    const start = await stage.now();
    const moves = [
      { kind: "wait", until: start + hour } as const,
      { kind: "refresh" } as const,
      { kind: "wait" } as const,
      { kind: "forget" } as const,
    ];
    const play = stage.play({
      nextConnectionMove: async () => moves.shift() ?? { kind: "done" },
      refreshSecrets: async () => undefined,
      forgetConnection: async () => undefined,
    });
    const refreshing = await stage.start(play, "refreshConnection", {
      input: { connectionId: "connection-1" },
    });
    await until(() => play.calls("nextConnectionMove").length === 1);
    await stage.pass("2 hours");
    await until(async () => (await stage.detailsOf(refreshing)) === "Nothing to refresh.");
    await refreshing.signal("changed");
    await ended(refreshing);
    return { "refresh-connection-refreshed-then-forgotten": refreshing };
  },
  async (stage) => {
    const start = await stage.now();
    const progress = [
      { kind: "wait", until: start + hour, tries: 1 } as const,
      { kind: "wait", until: start + 3 * hour, tries: 2 } as const,
    ];
    const play = stage.play({
      attemptWebhook: async () => progress.shift() ?? { kind: "done", status: "delivered" },
    });
    const delivering = await stage.start(play, "deliverWebhook", {
      input: { deliveryId: "delivery-1", round: "0" },
    });
    await until(async () =>
      (await stage.detailsOf(delivering)).startsWith("Not delivered after 1"),
    );
    await stage.pass("2 hours");
    await until(async () =>
      (await stage.detailsOf(delivering)).startsWith("Not delivered after 2"),
    );
    await delivering.signal("changed");
    await ended(delivering);
    return { "deliver-webhook-retried": delivering };
  },
  async (stage) => {
    const start = await stage.now();
    const moves = [
      { kind: "wait", until: start + hour } as const,
      { kind: "send", email: true, chat: true } as const,
      { kind: "wait", until: start + 3 * hour } as const,
      { kind: "send", email: true, chat: false } as const,
    ];
    let mails = 0;
    const play = stage.play({
      nextNotificationMove: async () => moves.shift() ?? { kind: "done" },
      sendEmailNotifications: async () => {
        mails += 1;
        if (mails <= 2) throw new Error("the mail server is away");
      },
      sendChatNotifications: async () => undefined,
    });
    const telling = await stage.start(play, "notifyMember", { input: { userId: "user-1" } });
    await ended(telling);
    expectCalls(play, "sendEmailNotifications", 3);
    return { "notify-member-mail-server-away": telling };
  },
  async (stage) => {
    const play = stage.play({
      sweepOutbox: async () => ({ told: 2, waiting: 0 }),
      forgetAbandonedConnections: async () => ({ forgotten: 1 }),
      forgetThrottles: async () => undefined,
      forgetAnswers: async () => undefined,
      mendOrphans: async () => ({ restarted: 0, closed: 0 }),
      raiseOverdue: async () => ({ overdue: 0 }),
      keepWallTimes: async () => ({ moved: 0 }),
      makeOccurrences: async () => ({ made: 2, skipped: 0 }),
      expireFiles: async () => ({ expired: 3, removed: 3 }),
      expireTexts: async () => ({ texts: 1, generations: 0 }),
      removeOrphans: async () => ({ removed: 0 }),
    });
    const sweeping = await stage.start(play, "sweep");
    await ended(sweeping);
    return { "sweep-3": sweeping };
  },
  async (stage) => {
    let down = true;
    const play = stage.play({
      keepUploadedFile: async () => {
        if (down) {
          down = false;
          throw new Error("no room on the disk");
        }
        return { status: "ready" };
      },
      removeUploadedPieces: async () => undefined,
    });
    const taking = await stage.start(play, "takeUpload", { input: { uploadId: "upload-1" } });
    await ended(taking);
    expectCalls(play, "keepUploadedFile", 2);
    return { "take-upload-tried-twice": taking };
  },
  async (stage) => {
    const play = stage.play({
      keepUploadedFile: async () => {
        throw ApplicationFailure.nonRetryable("no ffmpeg here");
      },
      giveUpUpload: async () => undefined,
      removeUploadedPieces: async () => undefined,
    });
    const taking = await stage.start(play, "takeUpload", { input: { uploadId: "upload-1" } });
    await ended(taking);
    expectCalls(play, "giveUpUpload", 1);
    return { "take-upload-given-up": taking };
  },
  async (stage) => {
    const play = stage.play({ tryProviderKey: async () => ({ status: "ok" }) });
    const input = { credentialsId: "key-1" };
    const trying = await stage.start(play, "checkProviderKey", { input });
    await ended(trying);
    return { "check-provider-key-ok": trying };
  },
  async (stage) => {
    const play = stage.play({
      tryProviderKey: async () => {
        throw new Error("the worker was lost");
      },
      giveUpProviderKey: async () => undefined,
    });
    const input = { credentialsId: "key-1" };
    const trying = await stage.start(play, "checkProviderKey", { input });
    await ended(trying);
    expectCalls(play, "tryProviderKey", 3);
    expectCalls(play, "giveUpProviderKey", 1);
    return { "check-provider-key-given-up": trying };
  },
];

const videoPlan = { task: "text_to_video", model: "sandbox/film", how: "job" } as const;

const imageStandIns: Partial<Ports> = {
  planGeneration: async () => imagePlan,
  askProvider: async () => ({ kind: "stored" }),
  endGeneration: async ({ status }) => ({ status }),
};

async function publish(
  stage: Stage,
  standIns: Partial<Ports>,
): Promise<{ play: Play; post: WorkflowHandle }> {
  const play = stage.play(standIns);
  const post = await stage.start(play, "publishPost", {
    input: { postId: "post-1" },
    workflowId: "post/post-1",
  });
  return { play, post };
}

/** Waits for the end of a workflow, whichever it is. */
async function ended(handle: WorkflowHandle): Promise<void> {
  await handle.result().catch(() => undefined);
}

/** A scene that did not go as it should records nothing worth keeping. */
function expectCalls(play: Play, name: keyof Ports, count: number): void {
  const found = play.said().filter((one) => one === name).length;
  if (found !== count)
    throw new Error(`${name} was called ${found} times, not ${count}: ${play.said().join(" ")}`);
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    if (await isSo()) return;
    await pause(20);
  }
  throw new Error("what the scene waits for does not come");
}

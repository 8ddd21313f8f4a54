import { ApplicationFailure, CompleteAsyncError } from "@temporalio/activity";
import type { WorkflowHandle } from "@temporalio/client";
import { expect, test as base } from "vitest";
import { createPaperPost, type PaperPost } from "#test/harness/create-paper-post.ts";
import { failTimes } from "#test/harness/fail-times.ts";
import { openStage, type Play, type Ports, type Stage } from "#test/harness/open-stage.ts";
import type { PartClaim } from "#workflows/deliver-target.ts";
import type { PublishResult, ReconcileResult, StepResult } from "#workflows/delivery-ports.ts";

/** What the platform says, in order, and what differs from the usual. */
interface Scene {
  claim?: Partial<PartClaim>;
  publish?: PublishResult[];
  reconcile?: ReconcileResult[];
  create?: StepResult[];
  poll?: StepResult[];
  standIns?: Partial<Ports>;
}

/** A stage and a post of its own for each test, so that they run side by side: one of them waits in real time. */
const test = base.extend<{
  stage: Stage;
  paper: PaperPost;
  deliver: (scene: Scene) => Promise<{ play: Play; handle: WorkflowHandle }>;
}>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads what a fixture needs from its pattern
  stage: async ({}, use) => {
    const stage = await openStage();
    await use(stage);
    await stage.close();
  },
  paper: async ({ stage }, use) => {
    await use(createPaperPost({ dueAt: await stage.now(), sealed: true }));
  },
  deliver: async ({ stage, paper }, use) => {
    await use(async (scene) => {
      const play = stage.play({
        ...paper.standIns,
        claimPart: async (input) => ({
          ...(await paper.standIns.claimPart(input)),
          ...scene.claim,
        }),
        publishDelivery: saying(paper, scene.publish ?? []),
        reconcileDelivery: saying(paper, scene.reconcile ?? []),
        createAtPlatform: saying(paper, scene.create ?? []),
        pollAtPlatform: saying(paper, scene.poll ?? []),
        ...scene.standIns,
      });
      const handle = await stage.start(play, "publishPost", {
        input: { postId: "post" },
        workflowId: "post/post",
      });
      return { play, handle };
    });
  },
});

const minute = 60_000;
const hour = 60 * minute;

/** Answers from a list; what ends a target is written to the post, as the real activities do. */
function saying<Answer extends { kind: string }>(
  paper: PaperPost,
  answers: Answer[],
): (input: { targetId: string }) => Promise<Answer> {
  const left = [...answers];
  return async ({ targetId }) => {
    const answer = left.shift();
    if (!answer) throw ApplicationFailure.nonRetryable("asked too often", "asked_too_often");
    const end = ({ published: "published", unprovable: "unconfirmed", ended: "failed" } as const)[
      answer.kind
    ];
    if (end) {
      paper.setTarget(targetId, "publishing");
      paper.setTarget(targetId, end);
    }
    return answer;
  };
}

function storyOf(play: Play): string[] {
  const steps = [
    "createAtPlatform",
    "pollAtPlatform",
    "publishDelivery",
    "reconcileDelivery",
    "exhaustDelivery",
  ];
  return play.said().filter((name) => steps.includes(name));
}

/** Milliseconds between the calls of one activity. */
function pauses(
  play: Play,
  name: "publishDelivery" | "reconcileDelivery" | "pollAtPlatform",
): number[] {
  const times = play.calls(name).map(({ at }) => at);
  return times.slice(1).map((at, index) => at - (times[index] ?? 0));
}

test.concurrent("an unclear answer is settled by reading: found there, it is not sent again", async ({
  deliver,
}) => {
  const { play, handle } = await deliver({
    publish: [{ kind: "unclear" }],
    reconcile: [{ kind: "published" }],
  });
  await expect(handle.result()).resolves.toEqual({ status: "published" });
  expect(storyOf(play)).toEqual(["publishDelivery", "reconcileDelivery"]);
  expect(play.calls("reconcileDelivery").map(({ input, queue }) => [input, queue])).toEqual([
    [
      {
        workspaceId: play.workspaceId,
        postId: "post",
        targetId: "target-1",
        deliveryId: "delivery of target-1",
      },
      "publish",
    ],
  ]);
});

test.concurrent("proven absent, after the time in which it may still arrive, it is sent exactly once more", async ({
  deliver,
  stage,
}) => {
  const { play, handle } = await deliver({
    publish: [{ kind: "unclear" }, { kind: "published" }],
    reconcile: [
      { kind: "too_early", afterMs: 30_000 },
      { kind: "too_early", afterMs: 5_000 },
      { kind: "absent" },
    ],
  });
  await expect(handle.result()).resolves.toEqual({ status: "published" });
  expect(storyOf(play)).toEqual([
    "publishDelivery",
    "reconcileDelivery",
    "reconcileDelivery",
    "reconcileDelivery",
    "publishDelivery",
  ]);
  const [first, second] = pauses(play, "reconcileDelivery");
  expect(first).toBeGreaterThanOrEqual(30_000);
  expect(first).toBeLessThan(35_000);
  expect(second).toBeGreaterThanOrEqual(5_000);
  expect(await stage.summariesOf(handle)).toContain("waiting until the platform must know");
});

test.concurrent("what can't be proven is left to a person and never sent again", async ({
  deliver,
}) => {
  const { play, handle } = await deliver({
    publish: [{ kind: "unclear" }],
    reconcile: [{ kind: "unprovable" }],
  });
  await expect(handle.result()).resolves.toEqual({ status: "unconfirmed" });
  expect(storyOf(play)).toEqual(["publishDelivery", "reconcileDelivery"]);
});

test.concurrent("a failing call is not retried by the engine: it is read whether the post is out", async ({
  deliver,
}) => {
  const { play, handle } = await deliver({
    reconcile: [{ kind: "published" }],
    standIns: {
      publishDelivery: async () => {
        throw new Error("the worker lost its database");
      },
    },
  });
  await expect(handle.result()).resolves.toEqual({ status: "published" });
  expect(storyOf(play)).toEqual(["publishDelivery", "reconcileDelivery"]);
});

test.concurrent("a worker that died during the call is noticed by its heartbeat, and the post is looked for", async ({
  deliver,
}) => {
  const { play, handle } = await deliver({
    reconcile: [{ kind: "published" }],
    standIns: {
      publishDelivery: async () => {
        // Leaves the activity open without any further sign of life, as a killed worker does.
        throw new CompleteAsyncError();
      },
    },
  });
  await expect(handle.result()).resolves.toEqual({ status: "published" });
  expect(storyOf(play)).toEqual(["publishDelivery", "reconcileDelivery"]);
  const silence =
    (play.calls("reconcileDelivery")[0]?.at ?? 0) - (play.calls("publishDelivery")[0]?.at ?? 0);
  expect(silence).toBeGreaterThanOrEqual(14_000);
  expect(silence).toBeLessThan(30_000);
});

test.concurrent("a call that an earlier life of the story began is read for before anything is sent", async ({
  deliver,
}) => {
  const { play, handle } = await deliver({
    claim: { state: "sent" },
    reconcile: [{ kind: "published" }],
  });
  await expect(handle.result()).resolves.toEqual({ status: "published" });
  expect(storyOf(play)).toEqual(["reconcileDelivery"]);
});

test.concurrent("a delivery that has ended is left alone", async ({ deliver, paper }) => {
  paper.setTarget("target-1", "failed");
  paper.row.status = "publishing";
  paper.row.targets.push({
    id: "target-2",
    platform: "sandbox",
    status: "pending",
    assetIds: [],
    usable: true,
  });
  const { play, handle } = await deliver({
    claim: { state: "ended" },
    standIns: {
      claimPart: async (input) => {
        paper.setTarget("target-2", "failed");
        return { ...(await paper.standIns.claimPart(input)), state: "ended" };
      },
    },
  });
  await expect(handle.result()).resolves.toEqual({ status: "failed" });
  expect(storyOf(play)).toEqual([]);
});

test.concurrent("waits as long as the platform asks for, then tries again", async ({
  deliver,
  stage,
}) => {
  const { play, handle } = await deliver({
    publish: [{ kind: "wait", afterMs: 15 * minute, code: "rate_limited" }, { kind: "published" }],
  });
  await expect(handle.result()).resolves.toEqual({ status: "published" });
  const [pause] = pauses(play, "publishDelivery");
  expect(pause).toBeGreaterThanOrEqual(15 * minute);
  expect(pause).toBeLessThan(16 * minute);
  expect(await stage.summariesOf(handle)).toContain("the platform asked to wait: rate_limited");
});

test.concurrent("asks less and less often about an account that somebody else holds, and never gives up on it", async ({
  deliver,
}) => {
  const busy: PublishResult = { kind: "wait", afterMs: 500, code: "busy", asked: true };
  const { play, handle } = await deliver({
    publish: [
      ...Array.from({ length: 40 }, () => busy),
      { kind: "wait", afterMs: minute, code: "rate_limited", asked: true },
      busy,
      { kind: "published" },
    ],
  });
  await expect(handle.result()).resolves.toEqual({ status: "published" });
  const waited = pauses(play, "publishDelivery");
  const second = 1_000;
  expect(waited[0]).toBeLessThan(5 * second);
  expect(waited[39]).toBeGreaterThanOrEqual(15 * second);
  expect(waited[39]).toBeLessThan(20 * second);
  // Anything else begins it anew.
  expect(waited[40]).toBeGreaterThanOrEqual(minute);
  expect(waited[41]).toBeLessThan(5 * second);
});

test.concurrent("gives up after thirty times of waiting", async ({ deliver }) => {
  const { play, handle } = await deliver({
    publish: Array.from({ length: 40 }, () => ({
      kind: "wait",
      afterMs: minute,
      code: "rate_limited",
    })),
  });
  await expect(handle.result()).resolves.toEqual({ status: "failed" });
  expect(play.calls("publishDelivery")).toHaveLength(30);
  expect(play.calls("exhaustDelivery").map(({ input }) => input)).toEqual([
    {
      workspaceId: play.workspaceId,
      postId: "post",
      targetId: "target-1",
      deliveryId: "delivery of target-1",
    },
  ]);
});

test.concurrent("creates, waits until the media is processed, then publishes once", async ({
  deliver,
}) => {
  const processing = { kind: "wait", afterMs: 20_000, code: "processing" } as const;
  const { play, handle } = await deliver({
    claim: { steps: { create: true, poll: true } },
    create: [{ kind: "ready" }],
    poll: [processing, processing, { kind: "ready" }],
    publish: [{ kind: "published" }],
  });
  await expect(handle.result()).resolves.toEqual({ status: "published" });
  expect(storyOf(play)).toEqual([
    "createAtPlatform",
    "pollAtPlatform",
    "pollAtPlatform",
    "pollAtPlatform",
    "publishDelivery",
  ]);
  for (const pause of pauses(play, "pollAtPlatform")) expect(pause).toBeGreaterThanOrEqual(20_000);
});

test.concurrent("media that the platform never gets ready is given up after hours, asked less and less often", async ({
  deliver,
}) => {
  const { play, handle } = await deliver({
    claim: { steps: { create: false, poll: true } },
    poll: Array.from({ length: 1000 }, () => ({ kind: "wait", afterMs: 1000, code: "processing" })),
  });
  await expect(handle.result()).resolves.toEqual({ status: "failed" });
  expect(play.calls("pollAtPlatform")).toHaveLength(300);
  expect(storyOf(play).at(-1)).toBe("exhaustDelivery");
  expect(play.calls("publishDelivery")).toEqual([]);
  const gaps = pauses(play, "pollAtPlatform");
  expect(gaps[0]).toBeLessThan(2_000);
  expect(gaps.at(-1)).toBeGreaterThanOrEqual(minute);
  expect(gaps.reduce((sum, gap) => sum + gap, 0)).toBeGreaterThan(3 * hour);
});

test.concurrent("refused while it was made ready, nothing is sent", async ({ deliver }) => {
  const { play, handle } = await deliver({
    claim: { steps: { create: true, poll: true } },
    create: [{ kind: "ended" }],
  });
  await expect(handle.result()).resolves.toEqual({ status: "failed" });
  expect(storyOf(play)).toEqual(["createAtPlatform"]);
});

test.concurrent("an upload that fails on all its tries is tried again later: nothing was sent", async ({
  deliver,
}) => {
  const { play, handle } = await deliver({
    claim: { steps: { create: true, poll: false } },
    publish: [{ kind: "published" }],
    standIns: { createAtPlatform: failTimes(12, async () => ({ kind: "ready" as const })) },
  });
  await expect(handle.result()).resolves.toEqual({ status: "published" });
  expect(play.calls("createAtPlatform")).toHaveLength(13);
  const [twelfth, later] = play.calls("createAtPlatform").slice(11);
  expect((later?.at ?? 0) - (twelfth?.at ?? 0)).toBeGreaterThanOrEqual(10 * minute);
  expect(play.calls("publishDelivery")).toHaveLength(1);
});

test.concurrent("a platform that can't be read for hours after an unclear answer is asked on, and nothing is sent meanwhile", async ({
  deliver,
  paper,
}) => {
  const { play, handle } = await deliver({
    publish: [{ kind: "unclear" }],
    standIns: {
      reconcileDelivery: failTimes(30, saying<ReconcileResult>(paper, [{ kind: "published" }])),
    },
  });
  await expect(handle.result()).resolves.toEqual({ status: "published" });
  expect(play.calls("reconcileDelivery")).toHaveLength(31);
  expect(play.calls("publishDelivery")).toHaveLength(1);
});

test.concurrent("one account's burst does not starve the others: the connection is the fairness key", async ({
  deliver,
}) => {
  const { handle } = await deliver({ publish: [{ kind: "published" }] });
  await handle.result();
  const { events } = await handle.fetchHistory();
  const publish = events?.find(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === "publishDelivery",
  )?.activityTaskScheduledEventAttributes;
  expect(publish?.priority?.fairnessKey).toBe("connection of target-1");
  expect(publish?.retryPolicy?.maximumAttempts).toBe(1);
});

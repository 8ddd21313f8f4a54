import { ApplicationFailure } from "@temporalio/activity";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failTimes } from "#test/harness/fail-times.ts";
import { imagePlan, jobPlan } from "#test/harness/generation-plans.ts";
import { openStage, type Ports, type Stage } from "#test/harness/open-stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const ledger = {
  planGeneration: async () => imagePlan,
  endGeneration: async ({ status }) => ({ status }),
} satisfies Partial<Ports>;
const input = { generationId: "generation-1" };

test("asks the provider once, then settles", async () => {
  const play = stage.play({ ...ledger, askProvider: async () => ({ kind: "stored" }) });
  const handle = await stage.start(play, "generate", { input });

  await expect(handle.result()).resolves.toEqual({ status: "succeeded" });
  const ids = { workspaceId: play.workspaceId, ...input };
  expect(play.calls().map(({ name, input: given, queue }) => [name, given, queue])).toEqual([
    ["planGeneration", ids, "workflows"],
    ["askProvider", { ...ids, index: 0 }, "model"],
    ["endGeneration", { ...ids, status: "succeeded" }, "workflows"],
  ]);
  expect(await stage.detailsOf(handle)).toBe("Done: succeeded.");
  expect(await stage.summariesOf(handle)).toContain("ask sandbox/picture: text_to_image");
  expect((await handle.describe()).searchAttributes["Stage"]).toEqual(["succeeded"]);
});

test("what the provider refuses fails with its reason, and is not asked again", async () => {
  const play = stage.play({
    ...ledger,
    askProvider: async () => ({
      kind: "refused",
      code: "content_refused",
      detail: "The provider refuses this.",
    }),
  });
  const handle = await stage.start(play, "generate", { input });
  await expect(handle.result()).resolves.toEqual({ status: "failed" });
  expect(play.calls("askProvider")).toHaveLength(1);
  expect(play.calls("endGeneration").map(({ input: given }) => given)).toEqual([
    {
      workspaceId: play.workspaceId,
      ...input,
      status: "failed",
      code: "content_refused",
      detail: "The provider refuses this.",
    },
  ]);
});

test("a provider that comes back within four tries is no failure", async () => {
  const play = stage.play({
    ...ledger,
    askProvider: failTimes(3, async () => ({ kind: "stored" as const })),
  });
  const handle = await stage.start(play, "generate", { input });
  await expect(handle.result()).resolves.toEqual({ status: "succeeded" });
  expect(play.calls("askProvider").map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
});

test("a provider that stays away fails the generation, and the credits are given back", async () => {
  const play = stage.play({
    ...ledger,
    askProvider: failTimes(99, async () => ({ kind: "stored" as const })),
  });
  const handle = await stage.start(play, "generate", { input });
  await expect(handle.result()).resolves.toEqual({ status: "failed" });
  expect(play.calls("askProvider")).toHaveLength(4);
  expect(play.calls("endGeneration").map(({ input: given }) => [given.status, given.code])).toEqual(
    [["failed", "provider_down"]],
  );
});

test("what was cancelled before it began never asks the provider", async () => {
  const play = stage.play({
    ...ledger,
    planGeneration: async () => ({ ...imagePlan, go: false }),
  });
  const handle = await stage.start(play, "generate", { input });
  await expect(handle.result()).resolves.toEqual({ status: "cancelled" });
  expect(play.said()).toEqual(["planGeneration", "endGeneration"]);
});

test("a job is started once and asked for at growing intervals until it is done", async () => {
  let looks = 0;
  const play = stage.play({
    ...ledger,
    planGeneration: async () => jobPlan,
    startJob: async () => ({ kind: "started" as const }),
    lookAtJob: async () => {
      looks += 1;
      return looks < 12 ? { kind: "pending" as const } : { kind: "stored" as const };
    },
  });
  const handle = await stage.start(play, "generate", { input });
  await expect(handle.result()).resolves.toEqual({ status: "succeeded" });
  expect(play.calls("startJob")).toHaveLength(1);
  expect(play.calls("lookAtJob")).toHaveLength(12);
  expect(await stage.timersOf(handle)).toEqual([2, 2, 2, 2, 2, 4, 4, 4, 4, 4, 8]);
});

test("a job that is not done in time is stopped, and the generation expires", async () => {
  const play = stage.play({
    ...ledger,
    planGeneration: async () => ({ ...jobPlan, deadlineMs: 2 * 60_000 }),
    startJob: async () => ({ kind: "started" as const }),
    lookAtJob: async () => ({ kind: "pending" as const }),
    stopJob: async () => undefined,
  });
  const handle = await stage.start(play, "generate", { input });
  await expect(handle.result()).resolves.toEqual({ status: "expired" });
  expect(play.calls("stopJob")).toHaveLength(1);
  expect(play.calls("endGeneration").map(({ input: given }) => given.code)).toEqual(["timeout"]);
});

test("of several outputs one is enough; what was refused beside it is no failure", async () => {
  const play = stage.play({
    ...ledger,
    planGeneration: async () => ({ ...imagePlan, count: 3 }),
    askProvider: async ({ index }) =>
      index === 1
        ? { kind: "stored" as const }
        : { kind: "refused" as const, code: "content_policy", detail: "No." },
  });
  const handle = await stage.start(play, "generate", { input });
  await expect(handle.result()).resolves.toEqual({ status: "succeeded" });
  expect(
    play
      .calls("askProvider")
      .map(({ input: given }) => given.index)
      .sort(),
  ).toEqual([0, 1, 2]);
});

test("what is made here goes to the media worker, and to no provider", async () => {
  const play = stage.play({
    ...ledger,
    planGeneration: async () => ({ ...jobPlan, task: "enhance_video", how: "recipe" }),
    applyRecipe: failTimes(1, async () => ({ kind: "stored" as const })),
  });
  const handle = await stage.start(play, "generate", { input });
  await expect(handle.result()).resolves.toEqual({ status: "succeeded" });
  expect(play.calls("applyRecipe").map(({ queue, attempt }) => [queue, attempt])).toEqual([
    ["media", 1],
    ["media", 2],
  ]);
  expect(play.said()).toHaveLength(4);
});

test("what can't be made here says so, and is not the provider's fault", async () => {
  const play = stage.play({
    ...ledger,
    planGeneration: async () => ({ ...jobPlan, task: "enhance_video", how: "recipe" }),
    applyRecipe: failTimes(99, async () => ({ kind: "stored" as const })),
  });
  const handle = await stage.start(play, "generate", { input });
  await expect(handle.result()).resolves.toEqual({ status: "failed" });
  expect(play.calls("endGeneration").map(({ input: given }) => given.code)).toEqual(["internal"]);
});

test("a look that fails says nothing of the job: it is looked again until there is no time", async () => {
  const play = stage.play({
    ...ledger,
    planGeneration: async () => jobPlan,
    startJob: async () => ({ kind: "started" as const }),
    lookAtJob: failTimes(10, async () => ({ kind: "stored" as const })),
    stopJob: async () => undefined,
  });
  const handle = await stage.start(play, "generate", { input });
  await expect(handle.result()).resolves.toEqual({ status: "succeeded" });
  expect(play.calls("lookAtJob")).toHaveLength(11);
  expect(play.calls("startJob")).toHaveLength(1);
  expect(play.calls("stopJob")).toEqual([]);
});

test("a job that can't be looked at for good is stopped, and no longer waited for", async () => {
  const play = stage.play({
    ...ledger,
    planGeneration: async () => jobPlan,
    startJob: async () => ({ kind: "started" as const }),
    lookAtJob: async () => {
      throw ApplicationFailure.nonRetryable("gone", "gone");
    },
    stopJob: async () => undefined,
  });
  const handle = await stage.start(play, "generate", { input });
  await expect(handle.result()).resolves.toEqual({ status: "failed" });
  expect(play.calls("stopJob")).toHaveLength(1);
});

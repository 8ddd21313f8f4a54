import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { expectCancelled } from "#test/harness/expect-cancelled.ts";
import { failTimes } from "#test/harness/fail-times.ts";
import { openStage, type Ports, type Stage } from "#test/harness/open-stage.ts";
import { workUntilCancelled } from "#test/harness/work-until-cancelled.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const ledger = {
  beginGeneration: async () => ({ go: true, kind: "image", model: "sandbox/picture" }),
  endGeneration: async ({ status }) => ({ status }),
} satisfies Partial<Ports>;
const input = { generationId: "generation-1" };

test("asks the provider once, then settles", async () => {
  const play = stage.play({ ...ledger, runGeneration: async () => ({ kind: "stored" }) });
  const handle = await stage.start(play, "generate", { input });

  await expect(handle.result()).resolves.toEqual({ status: "succeeded" });
  const ids = { workspaceId: play.workspaceId, ...input };
  expect(play.calls().map(({ name, input: given, queue }) => [name, given, queue])).toEqual([
    ["beginGeneration", ids, "io"],
    ["runGeneration", ids, "model"],
    ["endGeneration", { ...ids, status: "succeeded" }, "io"],
  ]);
  expect(await stage.detailsOf(handle)).toBe("Done: succeeded.");
  expect(await stage.summariesOf(handle)).toContain("ask sandbox/picture for an image");
  expect((await handle.describe()).searchAttributes["Stage"]).toEqual(["succeeded"]);
});

test("what the provider refuses fails with its reason, and is not asked again", async () => {
  const play = stage.play({
    ...ledger,
    runGeneration: async () => ({
      kind: "refused",
      code: "content_refused",
      detail: "The provider refuses this.",
    }),
  });
  const handle = await stage.start(play, "generate", { input });
  await expect(handle.result()).resolves.toEqual({ status: "failed" });
  expect(play.calls("runGeneration")).toHaveLength(1);
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
    runGeneration: failTimes(3, async () => ({ kind: "stored" as const })),
  });
  const handle = await stage.start(play, "generate", { input });
  await expect(handle.result()).resolves.toEqual({ status: "succeeded" });
  expect(play.calls("runGeneration").map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
});

test("a provider that stays away fails the generation, and the credits are given back", async () => {
  const play = stage.play({
    ...ledger,
    runGeneration: failTimes(99, async () => ({ kind: "stored" as const })),
  });
  const handle = await stage.start(play, "generate", { input });
  await expect(handle.result()).resolves.toEqual({ status: "failed" });
  expect(play.calls("runGeneration")).toHaveLength(4);
  expect(play.calls("endGeneration").map(({ input: given }) => [given.status, given.code])).toEqual(
    [["failed", "provider_down"]],
  );
});

test("what was cancelled before it began never asks the provider", async () => {
  const play = stage.play({
    ...ledger,
    beginGeneration: async () => ({ go: false, kind: "image", model: "m" }),
  });
  const handle = await stage.start(play, "generate", { input });
  await expect(handle.result()).resolves.toEqual({ status: "cancelled" });
  expect(play.said()).toEqual(["beginGeneration", "endGeneration"]);
});

test("cancelled while the provider works, the call is stopped and the generation ends as cancelled", async () => {
  const stopped = vi.fn();
  const play = stage.play({
    ...ledger,
    endGeneration: failTimes(2, ledger.endGeneration),
    runGeneration: () => workUntilCancelled().finally(stopped),
  });
  const handle = await stage.start(play, "generate", { input });
  await vi.waitFor(() => expect(play.calls("runGeneration")).toHaveLength(1));
  await handle.cancel();

  await expectCancelled(handle);
  const ends = play.calls("endGeneration");
  expect(ends.map(({ attempt, input: { status } }) => [attempt, status])).toEqual([
    [1, "cancelled"],
    [2, "cancelled"],
    [3, "cancelled"],
  ]);
  await vi.waitFor(() => expect(stopped).toHaveBeenCalledOnce(), { timeout: 10_000 });
  expect(await stage.detailsOf(handle)).toBe("Done: cancelled.");
});

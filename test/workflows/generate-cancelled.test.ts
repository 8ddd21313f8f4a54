import { ApplicationFailure, Context } from "@temporalio/activity";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { expectCancelled } from "#test/harness/expect-cancelled.ts";
import { failTimes } from "#test/harness/fail-times.ts";
import { imagePlan, jobPlan } from "#test/harness/generation-plans.ts";
import { openStage, type Ports, type Stage } from "#test/harness/open-stage.ts";
import { workUntilCancelled } from "#test/harness/work-until-cancelled.ts";

// A file of its own: an activity that was cancelled keeps the test server from skipping time for whoever comes after.
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

test("cancelled while the provider works, the call is stopped and the generation ends as cancelled", async () => {
  const stopped = vi.fn();
  const play = stage.play({
    ...ledger,
    endGeneration: failTimes(2, ledger.endGeneration),
    askProvider: () => workUntilCancelled().finally(stopped),
  });
  const handle = await stage.start(play, "generate", { input });
  await vi.waitFor(() => expect(play.calls("askProvider")).toHaveLength(1));
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

test("a job of a generation that is cancelled is stopped at the provider", async () => {
  const play = stage.play({
    ...ledger,
    planGeneration: async () => jobPlan,
    startJob: async () => ({ kind: "started" as const }),
    lookAtJob: async () => ({ kind: "pending" as const }),
    stopJob: failTimes(2, async () => undefined),
  });
  const handle = await stage.start(play, "generate", { input });
  await vi.waitFor(() => expect(play.calls("lookAtJob").length).toBeGreaterThan(0));
  await handle.cancel();
  await expectCancelled(handle);
  expect(play.calls("stopJob").map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
});

test("cancelled while a job is being started, it is waited for the job's name, and the job is stopped", async () => {
  const named = Promise.withResolvers<{ kind: "started" }>();
  const story: string[] = [];
  const play = stage.play({
    ...ledger,
    planGeneration: async () => jobPlan,
    async startJob() {
      const beat = setInterval(() => Context.current().heartbeat(), 50);
      const started = await named.promise.finally(() => clearInterval(beat));
      story.push("named");
      return started;
    },
    stopJob: async () => {
      story.push("stopped");
    },
  });
  const handle = await stage.start(play, "generate", { input });
  await vi.waitFor(() => expect(play.calls("startJob")).toHaveLength(1));
  await handle.cancel();
  await vi.waitFor(async () => {
    const { events } = await handle.fetchHistory();
    expect(events?.some((one) => one.activityTaskCancelRequestedEventAttributes)).toBe(true);
  });
  named.resolve({ kind: "started" });
  await expectCancelled(handle);
  expect(story).toEqual(["named", "stopped"]);
  expect(play.calls("lookAtJob")).toEqual([]);
});

test("each of several jobs is stopped, also where that takes more than one try, or is in vain", async () => {
  const play = stage.play({
    ...ledger,
    planGeneration: async () => ({ ...jobPlan, count: 3 }),
    startJob: async () => ({ kind: "started" as const }),
    lookAtJob: async () => ({ kind: "pending" as const }),
    async stopJob({ index }) {
      if (index === 0) return;
      if (index === 2) throw ApplicationFailure.nonRetryable("away", "away");
      await failOnce();
    },
  });
  const failOnce = failTimes(1, async () => undefined);
  const handle = await stage.start(play, "generate", { input });
  await vi.waitFor(() => expect(play.calls("lookAtJob").length).toBeGreaterThan(2));
  await handle.cancel();
  await expectCancelled(handle);
  const stops = play.calls("stopJob").map(({ input: given, attempt }) => [given.index, attempt]);
  expect(stops.toSorted()).toEqual([
    [0, 1],
    [1, 1],
    [1, 2],
    [2, 1],
  ]);
  expect(play.calls("endGeneration").map(({ input: given }) => given.status)).toEqual([
    "cancelled",
  ]);
});

import { ApplicationFailure } from "@temporalio/activity";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { expectCancelled } from "#test/harness/expect-cancelled.ts";
import { openStage, type Stage } from "#test/harness/open-stage.ts";
import { metricSlots } from "#temporal.config";
import type { MeasurableTarget } from "#workflows/collect-metrics.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const input = { postId: "post-1" };
const minute = 60_000;

/** Targets that came out at the same time. */
function out(publishedAt: number, ...targetIds: string[]): MeasurableTarget[] {
  return targetIds.map((targetId) => ({ targetId, publishedAt }));
}

test("measures every target at every time after its publication", async () => {
  const publishedAt = await stage.now();
  const play = stage.play({
    measurableTargets: async () => ["one", "two"].map((targetId) => ({ targetId, publishedAt })),
    takeSnapshot: async () => true,
  });
  const handle = await stage.start(play, "collectMetrics", { input });

  await expect(handle.result()).resolves.toEqual({ snapshots: 14 });
  const taken = play.calls("takeSnapshot");
  expect(taken.map(({ input: { targetId, slot } }) => `${slot} ${targetId}`).sort()).toEqual(
    metricSlots.flatMap(({ slot }) => [`${slot} one`, `${slot} two`]).sort(),
  );
  for (const { input: given, at } of taken) {
    const slot = metricSlots.find((one) => one.slot === given.slot);
    expect(at).toBeGreaterThanOrEqual(publishedAt + (slot?.afterMs ?? Infinity));
    expect(at).toBeLessThan(publishedAt + (slot?.afterMs ?? 0) + minute);
  }
  expect(metricSlots.map(({ slot }) => slot)).toEqual([
    "first",
    "1h",
    "6h",
    "24h",
    "72h",
    "7d",
    "28d",
  ]);
  // "The first within a minute of publishing."
  expect(taken[0]?.at).toBeLessThan(publishedAt + minute);
  expect(await stage.detailsOf(handle)).toBe("Measured 14 times.");
  expect(await stage.summariesOf(handle)).toContain("until the measurement 28d");
});

test("a post that is gone is not measured again; the other is", async () => {
  const publishedAt = await stage.now();
  const play = stage.play({
    measurableTargets: async () => ["gone", "here"].map((targetId) => ({ targetId, publishedAt })),
    takeSnapshot: async ({ targetId, slot }) => targetId === "here" || slot === "first",
  });
  const handle = await stage.start(play, "collectMetrics", { input });
  await expect(handle.result()).resolves.toEqual({ snapshots: 8 });
  const gone = play.calls("takeSnapshot").filter((call) => call.input.targetId === "gone");
  expect(gone.map((call) => call.input.slot)).toEqual(["first", "1h"]);
});

test("what is skipped once is measured at the times that follow", async () => {
  const publishedAt = await stage.now();
  const play = stage.play({
    measurableTargets: async () => out(publishedAt, "one"),
    takeSnapshot: async ({ slot }) => (slot === "1h" || slot === "6h" ? "skipped" : true),
  });
  const handle = await stage.start(play, "collectMetrics", { input });
  await expect(handle.result()).resolves.toEqual({ snapshots: 5 });
  expect(play.calls("takeSnapshot").map((call) => call.input.slot)).toEqual(
    metricSlots.map(({ slot }) => slot),
  );
});

test("ends when every post is gone", async () => {
  const publishedAt = await stage.now();
  const play = stage.play({
    measurableTargets: async () => ["one", "two"].map((targetId) => ({ targetId, publishedAt })),
    takeSnapshot: async () => false,
  });
  const handle = await stage.start(play, "collectMetrics", { input });
  await expect(handle.result()).resolves.toEqual({ snapshots: 0 });
  expect(play.calls("takeSnapshot")).toHaveLength(2);
  expect(play.calls("takeSnapshot").at(-1)?.at).toBeLessThan(publishedAt + minute);
});

test("started late, it takes at once what is overdue, and waits for the rest", async () => {
  const now = await stage.now();
  const publishedAt = now - 2 * 60 * minute;
  const play = stage.play({
    measurableTargets: async () => ["one"].map((targetId) => ({ targetId, publishedAt })),
    takeSnapshot: async () => true,
  });
  const handle = await stage.start(play, "collectMetrics", { input });
  await handle.result();
  const [first, second, third] = play.calls("takeSnapshot");
  expect(first?.at).toBeLessThan(now + minute);
  expect(second?.at).toBeLessThan(now + minute);
  expect(third?.at).toBeGreaterThanOrEqual(publishedAt + 6 * 60 * minute);
});

test("a measurement that can't be had stays missing; neither the other target nor the next time waits for it", async () => {
  const publishedAt = await stage.now();
  const play = stage.play({
    measurableTargets: async () =>
      ["broken", "fine"].map((targetId) => ({ targetId, publishedAt })),
    takeSnapshot: async ({ targetId, slot }) => {
      if (targetId === "broken" && slot === "first") throw new Error("the platform is down");
      if (targetId === "broken" && slot === "1h")
        throw ApplicationFailure.nonRetryable("refused", "refused");
      return true;
    },
  });
  const handle = await stage.start(play, "collectMetrics", { input });
  await expect(handle.result()).resolves.toEqual({ snapshots: 12 });
  const first = play.calls("takeSnapshot").filter((call) => call.input.slot === "first");
  expect(
    first.filter((call) => call.input.targetId === "broken").map(({ attempt }) => attempt),
  ).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
  expect(first.find((call) => call.input.targetId === "fine")?.at).toBeLessThan(
    publishedAt + minute,
  );
});

test("a target that comes out later is measured from its own time, once it is told of", async () => {
  const publishedAt = await stage.now();
  const out = [{ targetId: "one", publishedAt }];
  const play = stage.play({ measurableTargets: async () => out, takeSnapshot: async () => true });
  const handle = await stage.start(play, "collectMetrics", { input });
  await stage.pass("2 minutes");
  await vi.waitFor(() => expect(play.calls("takeSnapshot")).toHaveLength(1));
  const later = await stage.now();
  out.push({ targetId: "two", publishedAt: later });
  await handle.signal("changed");
  await expect(handle.result()).resolves.toEqual({ snapshots: 14 });
  const first = play
    .calls("takeSnapshot")
    .find((call) => call.input.targetId === "two" && call.input.slot === "first");
  expect(first?.at).toBeLessThan(later + minute);
});

test("a target that comes out later is measured from then on, by its own clock", async () => {
  const publishedAt = await stage.now();
  const targets = out(publishedAt, "early");
  const play = stage.play({
    measurableTargets: async () => [...targets],
    takeSnapshot: async () => true,
  });
  const handle = await stage.start(play, "collectMetrics", { input });
  await stage.pass("3 hours");
  await vi.waitFor(() => expect(play.calls("takeSnapshot")).toHaveLength(2));
  const lateAt = await stage.now();
  targets.push(...out(lateAt, "late"));
  await handle.signal("changed");

  await expect(handle.result()).resolves.toEqual({ snapshots: 14 });
  const late = play.calls("takeSnapshot").filter((call) => call.input.targetId === "late");
  expect(late.map((call) => call.input.slot)).toEqual(metricSlots.map(({ slot }) => slot));
  for (const { input: given, at } of late) {
    const slot = metricSlots.find((one) => one.slot === given.slot);
    expect(at).toBeGreaterThanOrEqual(lateAt + (slot?.afterMs ?? Infinity));
    expect(at).toBeLessThan(lateAt + (slot?.afterMs ?? 0) + minute);
  }
});

test("cancelled while it waits, it measures no more", async () => {
  const publishedAt = await stage.now();
  const play = stage.play({
    measurableTargets: async () => ["one"].map((targetId) => ({ targetId, publishedAt })),
    takeSnapshot: async () => true,
  });
  const handle = await stage.start(play, "collectMetrics", { input });
  await stage.pass("2 minutes");
  await vi.waitFor(() => expect(play.calls("takeSnapshot")).toHaveLength(1));
  await handle.cancel();
  await expectCancelled(handle);
  expect(play.calls("takeSnapshot")).toHaveLength(1);
});

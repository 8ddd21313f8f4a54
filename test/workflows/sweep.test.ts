import { WorkflowFailedError } from "@temporalio/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failTimes } from "#test/harness/fail-times.ts";
import { openStage, type Stage } from "#test/harness/open-stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const done = async () => ({ told: 3, waiting: 1 });
const others = {
  forgetAbandonedConnections: async () => ({ forgotten: 2 }),
  forgetThrottles: async () => undefined,
  forgetAnswers: async () => undefined,
  mendOrphans: async () => ({ restarted: 0, closed: 0 }),
  raiseOverdue: async () => ({ overdue: 0 }),
  keepWallTimes: async () => ({ moved: 0 }),
  makeOccurrences: async () => ({ made: 0, skipped: 0 }),
  expireFiles: async () => ({ expired: 0, removed: 0 }),
  expireTexts: async () => ({ texts: 0, generations: 0 }),
  removeOrphans: async () => ({ removed: 0 }),
};
const result = { told: 3, waiting: 1, forgotten: 2 };

test("tells what the outbox holds, then clears up what was left lying", async () => {
  const play = stage.play({ ...others, sweepOutbox: done });
  const handle = await stage.start(play, "sweep");
  await expect(handle.result()).resolves.toEqual(result);
  expect(play.said()).toEqual([
    "sweepOutbox",
    "forgetAbandonedConnections",
    "forgetThrottles",
    "forgetAnswers",
    "mendOrphans",
    "raiseOverdue",
    "keepWallTimes",
    "makeOccurrences",
    "expireFiles",
    "expireTexts",
    "removeOrphans",
  ]);
  expect(new Set(play.calls().map(({ queue }) => queue))).toEqual(new Set(["io"]));
});

test("tries three times, then leaves it to the next sweep", async () => {
  const passing = stage.play({ ...others, sweepOutbox: failTimes(2, done) });
  await expect((await stage.start(passing, "sweep")).result()).resolves.toEqual(result);
  const lasting = stage.play({ ...others, sweepOutbox: failTimes(9, done) });
  await expect((await stage.start(lasting, "sweep")).result()).rejects.toThrow(WorkflowFailedError);
  expect(lasting.calls()).toHaveLength(3);
});

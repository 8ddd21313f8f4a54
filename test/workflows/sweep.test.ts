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

test("tells what the outbox holds", async () => {
  const play = stage.play({ sweepOutbox: done });
  const handle = await stage.start(play, "sweep");
  await expect(handle.result()).resolves.toEqual({ told: 3, waiting: 1 });
  expect(play.calls()).toHaveLength(1);
  expect(play.calls()[0]?.queue).toBe("io");
});

test("tries three times, then leaves it to the next sweep", async () => {
  const passing = stage.play({ sweepOutbox: failTimes(2, done) });
  await expect((await stage.start(passing, "sweep")).result()).resolves.toEqual({
    told: 3,
    waiting: 1,
  });
  const lasting = stage.play({ sweepOutbox: failTimes(9, done) });
  await expect((await stage.start(lasting, "sweep")).result()).rejects.toThrow(WorkflowFailedError);
  expect(lasting.calls()).toHaveLength(3);
});

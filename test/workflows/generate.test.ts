import { ApplicationFailure, Context } from "@temporalio/activity";
import { WorkflowFailedError } from "@temporalio/client";
import { CancelledFailure } from "@temporalio/common";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStage, type Ports, type Stage } from "#test/harness/open-stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const ledger = {
  beginGeneration: async () => ({ go: true, kind: "image", model: "sandbox/picture" }),
  endGeneration: async ({ status }: Parameters<Ports["endGeneration"]>[0]) => ({ status }),
};
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

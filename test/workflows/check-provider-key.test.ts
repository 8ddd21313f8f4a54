import { afterAll, beforeAll, expect, test } from "vitest";
import { openStage, type Stage } from "#test/harness/open-stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const input = { credentialsId: "key-1" };

test.each(["ok", "failed", "gone"] as const)("tries the key once, and ends %s", async (status) => {
  const play = stage.play({ tryProviderKey: async () => ({ status }) });
  const handle = await stage.start(play, "checkProviderKey", { input });
  expect(await handle.result()).toEqual({ status });
  expect(play.said()).toEqual(["tryProviderKey"]);
  expect(play.calls("tryProviderKey")[0]).toMatchObject({ queue: "model", input });
  expect(await stage.detailsOf(handle)).toBe(`Ended: ${status}.`);
});

test("gives up in the end, so that no key is kept that nobody tried", async () => {
  const play = stage.play({
    tryProviderKey: async () => {
      throw new Error("the worker was lost");
    },
    giveUpProviderKey: async () => undefined,
  });
  const handle = await stage.start(play, "checkProviderKey", { input });
  expect(await handle.result()).toEqual({ status: "failed" });
  expect(play.calls("tryProviderKey")).toHaveLength(3);
  expect(play.calls("giveUpProviderKey")).toHaveLength(1);
});

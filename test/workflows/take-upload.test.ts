import { ApplicationFailure } from "@temporalio/activity";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStage, type Stage } from "#test/harness/open-stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const input = { uploadId: "upload-1" };

test.each(["ready", "failed", "gone"] as const)(
  "looks into the file, removes its pieces, and ends %s",
  async (status) => {
    const play = stage.play({
      keepUploadedFile: async () => ({ status }),
      removeUploadedPieces: async () => undefined,
    });
    const handle = await stage.start(play, "takeUpload", { input });
    expect(await handle.result()).toEqual({ status });
    expect(play.said()).toEqual(["keepUploadedFile", "removeUploadedPieces"]);
    expect(play.calls("keepUploadedFile")[0]).toMatchObject({ queue: "media", input });
    expect(play.calls("removeUploadedPieces")[0]).toMatchObject({ queue: "io", input });
    expect(await stage.detailsOf(handle)).toBe(`Ended: ${status}.`);
  },
);

test("tries again, and gives up in the end", async () => {
  let left = 3;
  const play = stage.play({
    keepUploadedFile: async () => {
      left -= 1;
      if (left > 0) throw new Error("the disk is full");
      return { status: "ready" };
    },
    removeUploadedPieces: async () => undefined,
  });
  await (await stage.start(play, "takeUpload", { input })).result();
  expect(play.calls("keepUploadedFile")).toHaveLength(3);

  const hopeless = stage.play({
    keepUploadedFile: async () => {
      throw ApplicationFailure.nonRetryable("no ffmpeg");
    },
    giveUpUpload: async () => undefined,
    removeUploadedPieces: async () => undefined,
  });
  const handle = await stage.start(hopeless, "takeUpload", { input });
  expect(await handle.result()).toEqual({ status: "failed" });
  expect(hopeless.said()).toEqual(["keepUploadedFile", "giveUpUpload", "removeUploadedPieces"]);
});

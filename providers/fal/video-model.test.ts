import { APICallError } from "@ai-sdk/provider";
import { describe, expect, it } from "vitest";
import type { ProviderDeps } from "#providers/contract.ts";
import { cancelFalJob, falProgress, falVideoModel } from "./video-model.ts";

const responseUrl = "https://queue.fal.run/fal-ai/veo3.1/requests/c41f7a9e";

/** A queue that gives these answers, one after the other. */
function queueOf(...answers: Response[]): ProviderDeps {
  return {
    ffmpegPath: "ffmpeg",
    credentials: { apiKey: "key:secret" },
    fetch: () => Promise.resolve(answers.shift() ?? new Response("no more", { status: 500 })),
  };
}
const look = (deps: ProviderDeps, operation: Record<string, string> = { responseUrl }) =>
  Promise.resolve(falVideoModel(deps, "fal-ai/veo3.1/fast").doStatus?.({ operation }));
const completed = () => Response.json({ status: "COMPLETED" });

describe("looking at a job", () => {
  it.each([
    ["is not known any more", [Response.json({ detail: "Request not found" }, { status: 404 })]],
    [
      "ended in the queue",
      [
        Response.json({
          status: "COMPLETED",
          error: "Runner died",
          error_type: "runner_disconnected",
        }),
      ],
    ],
    ["has a result that is gone", [completed(), new Response("", { status: 404 })]],
    [
      "was refused by its model",
      [completed(), Response.json({ detail: [{ msg: "x", type: "y" }] }, { status: 422 })],
    ],
  ])("says that it ended where it %s", async (_, answers) => {
    expect(await look(queueOf(...answers))).toMatchObject({ status: "error" });
  });

  it.each([
    ["an error page", [new Response("<html>", { status: 502 })]],
    ["an error page for the result", [completed(), new Response("<html>", { status: 500 })]],
    ["a wrong key", [Response.json({ detail: "Unauthorized" }, { status: 401 })]],
    ["a result without a video", [completed(), Response.json({ images: [] })]],
    [
      "a video that is not on the web",
      [completed(), Response.json({ video: { url: "file:///etc/passwd" } })],
    ],
  ])("throws for %s", async (_, answers) => {
    await expect(look(queueOf(...answers))).rejects.toSatisfy((error) =>
      APICallError.isInstance(error),
    );
  });

  it.each([
    "https://elsewhere.example/fal-ai/veo3.1/requests/c41f7a9e",
    "https://queue.fal.run.evil.example/fal-ai/a/requests/b",
    "https://queue.fal.run/fal-ai/veo3.1/requests/c41f7a9e?x=y",
    "https://queue.fal.run/requests/b",
  ])("carries the key nowhere else: %s", async (elsewhere) => {
    const deps = queueOf(completed());
    await expect(look(deps, { responseUrl: elsewhere })).rejects.toThrow();
    const { signal } = new AbortController();
    const job = { operation: { responseUrl: elsewhere }, signal };
    await expect(cancelFalJob(deps, job)).rejects.toThrow();
  });
});

it("reads the place in the queue, and nothing out of anything else", () => {
  expect(falProgress({ fal: { queuePosition: 3 } })).toEqual({ queuePosition: 3 });
  for (const metadata of [undefined, null, {}, { fal: {} }, { fal: { queuePosition: "3" } }, 7])
    expect(falProgress(metadata)).toEqual({});
});

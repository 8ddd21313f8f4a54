import { describe, expect, it } from "vitest";
import { classifyModelError } from "#activities/lib/classify-model-error.ts";
import { makeImage } from "#activities/lib/make-image.ts";
import type { ProviderDeps } from "#providers/contract.ts";
import { provider } from "./index.ts";

const deps = (answer: unknown): ProviderDeps => ({
  ffmpegPath: "ffmpeg",
  credentials: { apiKey: "AIza-test" },
  fetch: () => Promise.resolve(Response.json(answer)),
});

const paint = (answer: unknown): Promise<unknown> =>
  makeImage({ model: provider.imageModel(deps(answer), "gemini-2.5-flash-image"), prompt: "x" });

describe("a picture that Google holds back", () => {
  // ai.google.dev/api/generate-content#FinishReason and #BlockReason
  it.each([
    [{ candidates: [{ content: { parts: [] }, finishReason: "IMAGE_SAFETY", index: 0 }] }],
    [{ candidates: [{ content: { parts: [] }, finishReason: "PROHIBITED_CONTENT", index: 0 }] }],
    [{ promptFeedback: { blockReason: "SAFETY" }, usageMetadata: { promptTokenCount: 4 } }],
  ])("is told apart from a failure: %j", async (answer) => {
    const error: unknown = await paint(answer).catch((thrown: unknown) => thrown);
    expect(classifyModelError(error)).toMatchObject({ code: "content_policy", retryable: false });
  });

  it("is a failure where Google says nothing of the kind", async () => {
    const answer = { candidates: [{ content: { parts: [] }, finishReason: "STOP", index: 0 }] };
    const error: unknown = await paint(answer).catch((thrown: unknown) => thrown);
    expect(classifyModelError(error)).toMatchObject({ code: "provider_down" });
  });
});

it("refuses a job's name that would lead elsewhere", async () => {
  const model = provider.videoModel(deps({}), "veo-3.1-generate-preview");
  const look = model.doStatus?.({ operation: { operationName: "../../files/secret" } });
  await expect(look).rejects.toThrow();
});

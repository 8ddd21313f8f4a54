import { APICallError, type ImageModelV4CallOptions } from "@ai-sdk/provider";
import { expect, it, vi } from "vitest";
import { provider } from "#providers/sandbox/index.ts";
import { classifyModelError } from "./classify-model-error.ts";
import { describeImageCall, makeImage } from "./make-image.ts";

const model = provider.imageModel(
  { fetch, credentials: {}, ffmpegPath: "ffmpeg" },
  "sandbox-image-1",
);

it("returns the bytes, their type and what was sent", async () => {
  const options = {
    model,
    prompt: "The zeppelin bakery",
    size: "512x512",
    seed: 4,
    privacyOptions: { openai: { x: 1 } },
  };
  const image = await makeImage(options);
  expect(image.mediaType).toBe("image/png");
  expect([...image.data.subarray(1, 4)]).toEqual([..."PNG"].map((letter) => letter.charCodeAt(0)));
  expect(image.usage).toEqual({ inputTokens: null, outputTokens: null });
  expect(image.sent).toEqual(describeImageCall(options));
  expect(image.sent).toMatchObject({
    provider: "sandbox",
    model: "sandbox-image-1",
    fields: [{ name: "prompt", bytes: 19, sha256: expect.stringMatching(/^[0-9a-f]{64}$/u) }],
    settings: { size: "512x512", seed: 4 },
    privacy: { openai: { x: 1 } },
  });
});

it("passes everything on, once, and does not try again", async () => {
  const doGenerate = vi.fn((_options: ImageModelV4CallOptions) =>
    Promise.reject(
      new APICallError({ message: "x", url: "x", requestBodyValues: {}, statusCode: 503 }),
    ),
  );
  const { signal } = new AbortController();
  const call = makeImage({
    model: { ...model, doGenerate },
    prompt: "Boots",
    size: "512x512",
    seed: 4,
    privacyOptions: { openai: { x: 1 } },
    signal,
  });
  await expect(call).rejects.toThrow();
  expect(doGenerate).toHaveBeenCalledOnce();
  expect(doGenerate.mock.calls[0]?.[0]).toMatchObject({
    prompt: "Boots",
    n: 1,
    size: "512x512",
    seed: 4,
    providerOptions: { openai: { x: 1 } },
  });
});

it("fails where the provider gives no image", async () => {
  const doGenerate = () =>
    Promise.resolve({
      images: [],
      warnings: [],
      response: { timestamp: new Date(0), modelId: "x", headers: undefined },
    });
  const error: unknown = await makeImage({
    model: { ...model, doGenerate },
    prompt: "Boots",
  }).catch((thrown: unknown) => thrown);
  expect(classifyModelError(error)).toMatchObject({ code: "provider_down", retryable: true });
});

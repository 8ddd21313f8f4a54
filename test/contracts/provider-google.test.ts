import sharp from "sharp";
import type { ModelErrorCode } from "#activities/lib/classify-model-error.ts";
import { provider } from "#providers/google/index.ts";
import { type JobEnd, providerContract } from "./provider-contract.ts";
import { standInHarness } from "./stand-in-harness.ts";
import { type Answer, startProviderServer } from "./start-provider-server.ts";

const apiKey = "AIzaSyD4x8Qm2Lk7Rw1Vb9Tn5Hc3Jf6Gp0Ys_E";
const origin = "https://generativelanguage.googleapis.com";
const picture = (place: string) => [`${place}.bytesBase64Encoded`, `${place}.mimeType`];

providerContract({
  name: "google",
  provider,
  needs: { variable: "GOOGLE_API_KEY" },
  headers: ["x-goog-api-key"],
  rules: [
    { method: "GET", url: `${origin}/v1beta/models`, query: ["pageSize"] },
    {
      method: "POST",
      url: /\/v1beta\/models\/gemini-[\w.-]+:generateContent$/u,
      fields: [
        "contents[].role",
        "contents[].parts[].text",
        "contents[].parts[].inlineData.mimeType",
        "contents[].parts[].inlineData.data",
        "generationConfig.responseModalities[]",
        "generationConfig.imageConfig.aspectRatio",
        "generationConfig.seed",
        "store",
      ],
      privacy: { in: "body", name: "store", value: false },
    },
    {
      method: "POST",
      url: /\/v1beta\/models\/veo-[\w.-]+:predictLongRunning$/u,
      fields: [
        "instances[].prompt",
        ...picture("instances[].image"),
        ...picture("instances[].lastFrame"),
        ...picture("instances[].referenceImages[].image"),
        "instances[].referenceImages[].referenceType",
        "parameters.sampleCount",
        "parameters.aspectRatio",
        "parameters.resolution?",
        "parameters.durationSeconds",
        "parameters.seed",
      ],
    },
    { method: "GET", url: /\/v1beta\/models\/veo-[\w.-]+\/operations\/[a-z0-9]+$/u },
    { method: "GET", url: /\/v1beta\/files\/[a-z0-9]+:download$/u, query: ["alt"] },
    { method: "GET", url: "https://storage.googleapis.com/video/made.mp4" },
  ],
  async start() {
    const png = await sharp({ create: { width: 64, height: 64, channels: 3, background: "teal" } })
      .png()
      .toBuffer();
    let ends: JobEnd = "completed";
    let looks = 0;
    const server = await startProviderServer([
      { method: "GET", url: /\/v1beta\/models$/u, answer: () => ({ body: models }) },
      {
        method: "POST",
        url: /:generateContent$/u,
        answer: () => ({ body: candidateOf(png.toString("base64")) }),
      },
      {
        method: "POST",
        url: /\/models\/(?<model>veo-[\w.-]+):predictLongRunning$/u,
        answer(_, { model }) {
          looks = 0;
          return { body: { name: `models/${model}/operations/k3v9x2` } };
        },
      },
      {
        method: "GET",
        url: /\/(?<name>models\/[\w.-]+\/operations\/k3v9x2)$/u,
        answer(_, { name }) {
          looks += 1;
          const body =
            looks < 2 || ends === "never" ? { name } : { name, done: true, ...endOf(ends) };
          return { body };
        },
      },
      {
        method: "GET",
        url: /\/files\/y8w1:download$/u,
        answer: ({ headers }) =>
          headers["x-goog-api-key"] === apiKey
            ? {
                status: 302,
                headers: { location: "https://storage.googleapis.com/video/made.mp4" },
              }
            : { status: 403 },
      },
      {
        method: "GET",
        url: /^https:\/\/storage\.googleapis\.com\/video\/made\.mp4$/u,
        answer: ({ headers }) =>
          "x-goog-api-key" in headers
            ? { status: 400, body: "the key went to another origin" }
            : { body: Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from("ftypisom")]) },
      },
    ]);
    return standInHarness({
      server,
      apiKey,
      refusals,
      refuse: refusalOf,
      endJobs: (end) => (ends = end),
    });
  },
});

/** google.rpc.Status, as ai.google.dev/gemini-api/docs/troubleshooting and the API's own answers show it. */
const refusals: Partial<
  Record<ModelErrorCode, { status: number; name: string; message: string; details?: object[] }>
> = {
  unauthorized: {
    status: 400,
    name: "INVALID_ARGUMENT",
    message: `API key not valid. Please pass a valid API key: ${apiKey}`,
    details: [
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: "API_KEY_INVALID",
        domain: "googleapis.com",
      },
    ],
  },
  rate_limited: {
    status: 429,
    name: "RESOURCE_EXHAUSTED",
    message: "You exceeded your current quota, please check your plan and billing details.",
    details: [
      {
        "@type": "type.googleapis.com/google.rpc.QuotaFailure",
        violations: [{ quotaId: "GenerateRequestsPerMinutePerProjectPerModel" }],
      },
    ],
  },
  quota: {
    status: 429,
    name: "RESOURCE_EXHAUSTED",
    message: "You exceeded your current quota, please check your plan and billing details.",
    details: [
      {
        "@type": "type.googleapis.com/google.rpc.QuotaFailure",
        violations: [{ quotaId: "GenerateRequestsPerDayPerProjectPerModel-FreeTier" }],
      },
    ],
  },
  invalid_input: {
    status: 400,
    name: "INVALID_ARGUMENT",
    message: "The zeppelin bakery: aspectRatio is not supported.",
  },
  provider_down: { status: 503, name: "UNAVAILABLE", message: "The model is overloaded." },
  timeout: { status: 504, name: "DEADLINE_EXCEEDED", message: "Deadline expired." },
};

function refusalOf(code: ModelErrorCode, wait?: number): Answer {
  const refusal = refusals[code];
  if (refusal === undefined) throw new Error(`No answer of Google's for ${code}.`);
  const { status, name, message, details = [] } = refusal;
  const type = "type.googleapis.com/google.rpc.RetryInfo";
  const info = wait === undefined ? [] : [{ "@type": type, retryDelay: `${wait}s` }];
  return {
    status,
    body: { error: { code: status, message, status: name, details: [...details, ...info] } },
  };
}

function candidateOf(data: string) {
  return {
    candidates: [
      {
        content: { role: "model", parts: [{ inlineData: { mimeType: "image/png", data } }] },
        finishReason: "STOP",
        index: 0,
      },
    ],
    usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 1290, totalTokenCount: 1299 },
    modelVersion: "gemini-2.5-flash-image",
  };
}

/** ai.google.dev/gemini-api/docs/video */
function endOf(ends: Exclude<JobEnd, "never">) {
  switch (ends) {
    case "completed":
      return {
        response: {
          "@type":
            "type.googleapis.com/google.ai.generativelanguage.v1beta.PredictLongRunningResponse",
          generateVideoResponse: {
            generatedSamples: [
              { video: { uri: `${origin}/v1beta/files/y8w1:download?alt=media` } },
            ],
          },
        },
      };
    case "failed":
      return {
        error: { code: 13, message: "Video generation failed due to an internal server issue." },
      };
    case "refused":
      return {
        response: {
          generateVideoResponse: {
            raiMediaFilteredCount: 1,
            raiMediaFilteredReasons: ["We can't make a video of the zeppelin bakery."],
          },
        },
      };
  }
}

/** ai.google.dev/api/models#method:-models.list */
const models = {
  models: [
    { name: "models/gemini-2.5-flash-image", supportedGenerationMethods: ["generateContent"] },
    { name: "models/veo-3.1-generate-preview", supportedGenerationMethods: ["predictLongRunning"] },
  ],
};

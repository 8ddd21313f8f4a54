import sharp from "sharp";
import { provider } from "#providers/replicate/index.ts";
import { type JobEnd, providerContract } from "./provider-contract.ts";
import type { RequestRule } from "./request-rules.ts";
import { refuseBy, type Refusals, standInHarness } from "./stand-in-harness.ts";
import { type Answer, type Ask, startProviderServer } from "./start-provider-server.ts";

const apiKey = "r8_H4kQ7vX2LmT9aRcWf1NbYd6HsJp3Zt8EuGo";
const api = "https://api.replicate.com/v1";
const id = "rrr4z55ocneqzikepnug6xezpe";

const model = (name: string, ...fields: string[]): RequestRule => ({
  method: "POST",
  url: `${api}/models/${name}/predictions`,
  fields: fields.map((field) => `input.${field}`),
});
const image = ["prompt", "aspect_ratio", "num_outputs", "output_format"];
const veo = ["prompt", "aspect_ratio", "duration", "resolution?", "generate_audio", "seed"];

providerContract({
  name: "replicate",
  provider,
  needs: { variable: "REPLICATE_API_KEY" },
  headers: ["authorization"],
  rules: [
    { method: "GET", url: `${api}/account` },
    { method: "POST", url: `${api}/files`, fields: ["content"] },
    model("black-forest-labs/flux-schnell", ...image, "seed"),
    model("black-forest-labs/flux-1.1-pro", ...image, "seed"),
    model("black-forest-labs/flux-2-pro", ...image, "seed", "input_images[]"),
    model("black-forest-labs/flux-kontext-pro", ...image, "seed", "input_image"),
    model(
      "black-forest-labs/flux-fill-pro",
      ...["prompt", "num_outputs", "output_format", "image", "mask", "seed"],
    ),
    model("google/nano-banana", ...image, "image_input[]"),
    model("google/veo-3.1-fast", ...veo, "image", "last_frame"),
    model("google/veo-3.1", ...veo, "image", "last_frame", "reference_images[]"),
    model(
      "kwaivgi/kling-v2.5-turbo-pro",
      ...["prompt", "aspect_ratio", "duration", "start_image", "end_image"],
    ),
    { method: "GET", url: `${api}/predictions/${id}` },
    { method: "POST", url: `${api}/predictions/${id}/cancel` },
    { method: "GET", url: /^https:\/\/replicate\.delivery\/xezq\/made\.(?:png|mp4)$/u },
  ],
  async start() {
    const png = await sharp({ create: { width: 64, height: 64, channels: 3, background: "teal" } })
      .png()
      .toBuffer();
    let ends: JobEnd = "completed";
    let looks = 0;
    let cancelled = false;
    const seen = (): object => {
      if (cancelled) return predictionOf({ status: "canceled" });
      if (looks === 1) return predictionOf({ status: "starting" });
      if (looks === 2 || ends === "never")
        return predictionOf({ status: "processing", logs: " 40%|████      | 20/50 [00:04<00:06]" });
      return predictionOf(endings[ends]);
    };
    const server = await startProviderServer([
      { method: "GET", url: /\/v1\/account$/u, answer: withKey(() => ({ body: account })) },
      {
        method: "POST",
        url: /\/v1\/files$/u,
        answer: withKey(({ body }) =>
          body["content"] instanceof File
            ? { status: 201, body: { id: "f1", urls: { get: `${api}/files/f1` } } }
            : { status: 422, body: { detail: "content is missing" } },
        ),
      },
      {
        method: "POST",
        url: /\/v1\/models\/(?<maker>[\w-]+)\/(?<name>[\w.-]+)\/predictions$/u,
        answer: withKey(({ headers }) => {
          looks = 0;
          cancelled = false;
          // Who prefers to wait gets the result at once.
          const body =
            headers["prefer"] === "wait"
              ? predictionOf({
                  status: "succeeded",
                  output: ["https://replicate.delivery/xezq/made.png"],
                })
              : predictionOf({ status: "starting" });
          return { status: 201, body };
        }),
      },
      {
        method: "GET",
        url: /\/v1\/predictions\/\w+$/u,
        answer: withKey(() => {
          looks += 1;
          return { body: seen() };
        }),
      },
      {
        method: "POST",
        url: /\/v1\/predictions\/\w+\/cancel$/u,
        answer: withKey(() => {
          if (ends === "never") cancelled = true;
          return { body: seen() };
        }),
      },
      {
        method: "GET",
        url: /^https:\/\/replicate\.delivery\/xezq\/made\.(?<type>png|mp4)$/u,
        answer({ headers }, { type }) {
          if ("authorization" in headers)
            return { status: 400, body: { detail: "the key astray" } };
          const mp4 = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from("ftypisom")]);
          return { body: type === "png" ? png : mp4 };
        },
      },
    ]);
    return standInHarness({
      server,
      apiKey,
      refusals,
      refuse: refuseBy(refusals),
      endJobs: (end) => (ends = end),
    });
  },
});

function withKey(answer: (ask: Ask) => Answer) {
  return (ask: Ask): Answer =>
    ask.headers.authorization === `Bearer ${apiKey}` ? answer(ask) : (refusals.unauthorized ?? {});
}

/** replicate.com/docs/reference/http; the API's own answers (RFC 7807) */
const refusals: Refusals = {
  unauthorized: {
    status: 401,
    body: {
      title: "Unauthenticated",
      detail: `You did not pass a valid authentication token: ${apiKey}`,
      status: 401,
    },
  },
  quota: {
    status: 402,
    body: {
      title: "Insufficient credit",
      detail: "You have insufficient credit to run this model.",
      status: 402,
    },
  },
  rate_limited: {
    status: 429,
    body: { title: "Too many requests", detail: "Request was throttled.", status: 429 },
  },
  invalid_input: {
    status: 422,
    body: {
      title: "Input validation failed",
      detail: "- input.aspect_ratio: The zeppelin bakery is no ratio\n",
      status: 422,
    },
  },
  provider_down: {
    status: 502,
    headers: { "content-type": "text/html" },
    body: Buffer.from("<html>"),
  },
  timeout: { status: 504, body: { detail: "Gateway Timeout" } },
};

function predictionOf(state: object) {
  return {
    id,
    model: "google/veo-3.1-fast",
    version: "hidden",
    input: { prompt: "Sourdough." },
    logs: "",
    output: null,
    error: null,
    data_removed: false,
    created_at: "2026-11-23T08:00:00.000Z",
    urls: {
      get: `${api}/predictions/${id}`,
      cancel: `${api}/predictions/${id}/cancel`,
      web: `https://replicate.com/p/${id}`,
    },
    ...state,
  };
}

const endings = {
  completed: {
    status: "succeeded",
    output: "https://replicate.delivery/xezq/made.mp4",
    metrics: { predict_time: 41.2 },
  },
  failed: { status: "failed", error: "Prediction interrupted; please retry (code: PA)" },
  refused: {
    status: "failed",
    error: "The input or output was flagged as sensitive. Please try again. (E005)",
  },
};

/** replicate.com/docs/reference/http#account.get */
const account = { type: "organization", username: "acme", name: "Acme Corp, Inc." };

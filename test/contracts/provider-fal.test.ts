import sharp from "sharp";
import { provider } from "#providers/fal/index.ts";
import { type JobEnd, providerContract } from "./provider-contract.ts";
import type { PrivacySwitch, RequestRule } from "./request-rules.ts";
import { refuseBy, type Refusals, standInHarness } from "./stand-in-harness.ts";
import { type Answer, type Ask, startProviderServer } from "./start-provider-server.ts";

const apiKey = "b7e0c1de-4f52-4a9b-8c6d-2e1f0a9b8c7d:9f3c2ab14d5e6f708192a3b4c5d6e7f8";
const storesNothing: PrivacySwitch = { in: "header", name: "x-fal-store-io", value: "0" };
const job = "c41f7a9e-2b7d-4a51-9f43-0d8f5b6e7a10";

const image = (model: string, ...fields: string[]): RequestRule => ({
  method: "POST",
  url: `https://fal.run/fal-ai/${model}`,
  fields: ["prompt", "num_images", ...fields],
  privacy: storesNothing,
});
const video = (model: string, ...fields: string[]): RequestRule => ({
  method: "POST",
  url: `https://queue.fal.run/fal-ai/${model}`,
  fields,
  privacy: storesNothing,
});
const size = ["image_size.width", "image_size.height"];
const veo = ["prompt", "aspect_ratio", "duration", "resolution?", "generate_audio", "seed"];

providerContract({
  name: "fal",
  provider,
  needs: { variable: "FAL_API_KEY" },
  headers: ["authorization", "x-fal-object-lifecycle-preference"],
  rules: [
    { method: "GET", url: "https://api.fal.ai/v1/models/pricing", query: ["endpoint_id"] },
    image("flux/schnell", ...size, "seed"),
    image("flux-pro/v1.1", ...size, "seed"),
    image("nano-banana", "aspect_ratio"),
    image("nano-banana/edit", "aspect_ratio", "image_urls[]"),
    image("flux-pro/kontext", "aspect_ratio", "image_url", "seed"),
    image("flux-pro/v1/fill", "image_url", "mask_url", "seed"),
    { method: "GET", url: /^https:\/\/v3b\.fal\.media\/files\/[\w/]+\.(?:png|mp4)$/u },
    video("veo3.1/fast", ...veo),
    video("veo3.1/fast/image-to-video", ...veo, "image_url"),
    video("veo3.1/fast/first-last-frame-to-video", ...veo, "first_frame_url", "last_frame_url"),
    video(
      "veo3.1/reference-to-video",
      ...["prompt", "duration", "resolution?", "generate_audio", "image_urls[]"],
    ),
    video("veo3.1/fast/extend-video", "prompt", "duration", "generate_audio", "video_url"),
    video("kling-video/v2.5-turbo/pro/text-to-video", "prompt", "aspect_ratio", "duration"),
    video(
      "kling-video/v2.5-turbo/pro/image-to-video",
      ...["prompt", "duration", "image_url", "tail_image_url"],
    ),
    video("topaz/upscale/video", "video_url", "prompt?"),
    {
      method: "GET",
      url: /^https:\/\/queue\.fal\.run\/fal-ai\/[\w.-]+\/requests\/[\w-]+\/status$/u,
    },
    { method: "GET", url: /^https:\/\/queue\.fal\.run\/fal-ai\/[\w.-]+\/requests\/[\w-]+$/u },
    {
      method: "PUT",
      url: /^https:\/\/queue\.fal\.run\/fal-ai\/[\w.-]+\/requests\/[\w-]+\/cancel$/u,
    },
  ],
  async start() {
    let ends: JobEnd = "completed";
    let looks = 0;
    let cancelled = false;
    const server = await startProviderServer([
      {
        method: "GET",
        url: /api\.fal\.ai\/v1\/models\/pricing$/u,
        answer: withKey(() => ({ body: prices })),
      },
      {
        method: "POST",
        url: /^https:\/\/fal\.run\/fal-ai\/[\w./-]+$/u,
        answer: withKey(({ body }) => ({ body: pictureFor(body) })),
      },
      {
        method: "POST",
        url: /^https:\/\/queue\.fal\.run\/(?<app>fal-ai\/[\w.-]+)[\w./-]*$/u,
        answer: withKey((_, { app = "" }) => {
          looks = 0;
          cancelled = false;
          return { body: queued(app) };
        }),
      },
      {
        method: "GET",
        url: /^https:\/\/queue\.fal\.run\/(?<app>[\w./-]+)\/requests\/[\w-]+\/status$/u,
        answer: withKey((_, { app = "" }) => {
          looks += 1;
          if (cancelled) return { status: 404, body: { detail: "Request not found" } };
          return looks < 3 || ends === "never"
            ? { status: 202, body: { ...waitingAt(looks), ...urlsOf(app) } }
            : { body: { status: "COMPLETED", ...urlsOf(app), metrics: { inference_time: 9.1 } } };
        }),
      },
      {
        method: "GET",
        url: /^https:\/\/queue\.fal\.run\/[\w./-]+\/requests\/[\w-]+$/u,
        answer: withKey(() => resultOf(ends)),
      },
      {
        method: "PUT",
        url: /^https:\/\/queue\.fal\.run\/[\w./-]+\/requests\/[\w-]+\/cancel$/u,
        answer: withKey(() => {
          if (ends !== "never") return { status: 400, body: { status: "ALREADY_COMPLETED" } };
          if (cancelled) return { status: 404, body: { status: "NOT_FOUND" } };
          cancelled = true;
          return { status: 202, body: { status: "CANCELLATION_REQUESTED" } };
        }),
      },
      {
        method: "GET",
        url: /^https:\/\/v3b\.fal\.media\/files\/b\/(?<width>\d+)x(?<height>\d+)\/made\.png$/u,
        answer: ({ headers }, { width, height }) =>
          "authorization" in headers
            ? keyGoesAstray
            : (pictures.get(`${width}x${height}`) ?? { status: 404 }),
      },
      {
        method: "GET",
        url: /^https:\/\/v3b\.fal\.media\/files\/b\/made\.mp4$/u,
        answer: ({ headers }) =>
          "authorization" in headers
            ? keyGoesAstray
            : { body: Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from("ftypisom")]) },
      },
    ]);
    const pictures = new Map<string, Answer>();
    for (const [width, height] of [
      [1024, 1024],
      [896, 1152],
    ] as const) {
      const shape = { width, height, channels: 3, background: "teal" } as const;
      pictures.set(`${width}x${height}`, { body: await sharp({ create: shape }).png().toBuffer() });
    }
    return standInHarness({
      server,
      apiKey,
      refusals,
      refuse: refuseBy(refusals),
      endJobs: (end) => (ends = end),
    });
  },
});

const keyGoesAstray: Answer = { status: 400, body: { detail: "the key went where it must not" } };

function withKey(answer: (ask: Ask, groups: Record<string, string>) => Answer) {
  return (ask: Ask, groups: Record<string, string>): Answer =>
    ask.headers.authorization === `Key ${apiKey}`
      ? answer(ask, groups)
      : (refusals.unauthorized ?? {});
}

/** fal.ai/docs/documentation/model-apis/errors and /request-errors */
const refusals: Refusals = {
  unauthorized: { status: 401, body: { detail: `Cannot access application with key ${apiKey}` } },
  quota: {
    status: 403,
    body: { detail: "User is locked. Reason: Exhausted balance. Top up your balance." },
  },
  rate_limited: { status: 429, body: { detail: "Too many requests in flight." } },
  invalid_input: {
    status: 422,
    body: {
      detail: [
        { loc: ["body", "image_urls", 0], msg: "Input should be a valid URL", type: "url_parsing" },
      ],
    },
  },
  content_policy: {
    status: 422,
    body: {
      detail: [
        {
          loc: ["body", "prompt"],
          msg: "The zeppelin bakery was flagged by a content checker.",
          type: "content_policy_violation",
          url: "https://docs.fal.ai/errors#content_policy_violation",
          input: { prompt: "The zeppelin bakery." },
        },
      ],
    },
  },
  provider_down: {
    status: 503,
    body: { detail: "Runner disconnected", error_type: "runner_disconnected" },
  },
  timeout: { status: 504, body: { detail: "Request timed out", error_type: "request_timeout" } },
};

function urlsOf(app: string) {
  const url = `https://queue.fal.run/${app}/requests/${job}`;
  return { response_url: url, status_url: `${url}/status`, cancel_url: `${url}/cancel` };
}

function queued(app: string) {
  return { status: "IN_QUEUE", request_id: job, ...urlsOf(app), queue_position: 2 };
}

function waitingAt(looks: number) {
  return looks === 1
    ? { status: "IN_QUEUE", queue_position: 1 }
    : { status: "IN_PROGRESS", logs: null };
}

function resultOf(ends: JobEnd): Answer {
  if (ends === "completed")
    return {
      body: {
        video: {
          url: "https://v3b.fal.media/files/b/made.mp4",
          content_type: "video/mp4",
          file_name: "made.mp4",
          file_size: 2_412_008,
        },
      },
    };
  if (ends === "refused") return refusals.content_policy ?? {};
  return {
    status: 500,
    body: {
      detail: [{ loc: ["body"], msg: "Internal server error", type: "internal_server_error" }],
    },
  };
}

function pictureFor(body: Record<string, unknown>) {
  const { width = 1024, height = 1024 } = (body["image_size"] ?? {}) as {
    width?: number;
    height?: number;
  };
  return {
    images: [
      {
        url: `https://v3b.fal.media/files/b/${width}x${height}/made.png`,
        width,
        height,
        content_type: "image/png",
      },
    ],
    timings: { inference: 0.7 },
    seed: 7,
    has_nsfw_concepts: [false],
    prompt: body["prompt"],
  };
}

/** fal.ai/docs/api-reference/platform-apis: GET /models/pricing */
const prices = {
  prices: [
    { endpoint_id: "fal-ai/flux/schnell", unit_price: 0.003, unit: "megapixels", currency: "USD" },
    { endpoint_id: "fal-ai/veo3.1/fast", unit_price: 0.15, unit: "seconds", currency: "USD" },
  ],
  next_cursor: null,
  has_more: false,
};

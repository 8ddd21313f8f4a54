import sharp from "sharp";
import type { ModelErrorCode } from "#activities/lib/classify-model-error.ts";
import type { GenerationTask } from "#domain/generation-tasks.ts";
import { provider } from "#providers/openai/index.ts";
import { providerContract, type Situation } from "./provider-contract.ts";
import { recordRequests } from "./record-requests.ts";
import type { RequestRule } from "./request-rules.ts";
import { type OpenAiAnswer, startOpenAiServer } from "./start-openai-server.ts";
import { type Answer, startProviderServer } from "./start-provider-server.ts";

const apiKey = "sk-proj-Zq8vX2LmT4aR9cWf1NbYd6Hs";

const storesNothing = { in: "body", name: "store", value: false } as const;
const list: RequestRule = { method: "GET", url: /^http:\/\/[^/]+\/v1\/models$/u };
const rulesOf: Record<"responses" | "chat", RequestRule[]> = {
  chat: [
    list,
    {
      method: "POST",
      url: /\/v1\/chat\/completions$/u,
      fields: ["model", "messages[].*", "response_format.*", "tools[].*", "tool_choice", "store"],
      privacy: storesNothing,
    },
  ],
  responses: [
    list,
    {
      method: "POST",
      url: /\/v1\/responses$/u,
      fields: [
        "model",
        "input[].*",
        "text.format.*",
        "tools[].*",
        "tool_choice",
        "store",
        "include[]?",
      ],
      privacy: storesNothing,
    },
    {
      method: "POST",
      url: /\/v1\/images\/generations$/u,
      fields: ["model", "n", "prompt", "size"],
    },
    {
      method: "POST",
      url: /\/v1\/images\/edits$/u,
      fields: ["model", "n", "prompt", "size", "image[]", "mask"],
    },
    {
      method: "POST",
      url: /\/v1\/audio\/speech$/u,
      fields: ["model", "input", "voice", "response_format", "speed", "instructions"],
    },
    {
      method: "POST",
      url: /\/v1\/audio\/transcriptions$/u,
      fields: ["model", "file", "response_format", "timestamp_granularities[]"],
    },
  ],
};

for (const api of ["responses", "chat"] as const) {
  providerContract({
    name: `openai (${api})`,
    provider,
    // aimock has no refusals on the Responses API; providers/openai/index.test.ts has one as the API documents it.
    neverRefuses: api === "responses",
    needs: { variable: "OPENAI_API_KEY" },
    rules: rulesOf[api],
    headers: ["authorization", "openai-organization"],
    ...(api === "chat" && { tasks: ["write"] }),
    async start() {
      const server = await startOpenAiServer();
      // aimock lists its models to anybody, so that a list that can be refused is ours.
      const models = await startProviderServer([
        { method: "GET", url: /\/v1\/models$/u, answer: () => ({ body: modelList }) },
      ]);
      const png = (
        await sharp({ create: { width: 1024, height: 1536, channels: 3, background: "teal" } })
          .png()
          .toBuffer()
      ).toString("base64");
      const recorder = recordRequests({
        route: (url) => (url.pathname === "/v1/models" ? models.route(url) : url),
      });
      return {
        deps: {
          ffmpegPath: "ffmpeg",
          credentials: { apiKey, baseUrl: server.baseUrl, api, organization: "org-Kf7Tq2" },
          fetch: recorder.fetch,
        },
        arrange: (situation) => {
          server.script(answersFor({ situation, png }));
          models.answerNext(...(situation.does === "fail" ? [refusalOf(situation.code)] : []));
          return "";
        },
        underWay: () => recorder.next(),
        requests: () => recorder.requests,
        faults: Object.keys(refusals) as ModelErrorCode[],
        close: async () => {
          await Promise.all([server.close(), models.close()]);
        },
      };
    },
  });
}

/** https://platform.openai.com/docs/api-reference/models/list */
const modelList = {
  object: "list",
  data: [
    { id: "gpt-5.4-mini", object: "model", created: 1_760_000_000, owned_by: "openai" },
    { id: "gpt-image-2", object: "model", created: 1_761_000_000, owned_by: "openai" },
  ],
};

function refusalOf(code: ModelErrorCode): Answer {
  const refusal = refusals[code];
  if (refusal === undefined) throw new Error(`No answer of OpenAI's for ${code}.`);
  const { status, ...error } = refusal;
  return { status, body: { error } };
}

// Status, code and words as OpenAI gives them; some of its messages repeat the key or the prompt.
const refusals: Partial<
  Record<ModelErrorCode, { status: number; code: string; type: string; message: string }>
> = {
  rate_limited: {
    status: 429,
    code: "rate_limit_exceeded",
    type: "requests",
    message: "Rate limit reached for gpt-5.4-mini.",
  },
  quota: {
    status: 429,
    code: "insufficient_quota",
    type: "insufficient_quota",
    message: "You exceeded your current quota.",
  },
  content_policy: {
    status: 400,
    code: "content_policy_violation",
    type: "invalid_request_error",
    message: "Your prompt 'The zeppelin bakery' was rejected by our safety system.",
  },
  invalid_input: {
    status: 400,
    code: "unsupported_parameter",
    type: "invalid_request_error",
    message: "Unsupported parameter: 'temperature'.",
  },
  unauthorized: {
    status: 401,
    code: "invalid_api_key",
    type: "invalid_request_error",
    message: "Incorrect API key provided: sk-proj-****d6Hs.",
  },
  provider_down: {
    status: 503,
    code: "server_error",
    type: "server_error",
    message: "The engine is overloaded.",
  },
};

// In the words of both APIs.
const usage = { prompt_tokens: 31, completion_tokens: 12, input_tokens: 31, output_tokens: 12 };

function answersFor({ situation, png }: { situation: Situation; png: string }): OpenAiAnswer[] {
  switch (situation.does) {
    case "check":
    case "job":
      return [];
    case "text":
      return [{ content: "Bread tastes best when you baked it yourself.", usage }];
    case "output":
      return [
        { content: JSON.stringify({ text: "Bake with us.", altText: null, wantsImage: true }) },
      ];
    case "clumsy planner":
      return [
        { toolCalls: [{ name: "recent_posts", arguments: '{"limit":5}' }] },
        { toolCalls: [{ name: "post_metrics", arguments: '{"postId":null}' }] },
        { content: '{"idea":"Open doors","wantsImage":"maybe"}' },
        {
          content: JSON.stringify({
            idea: "Open doors on Saturday.",
            angle: "Let the dough speak.",
            reason: "Nothing about the workshops was posted lately.",
            wantsImage: true,
            imagePrompt: "Hands folding dough in morning light.",
          }),
        },
      ];
    case "bad tool input":
      return [
        { toolCalls: [{ name: "recent_posts", arguments: '{"limit":"all"}' }] },
        { toolCalls: [{ name: "recent_posts", arguments: '{"limit":5}' }] },
      ];
    case "refuse":
      return [{ content: "I can't help with that.", finishReason: "content_filter" }];
    case "make":
      return [mediaFor(situation.task, png)];
    case "hang":
      return ["hang"];
    case "fail": {
      const { code, retryAfterSeconds } = situation;
      const refusal = refusals[code];
      if (refusal === undefined) throw new Error(`No answer of OpenAI's for ${code}.`);
      const { status, ...error } = refusal;
      return [
        {
          error,
          status,
          ...(retryAfterSeconds === undefined ? {} : { retryAfter: retryAfterSeconds }),
        },
      ];
    }
  }
}

function mediaFor(task: GenerationTask, png: string): OpenAiAnswer {
  switch (task) {
    case "write":
      return { content: "Bread tastes best when you baked it yourself.", usage };
    case "speech":
      return { audio: Buffer.alloc(400, 1).toString("base64") };
    case "transcribe":
      return {
        transcription: {
          text: "Good morning.",
          language: "english",
          duration: 1,
          segments: [segment],
        },
      };
    default:
      return { image: { b64Json: png } };
  }
}

/** https://platform.openai.com/docs/api-reference/audio/verbose-json-object */
const segment = {
  id: 0,
  seek: 0,
  start: 0,
  end: 0.9,
  text: "Good morning.",
  tokens: [50_364, 2_205, 2_446],
  temperature: 0,
  avg_logprob: -0.2,
  compression_ratio: 0.6,
  no_speech_prob: 0.01,
};

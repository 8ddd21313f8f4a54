import sharp from "sharp";
import { expect } from "vitest";
import type { ModelErrorCode } from "#activities/lib/classify-model-error.ts";
import { provider } from "#providers/openai/index.ts";
import { providerContract, type RecordedRequest, type Situation } from "./provider-contract.ts";
import { type OpenAiAnswer, startOpenAiServer } from "./start-openai-server.ts";

const apiKey = "sk-proj-Zq8vX2LmT4aR9cWf1NbYd6Hs";

for (const api of ["responses", "chat"] as const) {
  providerContract({
    name: `openai (${api})`,
    provider,
    // aimock has no refusals on the Responses API; providers/openai/index.test.ts has one as the API documents it.
    neverRefuses: api === "responses",
    needs: { variable: "OPENAI_API_KEY" },
    checkPrivacy({ url, body }) {
      const { pathname } = new URL(url);
      if (pathname === "/v1/images/generations") {
        expect(Object.keys(body).sort()).toEqual(["model", "n", "prompt", "size"]);
        return;
      }
      expect(pathname).toBe(api === "chat" ? "/v1/chat/completions" : "/v1/responses");
      expect(body["store"]).toBe(false);
      expect(body).not.toHaveProperty("user");
      expect(body).not.toHaveProperty("metadata");
    },
    async start() {
      const server = await startOpenAiServer();
      const png = (
        await sharp({ create: { width: 1024, height: 1024, channels: 3, background: "teal" } })
          .png()
          .toBuffer()
      ).toString("base64");
      const requests: RecordedRequest[] = [];
      let sent = Promise.withResolvers<void>();
      return {
        deps: {
          credentials: { apiKey, baseUrl: server.baseUrl, api },
          fetch: async (input, init) => {
            // Fetch itself looks at the signal first, and sends nothing when it is aborted already.
            init?.signal?.throwIfAborted();
            requests.push({
              url: String(input),
              body: JSON.parse(String(init?.body)) as Record<string, unknown>,
            });
            const answer = fetch(input, init);
            sent.resolve();
            return answer;
          },
        },
        textModel: "gpt-5.4-mini",
        imageModel: "gpt-image-2",
        arrange: (situation) => {
          sent = Promise.withResolvers();
          server.script(answersFor({ situation, png }));
          return "";
        },
        underWay: () => sent.promise,
        requests: () => requests,
        faults: Object.keys(refusals) as ModelErrorCode[],
        close: () => server.close(),
      };
    },
  });
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
    case "image":
      return [{ image: { b64Json: png } }];
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

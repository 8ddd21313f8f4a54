import { generateText } from "ai";
import { expect, it } from "vitest";
import { z } from "zod";
import { askModel } from "#activities/lib/ask-model.ts";
import { classifyModelError } from "#activities/lib/classify-model-error.ts";
import type { ProviderDeps } from "#providers/contract.ts";
import { provider } from "./index.ts";

// Answers in the shape that the API's reference documents.
const refusal = {
  id: "resp_1",
  object: "response",
  created_at: 1_760_000_000,
  status: "completed",
  model: "gpt-5.4-mini-2026-03-05",
  output: [
    {
      type: "message",
      id: "msg_1",
      status: "completed",
      role: "assistant",
      content: [{ type: "refusal", refusal: "I can't help with that." }],
    },
  ],
  usage: { input_tokens: 20, output_tokens: 8, total_tokens: 28 },
};

interface Call {
  url: string;
  headers: Headers;
  body: Record<string, unknown>;
}

function recordCalls(
  answer: unknown,
  credentials: ProviderDeps["credentials"] = { apiKey: "sk-test" },
) {
  const calls: Call[] = [];
  const deps: ProviderDeps = {
    ffmpegPath: "ffmpeg",
    credentials,
    fetch: (input, init) => {
      calls.push({
        url: String(input),
        headers: new Headers(init?.headers),
        body: JSON.parse(String(init?.body)) as Call["body"],
      });
      return Promise.resolve(Response.json(answer));
    },
  };
  return { calls, deps };
}

const messages = [{ role: "user" as const, content: "Write." }];

it("tells a refusal on the Responses API from an answer", async () => {
  const { deps } = recordCalls(refusal);
  const call = askModel({ model: provider.languageModel(deps, "gpt-5.4-mini"), messages });
  const error: unknown = await call.catch((thrown: unknown) => thrown);
  expect(classifyModelError(error)).toMatchObject({ code: "content_policy", retryable: false });
});

it("calls OpenAI itself unless told otherwise, whatever the environment says", async () => {
  const before = process.env["OPENAI_BASE_URL"];
  process.env["OPENAI_BASE_URL"] = "https://elsewhere.example/v1";
  try {
    const { calls, deps } = recordCalls(refusal);
    await askModel({ model: provider.languageModel(deps, "gpt-5.4-mini"), messages }).catch(
      () => undefined,
    );
    expect(calls[0]?.url).toBe("https://api.openai.com/v1/responses");
    expect(calls[0]?.headers.get("authorization")).toBe("Bearer sk-test");
  } finally {
    if (before === undefined) delete process.env["OPENAI_BASE_URL"];
    else process.env["OPENAI_BASE_URL"] = before;
  }
});

it("calls the server that the credentials name, with or without a slash at the end", async () => {
  for (const baseUrl of ["http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1/"]) {
    const { calls, deps } = recordCalls({}, { apiKey: "none", baseUrl, api: "chat" });
    await askModel({ model: provider.languageModel(deps, "llama"), messages }).catch(
      () => undefined,
    );
    expect(calls[0]?.url).toBe("http://127.0.0.1:8080/v1/chat/completions");
  }
});

it("takes an empty key for none", () => {
  expect(() =>
    provider.languageModel(
      { fetch, ffmpegPath: "ffmpeg", credentials: { apiKey: " " } },
      "gpt-5.4-mini",
    ),
  ).toThrow(/OPENAI_API_KEY/u);
});

it("asks for strict tools and a strict schema without the keywords that OpenAI refuses", async () => {
  const { calls, deps } = recordCalls(refusal);
  await askModel({
    model: provider.languageModel(deps, "gpt-5.4-mini"),
    messages,
    tools: { look: { description: "Looks.", input: z.object({ what: z.string().max(40) }) } },
    output: z.object({ text: z.string().min(1).max(80), title: z.string().nullable() }),
  }).catch(() => undefined);
  const sent = calls[0]?.body;
  expect(sent?.["tools"]).toEqual([
    expect.objectContaining({ type: "function", name: "look", strict: true }),
  ]);
  expect(sent?.["text"]).toMatchObject({
    format: {
      type: "json_schema",
      strict: true,
      schema: { required: ["text", "title"], additionalProperties: false },
    },
  });
  expect(JSON.stringify(sent)).not.toMatch(/minLength|maxLength/u);
});

it.each(provider.manifest.models.filter(({ kind }) => kind === "text"))(
  "takes every setting that the manifest names: $id",
  async ({ id, settings }) => {
    const { calls, deps } = recordCalls(refusal);
    const { warnings } = await generateText({
      model: provider.languageModel(deps, id),
      messages,
      maxRetries: 0,
      ...(settings?.temperature && { temperature: 0.5 }),
      ...(settings?.seed && { seed: 7 }),
      ...(settings?.maxOutputTokens && { maxOutputTokens: 100 }),
    });
    expect(warnings).toEqual([]);
    expect(calls[0]?.body).toMatchObject({
      max_output_tokens: 100,
      ...(settings?.temperature && { temperature: 0.5 }),
    });
  },
);

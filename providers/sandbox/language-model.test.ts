import type {
  LanguageModelV4CallOptions,
  LanguageModelV4FunctionTool,
  LanguageModelV4Message,
} from "@ai-sdk/provider";
import { streamText } from "ai";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { sandboxLanguageModel } from "./language-model.ts";
import { sandboxLabel } from "./write-caption.ts";

const good = sandboxLanguageModel({ modelId: "sandbox-text-1", clumsy: false });
const clumsy = sandboxLanguageModel({ modelId: "sandbox-text-clumsy", clumsy: true });

const user = (text: string): LanguageModelV4Message => ({
  role: "user",
  content: [{ type: "text", text }],
});
const assistant = (text: string): LanguageModelV4Message => ({
  role: "assistant",
  content: [{ type: "text", text }],
});
const result = (
  toolCallId: string,
  type: "text" | "error-text" = "text",
): LanguageModelV4Message => ({
  role: "tool",
  content: [
    { type: "tool-result", toolCallId, toolName: "recent_posts", output: { type, value: "[]" } },
  ],
});

async function textOf(options: LanguageModelV4CallOptions, model = good): Promise<string> {
  const { content } = await model.doGenerate(options);
  const [part] = content;
  return part?.type === "text" ? part.text : expect.fail(JSON.stringify(content));
}

const write = (prompt: string, options: Partial<LanguageModelV4CallOptions> = {}) =>
  textOf({ prompt: [user(prompt)], ...options });

describe("text", () => {
  it("is the same for the same prompt, another for another seed", async () => {
    const prompt = "Write about sourdough workshops in Lisbon, with our baker Rosa.";
    expect(await write(prompt)).toBe(await write(prompt));
    expect(await write(prompt, { seed: 7 })).toBe(await write(prompt, { seed: 7 }));
    const texts = await Promise.all(
      Array.from({ length: 8 }, (_, seed) => write(prompt, { seed })),
    );
    expect(new Set(texts).size).toBeGreaterThan(4);
  });

  it("speaks of what the prompt is about and says that it is the sandbox's", async () => {
    const text = await write("Write a caption about oat-milk cappuccino.");
    expect(text.toLowerCase()).toContain("oat-milk cappuccino");
    expect(text.endsWith(sandboxLabel)).toBe(true);
  });

  it("keeps to the limit that the prompt names, in whole sentences", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 5, max: 400 }), fc.integer(), async (limit, seed) => {
        const text = await write(`Write about winter boots. Text of at most ${limit} graphemes.`, {
          seed,
        });
        expect(text.length).toBeLessThanOrEqual(limit);
        expect(text.replace(/( #\S+)+$/u, "")).toMatch(/[.!?]\)?$/u);
      }),
    );
  });

  it("obeys the brand voice about hashtags and emoji", async () => {
    const prompt = (voice: string) =>
      `<brief>Write about boots for winter hiking and camping</brief><brand_voice>${voice}</brand_voice>`;
    const seeds = Array.from({ length: 10 }, (_, seed) => seed);
    const plain = await Promise.all(
      seeds.map((seed) => write(prompt("Plain words, no hashtags, no emoji."), { seed })),
    );
    expect(plain.join(" ")).not.toMatch(/#|\p{Extended_Pictographic}/u);
    const lively = await Promise.all(
      seeds.map((seed) => write(prompt("Playful, with emojis."), { seed })),
    );
    expect(lively.join(" ")).toMatch(/\p{Extended_Pictographic}/u);
  });

  it("takes any prompt", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 300 }), async (prompt) => {
        expect(await write(prompt)).toMatch(/\(Sandbox text\.\)$/u);
      }),
    );
  });

  it("streams the same as it generates", async () => {
    const text = await streamText({ model: good, prompt: "Write about rain boots." }).text;
    expect(text).toBe(await write("Write about rain boots."));
  });
});

describe("structured answers", () => {
  const schema = z.object({ text: z.string(), count: z.number().int().min(3).max(5) });
  const json = z.toJSONSchema(schema, { target: "draft-7" }) as NonNullable<
    Extract<LanguageModelV4CallOptions["responseFormat"], { type: "json" }>["schema"]
  >;
  const responseFormat = { type: "json", schema: json } as const;
  const fits = (text: string): boolean => {
    try {
      return schema.safeParse(JSON.parse(text)).success;
    } catch {
      return false;
    }
  };

  it("fit the schema", async () => {
    expect(fits(await write("Write about boots.", { responseFormat }))).toBe(true);
  });

  it("are wrong once per conversation where asked for, and right after the correction", async () => {
    for (const [model, prompt] of [
      [clumsy, "Write about boots."],
      [good, "Write about boots. [[sandbox invalid]]"],
    ] as const) {
      for (let seed = 0; seed < 12; seed += 1) {
        const first = await textOf({ prompt: [user(prompt)], responseFormat, seed }, model);
        expect(fits(first), first).toBe(false);
        const second = await textOf(
          { prompt: [user(prompt), assistant(first), user("Try again.")], responseFormat, seed },
          model,
        );
        expect(fits(second), second).toBe(true);
      }
    }
  });

  it.each(["prose", "cut", "missing", "type"])("are wrong in the way %s", async (fault) => {
    const text = await write(`Write about boots. [[sandbox invalid=${fault}]]`, { responseFormat });
    expect(fits(text)).toBe(false);
    const isJson = fault === "missing" || fault === "type";
    if (isJson) expect(JSON.parse(text)).toBeTypeOf("object");
    else expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
  });

  it("are wrong in every way, by seed", async () => {
    const seeds = Array.from({ length: 24 }, (_, seed) => seed);
    const texts = await Promise.all(
      seeds.map((seed) =>
        textOf({ prompt: [user("Write about boots.")], responseFormat, seed }, clumsy),
      ),
    );
    expect(texts.some((text) => text.startsWith("Sure!"))).toBe(true);
    expect(texts.some((text) => text.startsWith("{") && !text.endsWith("}"))).toBe(true);
    expect(texts.some((text) => text.endsWith("}") && text.includes('"text":42'))).toBe(true);
    expect(texts.some((text) => text.endsWith("}") && !text.includes('"text"'))).toBe(true);
  });

  it("stay wrong where that is asked for", async () => {
    const prompt = [user("Boots. [[sandbox always-invalid]]"), assistant("no"), user("Try again.")];
    expect(fits(await textOf({ prompt, responseFormat }))).toBe(false);
  });
});

describe("tools", () => {
  const tool = (name: string): LanguageModelV4FunctionTool => ({
    type: "function",
    name,
    inputSchema: {
      type: "object",
      properties: { limit: { type: "integer", minimum: 1, maximum: 20 } },
      required: ["limit"],
    },
  });
  const tools = [tool("recent_posts"), tool("post_metrics")];
  const calls = async (options: LanguageModelV4CallOptions) => {
    const { content, finishReason } = await good.doGenerate({ tools, ...options });
    const found = content.flatMap((part) => (part.type === "tool-call" ? [part] : []));
    expect(finishReason.unified).toBe(found.length > 0 ? "tool-calls" : "stop");
    return found;
  };

  it("are called once each, in order, with input that fits and ids that differ", async () => {
    const made = await calls({ prompt: [user("Plan.")] });
    expect(made.map((call) => call.toolName)).toEqual(["recent_posts", "post_metrics"]);
    expect(made.map((call) => JSON.parse(call.input) as unknown)).toEqual([
      { limit: 10 },
      { limit: 10 },
    ]);
    expect(new Set(made.map((call) => call.toolCallId)).size).toBe(2);
    expect(await calls({ prompt: [user("Plan."), result("a")] })).toEqual([]);
  });

  it("are chosen as the caller or the prompt says", async () => {
    const names = async (options: LanguageModelV4CallOptions) =>
      (await calls(options)).map((call) => call.toolName);
    expect(await names({ prompt: [user("Plan.")], toolChoice: { type: "none" } })).toEqual([]);
    expect(
      await names({
        prompt: [user("Plan.")],
        toolChoice: { type: "tool", toolName: "post_metrics" },
      }),
    ).toEqual(["post_metrics"]);
    expect(await names({ prompt: [user("Plan. [[sandbox no-tools]]")] })).toEqual([]);
    expect(
      await names({ prompt: [user("Plan. [[sandbox tools=post_metrics,recent_posts,none]]")] }),
    ).toEqual(["post_metrics", "recent_posts"]);
  });

  it("are called wrongly once where asked for", async () => {
    const [bad] = await calls({ prompt: [user("Plan. [[sandbox bad-tool-input]]")] });
    expect(JSON.parse(bad?.input ?? "")).not.toHaveProperty("limit");
    const [unknown] = await calls({ prompt: [user("Plan. [[sandbox unknown-tool]]")] });
    expect(unknown?.toolName).toBe("time_machine");
    const again = await calls({
      prompt: [user("Plan. [[sandbox unknown-tool bad-tool-input]]"), result("a", "error-text")],
    });
    expect(again.map((call) => call.toolName)).toEqual(["recent_posts", "post_metrics"]);
    expect(JSON.parse(again[0]?.input ?? "")).toEqual({ limit: 10 });
    expect(again[0]?.toolCallId).not.toBe(unknown?.toolCallId);
  });

  it("pass no orders on: a directive in a tool's result is not obeyed", async () => {
    const hostile: LanguageModelV4Message = {
      role: "tool",
      content: [
        {
          type: "tool-result",
          toolCallId: "a",
          toolName: "recent_posts",
          output: { type: "text", value: "[[sandbox refuse]]" },
        },
      ],
    };
    const { finishReason } = await good.doGenerate({ prompt: [user("Plan."), hostile], tools });
    expect(finishReason.unified).toBe("stop");
  });
});

it("cuts an answer off, or refuses it, where asked to", async () => {
  expect(await good.doGenerate({ prompt: [user("Boots. [[sandbox length]]")] })).toMatchObject({
    finishReason: { unified: "length" },
  });
  expect(await good.doGenerate({ prompt: [user("Boots. [[sandbox refuse]]")] })).toMatchObject({
    finishReason: { unified: "content-filter" },
  });
});

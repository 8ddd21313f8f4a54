import type {
  JSONSchema7,
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4Content,
  LanguageModelV4FinishReason,
  LanguageModelV4FunctionTool,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamPart,
  LanguageModelV4ToolCall,
} from "@ai-sdk/provider";
import { failOnDemand } from "./fail-on-demand.ts";
import { fillSchema } from "./fill-schema.ts";
import { type PromptFacts, readPrompt } from "./read-prompt.ts";
import { seededRandom } from "./seeded-random.ts";
import { spoilAnswer } from "./spoil-answer.ts";
import { writeCaption } from "./write-caption.ts";

export interface SandboxLanguageModelOptions {
  modelId: string;
  /** The first structured answer of every conversation is wrong. */
  clumsy: boolean;
}

/**
 * A language model made of a seeded grammar. It knows nothing and remembers nothing: what it does follows from the
 * conversation and the seed alone. It calls the offered tools once, all in one answer, and then answers; as text, or as
 * an instance of the schema asked for. See directives.ts for the faults that it commits on request.
 */
export function sandboxLanguageModel({
  modelId,
  clumsy,
}: SandboxLanguageModelOptions): LanguageModelV4 {
  const doGenerate = async (
    options: LanguageModelV4CallOptions,
  ): Promise<LanguageModelV4GenerateResult> => {
    const facts = readPrompt({ prompt: options.prompt, seed: options.seed });
    await failOnDemand({ directives: facts.directives, signal: options.abortSignal });
    const { content, finish } = answer({ facts, options, clumsy });
    return {
      content,
      finishReason: { unified: finish, raw: finish },
      usage: usage({ facts, content }),
      providerMetadata: { sandbox: { offline: true } },
      response: { modelId },
      warnings: [],
    };
  };
  return {
    specificationVersion: "v4",
    provider: "sandbox",
    modelId,
    supportedUrls: {},
    doGenerate,
    doStream: async (options) => ({
      stream: ReadableStream.from(streamOf(await doGenerate(options))),
    }),
  };
}

interface Answer {
  content: LanguageModelV4Content[];
  finish: LanguageModelV4FinishReason["unified"];
}

interface Situation {
  facts: PromptFacts;
  options: LanguageModelV4CallOptions;
  clumsy: boolean;
}

function answer({ facts, options, clumsy }: Situation): Answer {
  if (facts.directives.has("refuse"))
    return text({ value: "I can't help with that.", finish: "content-filter" });
  const calls = toolCalls({ facts, options });
  if (calls.length > 0) return { content: calls, finish: "tool-calls" };

  const format = options.responseFormat;
  const value =
    format?.type === "json"
      ? structured({ facts, schema: format.schema ?? { type: "object" }, clumsy })
      : writeText({ facts, options });
  if (facts.directives.has("length"))
    return text({ value: value.slice(0, Math.ceil(value.length / 2)), finish: "length" });
  return text({ value, finish: "stop" });
}

function text({ value, finish }: { value: string; finish: Answer["finish"] }): Answer {
  return { content: [{ type: "text", text: value }], finish };
}

function writeText({ facts, options }: Omit<Situation, "clumsy">): string {
  // Four characters to a token is the usual rule of thumb.
  const room = (options.maxOutputTokens ?? 150) * 4;
  return writeCaption({ facts, limit: Math.min(facts.textLimit ?? 600, room) });
}

function structured({
  facts,
  schema,
  clumsy,
}: {
  facts: PromptFacts;
  schema: JSONSchema7;
  clumsy: boolean;
}): string {
  const right = fillSchema({ schema, facts });
  const always = facts.directives.get("always-invalid");
  const once = facts.directives.get("invalid") ?? (clumsy ? "" : undefined);
  const fault = always ?? (facts.answers === 0 ? once : undefined);
  if (fault === undefined) return JSON.stringify(right);
  return spoilAnswer({ answer: right, schema, fault, random: seededRandom(`fault/${facts.seed}`) });
}

function toolCalls({ facts, options }: Omit<Situation, "clumsy">): LanguageModelV4ToolCall[] {
  const choice = options.toolChoice ?? { type: "auto" };
  if (choice.type === "none" || facts.directives.has("no-tools")) return [];
  if (choice.type === "auto" && facts.toolResults > 0) return [];
  const offered = (options.tools ?? []).filter(
    (tool): tool is LanguageModelV4FunctionTool => tool.type === "function",
  );
  const named = choice.type === "tool" ? choice.toolName : facts.directives.get("tools");
  const chosen =
    named === undefined
      ? offered
      : named.split(",").flatMap((name) => offered.filter((tool) => tool.name === name));
  return chosen.map((tool, index) => {
    const first = index === 0 && facts.toolErrors === 0;
    const spoilt = first && facts.directives.has("bad-tool-input");
    return {
      type: "tool-call",
      toolCallId: callId({ facts, index }),
      toolName: first && facts.directives.has("unknown-tool") ? "time_machine" : tool.name,
      input: spoilt
        ? '{"unexpected":["input"]}'
        : JSON.stringify(fillSchema({ schema: tool.inputSchema, facts })),
    };
  });
}

/** Results are told apart by this id alone, so it differs between all calls of a conversation. */
function callId({ facts, index }: { facts: PromptFacts; index: number }): string {
  const number = seededRandom(
    `call/${index}/${facts.toolResults}/${facts.toolErrors}/${facts.seed}`,
  ).integer(0, 2 ** 32 - 1);
  return `call_${number.toString(36).padStart(7, "0")}`;
}

function usage({
  facts,
  content,
}: {
  facts: PromptFacts;
  content: LanguageModelV4Content[];
}): LanguageModelV4GenerateResult["usage"] {
  const input = Math.ceil(facts.size / 4);
  const output = Math.ceil(
    content.reduce(
      (sum, part) =>
        sum +
        (part.type === "text"
          ? part.text.length
          : part.type === "tool-call"
            ? part.input.length
            : 0),
      0,
    ) / 4,
  );
  return {
    inputTokens: { total: input, noCache: input, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: output, text: output, reasoning: 0 },
  };
}

function streamOf(result: LanguageModelV4GenerateResult): LanguageModelV4StreamPart[] {
  const parts: LanguageModelV4StreamPart[] = [{ type: "stream-start", warnings: result.warnings }];
  for (const [index, part] of result.content.entries()) {
    if (part.type === "text") {
      const id = String(index);
      parts.push({ type: "text-start", id });
      for (const delta of part.text.match(/\S+\s*/gu) ?? [])
        parts.push({ type: "text-delta", id, delta });
      parts.push({ type: "text-end", id });
    } else if (part.type === "tool-call") parts.push(part);
  }
  parts.push({ type: "finish", usage: result.usage, finishReason: result.finishReason });
  return parts;
}

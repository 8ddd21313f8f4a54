import "./quiet-ai.ts";
import type { LanguageModelV4, SharedV4ProviderOptions } from "@ai-sdk/provider";
import {
  generateText,
  InvalidToolInputError,
  type ModelMessage,
  NoObjectGeneratedError,
  NoSuchToolError,
  Output,
  type StepResult,
  tool,
  type ToolSet,
} from "ai";
import { z } from "zod";
import { ModelAnswerError } from "./classify-model-error.ts";
import { describeSent, type SentRecord } from "./describe-sent.ts";
import { modelSchema, toModelJsonSchema } from "./model-schema.ts";

export interface AskModelOptions<T = unknown> {
  model: LanguageModelV4;
  system?: string;
  /** The conversation so far, oldest first; JSON as stored. */
  messages: readonly ModelMessage[];
  /** What the model may call. Nothing is executed here: calls come back as `tool_calls`. */
  tools?: Record<string, { description: string; input: z.ZodType }>;
  /** Shape of the answer; without it the answer is text. */
  output?: z.ZodType<T>;
  privacyOptions?: SharedV4ProviderOptions;
  maxOutputTokens?: number;
  temperature?: number;
  seed?: number;
  signal?: AbortSignal;
}

export interface ToolCall {
  id: string;
  name: string;
  /** As the tool's schema parsed it. */
  input: unknown;
}

/** What the model said. `assistantMessage` goes into the transcript as it is: it may hold what the provider needs back. */
export type ModelAnswer<T = unknown> = (
  | { kind: "tool_calls"; calls: ToolCall[]; assistantMessage: ModelMessage }
  | { kind: "output"; output: T; assistantMessage: ModelMessage }
  | { kind: "text"; text: string; assistantMessage: ModelMessage }
  | {
      kind: "invalid";
      /** What is wrong, in words that help the model to do better. */
      problems: string[];
      /** Null when the model said nothing at all. */
      assistantMessage: ModelMessage | null;
      /** The answer's text, or its tool calls as JSON. */
      raw: string;
    }
) &
  ModelCallFacts;

export interface ModelCallFacts {
  /** Null where the provider didn't say. */
  usage: { inputTokens: number | null; outputTokens: number | null };
  sent: SentRecord;
  /** The provider's name of the model that answered. */
  answeredBy: string;
  finishReason: string;
  /** Settings that the provider ignored, and the like. */
  warnings: string[];
}

/**
 * Makes exactly one call to a language model and says what came back, as plain JSON.
 * Throws what `ai` and the provider throw, and ModelAnswerError for a refusal; see classifyModelError.
 */
export async function askModel<T = unknown>(options: AskModelOptions<T>): Promise<ModelAnswer<T>> {
  const {
    model,
    system,
    messages,
    tools,
    output,
    privacyOptions,
    maxOutputTokens,
    temperature,
    seed,
    signal,
  } = options;
  // Structured output is parsed after the step has ended, and a failure loses the message. So the step is kept here.
  let step: StepResult<ToolSet> | undefined;
  let parsed: { output: T } | { problems: string[] } | undefined;
  try {
    const result = await generateText({
      model,
      messages: [...messages],
      maxRetries: 0,
      ...(system === undefined ? {} : { instructions: system }),
      ...(tools === undefined || Object.keys(tools).length === 0 ? {} : { tools: toolSet(tools) }),
      ...(output === undefined ? {} : { output: Output.object({ schema: modelSchema(output) }) }),
      ...(privacyOptions === undefined ? {} : { providerOptions: privacyOptions }),
      ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
      ...(temperature === undefined ? {} : { temperature }),
      ...(seed === undefined ? {} : { seed }),
      ...(signal === undefined ? {} : { abortSignal: signal }),
      telemetry: { isEnabled: false },
      experimental_download: refuseDownload,
      onStepEnd: (ended) => {
        step = ended;
      },
    });
    step = result.finalStep;
    if (
      output !== undefined &&
      step.toolCalls.length === 0 &&
      step.text !== "" &&
      step.finishReason !== "tool-calls"
    )
      parsed = { output: result.output as T };
  } catch (error) {
    if (step === undefined || !NoObjectGeneratedError.isInstance(error)) throw error;
    parsed = { problems: outputProblems(error, step.finishReason) };
  }
  return {
    ...readAnswer({ step, parsed, structured: output !== undefined }),
    ...factsOf({ step, sent: describeCall(options) }),
  };
}

/** The record of what a call sends, for a call that may fail: the same as `sent` in its answer. */
export function describeCall({
  model,
  system,
  messages,
  tools = {},
  output,
  privacyOptions = {},
  maxOutputTokens,
  temperature,
  seed,
}: AskModelOptions): SentRecord {
  return describeSent({
    model,
    fields: [
      ["system", system],
      ...messages.map(
        ({ role, content }, index) => [`messages[${index}].${role}`, content] as const,
      ),
      ...Object.entries(tools).map(
        ([name, { description, input }]) =>
          [`tools.${name}`, { description, input: toModelJsonSchema(input) }] as const,
      ),
      ["output", output === undefined ? undefined : toModelJsonSchema(output)],
    ],
    settings: { maxOutputTokens, temperature, seed },
    privacyOptions,
  });
}

type Read<T> =
  ModelAnswer<T> extends infer Answer
    ? Answer extends unknown
      ? Omit<Answer, keyof ModelCallFacts>
      : never
    : never;

function readAnswer<T>({
  step,
  parsed,
  structured,
}: {
  step: StepResult<ToolSet>;
  parsed: { output: T } | { problems: string[] } | undefined;
  structured: boolean;
}): Read<T> {
  const { text, toolCalls, finishReason } = step;
  if (finishReason === "content-filter") throw new ModelAnswerError("content_policy");
  if ((finishReason === "error" || finishReason === "interrupted") && toolCalls.length === 0)
    throw new ModelAnswerError("provider_down");

  const assistantMessage = assistantMessageOf(step);
  const invalid = (problems: string[], raw: string): Read<T> => ({
    kind: "invalid",
    problems,
    assistantMessage,
    raw,
  });
  if (toolCalls.length > 0) {
    const calls = toolCalls.map(({ toolCallId, toolName, input }): ToolCall => ({
      id: toolCallId,
      name: toolName,
      input: plain(input),
    }));
    const problems = toolCalls.flatMap((call) =>
      call.invalid === true ? toolProblems(call.toolName, call.error) : [],
    );
    if (problems.length > 0 || assistantMessage === null)
      return invalid(problems, JSON.stringify(calls));
    return { kind: "tool_calls", calls, assistantMessage };
  }
  if (text.trim() === "" || assistantMessage === null)
    return invalid(["The answer was empty."], text);
  if (!structured) return { kind: "text", text, assistantMessage };
  if (parsed === undefined) return invalid(["The answer held no JSON object."], text);
  if ("problems" in parsed) return invalid(parsed.problems, text);
  return { kind: "output", output: plain(parsed.output), assistantMessage };
}

function factsOf({ step, sent }: { step: StepResult<ToolSet>; sent: SentRecord }): ModelCallFacts {
  return {
    usage: {
      inputTokens: step.usage.inputTokens ?? null,
      outputTokens: step.usage.outputTokens ?? null,
    },
    sent,
    answeredBy: step.response.modelId,
    finishReason: step.finishReason,
    warnings: (step.warnings ?? []).map((warning) => {
      if (warning.type === "other") return warning.message;
      if (warning.type === "deprecated") return `${warning.setting}: ${warning.message}`;
      return [
        `${warning.type}: ${warning.feature}`,
        ...(warning.details === undefined ? [] : [warning.details]),
      ].join(". ");
    }),
  };
}

/** The answer as a message; what `ai` adds for invalid tool calls (their error results) is left out. */
function assistantMessageOf(step: StepResult<ToolSet>): ModelMessage | null {
  const message = step.response.messages.find(({ role }) => role === "assistant");
  return message === undefined ? null : plain(message);
}

function toolSet(tools: Record<string, { description: string; input: z.ZodType }>): ToolSet {
  return Object.fromEntries(
    Object.entries(tools).map(([name, { description, input }]) => [
      name,
      tool({ description, inputSchema: modelSchema(input), strict: true }),
    ]),
  );
}

function outputProblems(error: NoObjectGeneratedError, finishReason: string): string[] {
  if (finishReason === "length")
    return ["The answer was cut off at the limit of its length. Answer more briefly."];
  return (
    zodProblems(error.cause) ?? [
      "The answer is not JSON. Answer with one JSON object and nothing around it.",
    ]
  );
}

function toolProblems(name: string, error: unknown): string[] {
  const known = name.slice(0, 60);
  if (NoSuchToolError.isInstance(error)) {
    const offered = error.availableTools ?? [];
    return [
      `There is no tool ${JSON.stringify(known)}. ${offered.length === 0 ? "There are none." : `There are: ${offered.join(", ")}.`}`,
    ];
  }
  const problems = InvalidToolInputError.isInstance(error) ? zodProblems(error.cause) : undefined;
  return (problems ?? ["The input is not JSON."]).map((problem) => `Call of ${known}: ${problem}`);
}

/** The issues of the Zod error somewhere below; they name fields and limits, and repeat no values. */
function zodProblems(error: unknown): string[] | undefined {
  let at = error;
  for (let depth = 0; depth < 5 && at instanceof Error; depth += 1) {
    if (at instanceof z.ZodError) {
      return at.issues
        .slice(0, 10)
        .map(({ path, message }) =>
          path.length === 0 ? message : `${path.join(".")}: ${message}`,
        );
    }
    at = at.cause;
  }
  return undefined;
}

/** No address in a conversation is ever fetched from here: a model or a stranger may have written it. */
function refuseDownload(files: readonly unknown[]): Promise<never[]> {
  if (files.length === 0) return Promise.resolve([]);
  return Promise.reject(
    new Error("A message refers to a file by its address. Pass the file itself."),
  );
}

function plain<V>(value: V): V {
  return JSON.parse(JSON.stringify(value)) as V;
}

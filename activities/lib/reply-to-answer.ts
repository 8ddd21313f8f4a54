import type { ModelMessage } from "ai";
import { quoteToolResult } from "#agents/roles/quote.ts";
import type { ModelAnswer } from "./ask-model.ts";

export interface ToolOutcome {
  id: string;
  name: string;
  /** JSON. */
  output: unknown;
  /** True when the tool refused or failed; `output` then says why. */
  failed?: boolean;
}

/** The message that answers tool calls: every result is quoted as data. One for each call, in any order. */
export function toolResultsMessage(outcomes: readonly ToolOutcome[]): ModelMessage {
  return {
    role: "tool",
    content: outcomes.map(({ id, name, output, failed }) => ({
      type: "tool-result",
      toolCallId: id,
      toolName: name,
      output: {
        type: failed === true ? "error-text" : "text",
        value: quoteToolResult({ tool: name, value: output }),
      },
    })),
  };
}

/**
 * The messages to append after an invalid answer: the answer itself, then what is wrong with it. Where it was a tool
 * call, that has to be the result of each of its calls, because providers refuse a call without a result.
 */
export function correctionMessages({
  answer,
  correction,
}: {
  answer: Extract<ModelAnswer, { kind: "invalid" }>;
  correction: string;
}): ModelMessage[] {
  const { assistantMessage } = answer;
  if (assistantMessage === null) return [{ role: "user", content: correction }];
  const content =
    assistantMessage.role === "assistant" && typeof assistantMessage.content !== "string"
      ? assistantMessage.content
      : [];
  const calls = content.filter((part) => part.type === "tool-call");
  if (calls.length === 0) return [assistantMessage, { role: "user", content: correction }];
  return [
    assistantMessage,
    {
      role: "tool",
      content: calls.map(({ toolCallId, toolName }) => ({
        type: "tool-result",
        toolCallId,
        toolName,
        output: { type: "error-text", value: correction },
      })),
    },
  ];
}

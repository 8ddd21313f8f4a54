import { problemCodes, type ProblemCode } from "#domain/problem-codes.ts";
import { problemTitles } from "../plugins/problems.ts";
import { refersTo, type AnswerHeader } from "./answer-headers.ts";

export interface ProblemAnswer {
  description: string;
  headers: Record<string, { $ref: string }>;
  content: Record<string, { schema: { $ref: string }; examples: Record<string, object> }>;
  "x-problem-codes": ProblemCode[];
}

/** The answers with problem documents, by status: which codes they may carry, each with an example. */
export function problemAnswers(
  codes: readonly ProblemCode[],
  headers: readonly AnswerHeader[],
): Map<number, ProblemAnswer> {
  const byStatus = Map.groupBy(codes, (code) => problemCodes[code].status);
  return new Map(
    [...byStatus].map(([status, words]) => [
      status,
      {
        description: words.map((word) => `\`${word}\`: ${problemCodes[word].means}`).join("\n\n"),
        headers: refersTo([...headers, ...moreHeaders(status)]),
        content: {
          "application/problem+json": {
            schema: { $ref: "#/components/schemas/Problem" },
            examples: Object.fromEntries(words.map((word) => [word, { value: example(word) }])),
          },
        },
        "x-problem-codes": words,
      },
    ]),
  );
}

function moreHeaders(status: number): AnswerHeader[] {
  if (status === 401) return ["WwwAuthenticate"];
  return status === 429 || status === 503 || status === 409 ? ["RetryAfter"] : [];
}

function example(code: ProblemCode): object {
  const { status, means } = problemCodes[code];
  return {
    type: `urn:drumbeat:problem:${code}`,
    title: problemTitles[status] ?? "It failed",
    status,
    code,
    detail: means,
    requestId: "7d0d3a55-5d1c-4a0e-9d55-0a4f3a1a8f6e",
    ...(code === "invalid_request"
      ? { errors: [{ pointer: "/name", detail: "must have at least 1 character" }] }
      : {}),
  };
}

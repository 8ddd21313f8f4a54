import { z } from "zod";
import type { ProblemCode } from "#domain/problem-codes.ts";
import { responses } from "./responses.ts";

/**
 * Answers that are no JSON, for the description alone: a page, a file, a stream, or nothing where `type` is absent. Of
 * their type nothing is known to the handler, so it may send what it likes; the problems of its own are among them.
 */
export function documentedResponses(
  own: Record<number, { description: string; type?: string }>,
  problems: readonly ProblemCode[] = [],
): Record<never, never> {
  const described = Object.entries(own).map(([status, { description, type }]) => [
    status,
    type === undefined
      ? z.null().describe(description)
      : { description, content: { [type]: { schema: z.string().meta({ format: "binary" }) } } },
  ]);
  return responses(Object.fromEntries(described) as Record<number, unknown>, problems);
}

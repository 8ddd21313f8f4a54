import { z } from "zod";
import { responses } from "./responses.ts";

/**
 * Answers that are no JSON, for the description alone: a page, a file, a stream. Of their type nothing is known to the
 * handler, so it may send what it likes; the problems that any route may give are among them.
 */
export function documentedResponses(
  own: Record<number, { description: string; type: string }>,
  more: number[] = [],
): Record<never, never> {
  const described = Object.entries(own).map(([status, { description, type }]) => [
    status,
    { description, content: { [type]: { schema: z.string().meta({ format: "binary" }) } } },
  ]);
  return responses(Object.fromEntries(described) as Record<number, unknown>, more);
}

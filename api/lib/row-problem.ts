import { z } from "zod";
import type { Problem } from "#domain/errors.ts";
import { problemCodes } from "#domain/problem-codes.ts";
import type { InvalidRequest } from "../plugins/validate-request.ts";
import { Id } from "./responses.ts";

const codes = Object.keys(problemCodes) as (keyof typeof problemCodes)[];

/** Why one of many is refused: what a single request would be answered. Pointers start at the row. */
export const RowProblem = z.object({
  status: z.int(),
  code: z.enum(codes),
  detail: z.string(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })),
  existingId: Id.nullable().describe("What has the externalId already"),
});
export type RowProblem = z.infer<typeof RowProblem>;

/** The problem as one of a row; `place` says where a pointer into the post is in what was sent. */
export function toRowProblem(problem: Problem, place: (pointer: string) => string): RowProblem {
  const existing = Id.safeParse(problem.extra?.["existingId"]);
  return {
    status: problem.status,
    code: problem.code,
    detail: problem.message,
    errors: (problem.errors ?? []).map(({ pointer, detail }) => ({
      pointer: place(pointer),
      detail,
    })),
    existingId: existing.success ? existing.data : null,
  };
}

/** A row that does not fit its schema. */
export function toInvalidRow(errors: InvalidRequest["errors"]): RowProblem {
  const first = errors[0];
  return {
    status: 422,
    code: "invalid_request",
    detail: first
      ? `The row is not valid: ${first.pointer || "it"} ${first.detail}`.slice(0, 600)
      : "The row is not valid.",
    errors,
    existingId: null,
  };
}

import { problemOf } from "#web/lib/api/problem.ts";
import { ProblemAlert } from "./problem-alert.tsx";

/** What a form was refused for, as far as its fields don't say it: those show what is said of `fields`, JSON pointers. */
export function FormProblem({ error, fields }: { error: unknown; fields: readonly string[] }) {
  const left = error ? problemOf(error).beside(fields) : undefined;
  return left ? <ProblemAlert error={left} /> : null;
}

import type { z } from "zod";
import { Refusal } from "./refusal.ts";

/** The value as the schema reads it, or a refusal (400) that names each field that is wrong. */
export function parse<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const path = issue.path.map(String).join(".");
    return path === "" ? issue.message : `${path}: ${issue.message}`;
  });
  throw new Refusal(problems.slice(0, 10).join("; "), { status: 400, code: "invalid_request" });
}

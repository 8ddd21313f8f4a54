import type { FastifySchemaCompiler } from "fastify";
import type { FastifyRouteSchemaDef } from "fastify/types/schema.js";
import { z } from "zod";
import { describeIssue } from "./describe-issue.ts";

/** A part of a request that does not fit its schema. */
export class InvalidRequest extends Error {
  override name = "InvalidRequest";
  readonly errors: { pointer: string; detail: string }[];
  /** Set by Fastify: `body`, `params`, `querystring` or `headers`. */
  validationContext?: string;

  constructor(issues: readonly z.core.$ZodIssue[]) {
    super("the request does not fit its schema");
    this.errors = toErrors(issues);
  }
}

/** Fastify's validator: the route's Zod schema, with faults in our own words. */
export const validateRequest: FastifySchemaCompiler<z.ZodType> =
  ({ schema, httpPart }) =>
  (value) => {
    const check = (given: unknown) => schema.safeParse(given, { error: describeIssue });
    let result = check(value);
    // Fastify hands over null where there is no body.
    if (!result.success && httpPart === "body" && value === null) result = check(undefined);
    if (result.success) return { value: result.data };
    return { error: new InvalidRequest(result.error.issues) };
  };

/** The same where the body is read and checked by the handler. */
export function validateAllButBody<Schema>(part: FastifyRouteSchemaDef<Schema>) {
  const { schema, httpPart } = part;
  if (httpPart === "body") return (value: unknown) => ({ value });
  if (!(schema instanceof z.ZodType)) throw new TypeError("a route's schemas are Zod's");
  return validateRequest({ ...part, schema });
}

/** One line per fault, with its pointer; `path` leads to the value that was checked. */
export function toErrors(
  issues: readonly z.core.$ZodIssue[],
  path: readonly PropertyKey[] = [],
): { pointer: string; detail: string }[] {
  return issues.map((issue) => ({
    pointer: pointerTo([...path, ...issue.path]),
    detail: issue.message,
  }));
}

/** RFC 6901; the whole is the empty pointer. */
function pointerTo(path: readonly PropertyKey[]): string {
  return path
    .map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}

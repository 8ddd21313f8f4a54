import type { FastifyInstance } from "fastify";
import { Problem } from "#domain/errors.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The route takes whatever text it is sent, and makes it fit itself: what a platform says is not ours to refuse. */
    anyText?: boolean;
  }
}

/** So deep may JSON be nested: much deeper than any body of ours, and not as deep as any stack. */
const deepest = 100;

/**
 * Refuses requests that hold what no database can, or no hash: the character NUL, halves of surrogate pairs, numbers
 * that JavaScript reads as infinite, JSON that is nested beyond reason. Otherwise each field of each route would have to.
 */
export function addTextCheck(app: FastifyInstance): void {
  app.addHook("preValidation", async (request) => {
    if (request.routeOptions.config.anyText) return;
    // Copies, because the parsers of parameters and queries make objects of a kind of their own.
    const params = { ...(request.params as object) };
    const query = { ...(request.query as object) };
    for (const part of [request.body, params, query]) {
      const fault = findFault(part);
      if (!fault) continue;
      const { pointer, detail } = fault;
      throw new Problem({
        status: 422,
        code: "invalid_request",
        detail: `The request is not valid: ${pointer || "it"} ${detail}`.slice(0, 600),
        errors: [fault],
      });
    }
  });
}

interface Fault {
  pointer: string;
  detail: string;
}

/** The first fault in a parsed JSON value; undefined when there is none. */
function findFault(value: unknown): Fault | undefined {
  // A list and not recursion: a megabyte of JSON can be nested deeper than the stack is.
  const open: { value: unknown; pointer: string; depth: number }[] = [
    { value, pointer: "", depth: 0 },
  ];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value: one, pointer, depth } = next;
    if (isBroken(one)) return { pointer, detail: brokenText };
    if (one === Infinity || one === -Infinity)
      return { pointer, detail: "is a number that is too large" };
    if (typeof one !== "object" || one === null || !isPlain(one)) continue;
    if (depth === deepest)
      return { pointer, detail: `is nested too deep: at most ${deepest} levels` };
    for (const [name, member] of Object.entries(one)) {
      if (isBroken(name)) return { pointer, detail: brokenText };
      open.push({ value: member, pointer: `${pointer}/${escaped(name)}`, depth: depth + 1 });
    }
  }
  return undefined;
}

const brokenText = "holds a character that is none: NUL, or half of a surrogate pair";

function isBroken(value: unknown): boolean {
  return typeof value === "string" && (value.includes("\u0000") || !value.isWellFormed());
}

/** What a JSON parser makes, and nothing else: not the stream of an upload. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Array.isArray(value);
}

/** RFC 6901. */
function escaped(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

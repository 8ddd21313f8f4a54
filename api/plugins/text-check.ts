import type { FastifyInstance } from "fastify";
import { Problem } from "#domain/errors.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The route takes whatever text it is sent, and makes it fit itself: what a platform says is not ours to refuse. */
    anyText?: boolean;
  }
}

/**
 * Refuses requests whose text no database can hold: the character NUL, and halves of surrogate pairs, which are no
 * characters. Otherwise each field of each route would have to.
 */
export function addTextCheck(app: FastifyInstance): void {
  app.addHook("preValidation", async (request) => {
    if (request.routeOptions.config.anyText) return;
    // Copies, because the parsers of parameters and queries make objects of a kind of their own.
    const params = { ...(request.params as object) };
    const query = { ...(request.query as object) };
    for (const part of [request.body, params, query]) {
      const pointer = findBrokenText(part);
      if (pointer === undefined) continue;
      const detail = "holds a character that is none: NUL, or half of a surrogate pair";
      throw new Problem({
        status: 422,
        code: "invalid_request",
        detail: `The request is not valid: ${pointer || "it"} ${detail}`.slice(0, 600),
        errors: [{ pointer, detail }],
      });
    }
  });
}

/** Pointer to the first broken text in a parsed JSON value; undefined when there is none. */
function findBrokenText(value: unknown): string | undefined {
  // A list and not recursion: a megabyte of JSON can be nested deeper than the stack is.
  const open: { value: unknown; pointer: string }[] = [{ value, pointer: "" }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value: one, pointer } = next;
    if (typeof one === "string" && isBroken(one)) return pointer;
    if (typeof one !== "object" || one === null || !isPlain(one)) continue;
    for (const [name, member] of Object.entries(one)) {
      if (isBroken(name)) return pointer;
      if (typeof member === "string" || typeof member === "object")
        open.push({ value: member, pointer: `${pointer}/${escaped(name)}` });
    }
  }
  return undefined;
}

function isBroken(text: string): boolean {
  return text.includes("\u0000") || !text.isWellFormed();
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

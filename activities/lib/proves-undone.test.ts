import { APICallError } from "@ai-sdk/provider";
import { expect, it } from "vitest";
import { provesUndone } from "./proves-undone.ts";

const answer = (statusCode: number) =>
  new APICallError({ message: "x", url: "https://a.example", requestBodyValues: {}, statusCode });
const network = (code: string) =>
  new TypeError("fetch failed", { cause: Object.assign(new Error("x"), { code }) });

it.each([answer(429), answer(503), answer(425), network("ECONNREFUSED"), network("ENOTFOUND")])(
  "%s: nothing was done",
  (error) => expect(provesUndone(error)).toBe(true),
);

it.each([
  answer(500),
  answer(502),
  answer(504),
  answer(200),
  network("ECONNRESET"),
  network("UND_ERR_HEADERS_TIMEOUT"),
  new DOMException("too late", "TimeoutError"),
  new Error("anything"),
  "a word",
])("%s: it may have been", (error) => expect(provesUndone(error)).toBe(false));

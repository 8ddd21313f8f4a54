import { APICallError, LoadAPIKeyError } from "@ai-sdk/provider";
import { expect, test } from "vitest";
import { EgressRefused } from "../../egress.ts";
import { explainKeyCheck } from "./explain-key-check.ts";

const key = "sk-test-4711";
const answer = (statusCode: number, error: object = {}) =>
  new APICallError({
    message: key,
    url: `https://api.example/${key}`,
    requestBodyValues: { key },
    statusCode,
    responseBody: JSON.stringify({ error: { message: `Your key ${key}`, ...error } }),
  });

test.each([
  [answer(401, { code: "invalid_api_key" }), "unauthorized", /Check the API key/],
  [answer(429, { code: "insufficient_quota" }), "quota", /billing/],
  [answer(429), "rate_limited", /Give the key again later/],
  [answer(500), "provider_down", /can't be reached/],
  [answer(200), "provider_down", /no usable answer/],
  [answer(404), "invalid_input", /Check the address/],
  [new DOMException(key, "TimeoutError"), "timeout", /too long/],
  [
    new TypeError("fetch failed", {
      cause: new EgressRefused("10.0.0.1", "its address is private"),
    }),
    "address_refused",
    /private/,
  ],
  [
    new TypeError("fetch failed", { cause: Object.assign(new Error(key), { code: "ENOTFOUND" }) }),
    "provider_down",
    /can't be reached/,
  ],
  [new LoadAPIKeyError({ message: "OpenAI needs an API key" }), "unauthorized", /needs an API key/],
  [new TypeError(`Bearer ${key}\n is an invalid header value`), "unexpected", /log says more/],
])("says why without repeating anything: %s", (error, code, detail) => {
  const said = explainKeyCheck(error);
  expect(said).toEqual({ code, detail: expect.stringMatching(detail) });
  expect(JSON.stringify(said)).not.toContain(key);
});

import {
  APICallError,
  InvalidPromptError,
  JSONParseError,
  LoadAPIKeyError,
  NoSuchModelError,
  UnsupportedFunctionalityError,
} from "@ai-sdk/provider";
import { NoImageGeneratedError, RetryError } from "ai";
import { describe, expect, it } from "vitest";
import { EgressRefused } from "../../egress.ts";
import { classifyFailedJob, classifyModelError, ModelAnswerError } from "./classify-model-error.ts";

const secret = "sk-proj-Zq8vX2LmT4aR9cWf1NbYd6Hs";
const prompt = "zeppelin bakery";

interface Answer {
  status?: number;
  code?: unknown;
  type?: unknown;
  param?: unknown;
  headers?: Record<string, string>;
  cause?: unknown;
}

function answer({ status, code, type, param, headers, cause }: Answer): APICallError {
  return new APICallError({
    message: `Incorrect API key provided: ${secret}. Prompt: ${prompt}`,
    url: `https://api.openai.com/v1/responses?key=${secret}`,
    requestBodyValues: { input: prompt },
    ...(status === undefined ? {} : { statusCode: status }),
    ...(headers === undefined ? {} : { responseHeaders: headers }),
    responseBody: `${secret} ${prompt}`,
    data: { error: { message: secret, code, type, param } },
    cause,
  });
}

describe("classifyModelError", () => {
  it.each([
    [{ status: 400, code: "content_policy_violation" }, "content_policy", false],
    [
      { status: 400, code: "moderation_blocked", type: "image_generation_user_error" },
      "content_policy",
      false,
    ],
    [{ status: 400, code: "content_filter" }, "content_policy", false],
    [{ status: 400, code: "invalid_prompt" }, "content_policy", false],
    [{ status: 429, code: "insufficient_quota", type: "insufficient_quota" }, "quota", false],
    [{ status: 400, code: "billing_hard_limit_reached" }, "quota", false],
    [{ status: 402 }, "quota", false],
    [{ status: 429, code: "rate_limit_exceeded", type: "tokens" }, "rate_limited", true],
    [{ status: 429 }, "rate_limited", true],
    [{ status: 400, code: null, type: "invalid_request_error" }, "invalid_input", false],
    [{ status: 404, code: "model_not_found" }, "invalid_input", false],
    [{ status: 413 }, "invalid_input", false],
    [{ status: 422 }, "invalid_input", false],
    [{ status: 401, code: "invalid_api_key" }, "unauthorized", false],
    [{ status: 403, code: "unsupported_country_region_territory" }, "unauthorized", false],
    [{ status: 408 }, "timeout", true],
    [{ status: 504 }, "timeout", true],
    [{ status: 409 }, "provider_down", true],
    [{ status: 500 }, "provider_down", true],
    [{ status: 503 }, "provider_down", true],
    [{ status: 529 }, "provider_down", true],
    [{ status: 200 }, "provider_down", true],
    [{ status: 301 }, "provider_down", true],
    [{}, "provider_down", true],
    [
      { cause: Object.assign(new Error("x"), { code: "UND_ERR_HEADERS_TIMEOUT" }) },
      "timeout",
      true,
    ],
    [{ cause: Object.assign(new Error("x"), { code: "ECONNREFUSED" }) }, "provider_down", true],
  ] as const)("takes %j for %s", (given, code, retryable) => {
    expect(classifyModelError(answer(given))).toMatchObject({ code, retryable });
  });

  it.each([
    [new DOMException("x", "TimeoutError"), "timeout", true],
    [new DOMException("x", "AbortError"), "cancelled", false],
    [new ModelAnswerError("content_policy"), "content_policy", false],
    [new ModelAnswerError("provider_down"), "provider_down", true],
    [new InvalidPromptError({ prompt, message: prompt }), "invalid_input", false],
    [new NoSuchModelError({ modelId: prompt, modelType: "imageModel" }), "invalid_input", false],
    [new UnsupportedFunctionalityError({ functionality: prompt }), "invalid_input", false],
    [new JSONParseError({ text: prompt, cause: new Error(secret) }), "provider_down", true],
    [new NoImageGeneratedError({ message: prompt }), "provider_down", true],
    [Object.assign(new Error(secret), { code: "ECONNRESET" }), "provider_down", true],
    [
      new TypeError("fetch failed", {
        cause: Object.assign(new Error("x"), { code: "ENOTFOUND" }),
      }),
      "provider_down",
      true,
    ],
    [new TypeError(`cannot read ${prompt}`), "unexpected", false],
    ["a string", "unexpected", false],
    [undefined, "unexpected", false],
  ] as const)("takes %s for %s", (error, code, retryable) => {
    const verdict = classifyModelError(error);
    expect(verdict).toMatchObject({ code, retryable });
    expect(verdict.message).not.toMatch(new RegExp(`${secret}|${prompt}`, "u"));
  });

  it("says that an address was refused, wherever in the failure the guard said so", () => {
    const refused = new EgressRefused("10.0.0.1", "its address is private");
    const failed = new TypeError("fetch failed", { cause: refused });
    const wrapped = answer({ cause: failed });
    for (const error of [refused, failed, wrapped]) {
      const verdict = classifyModelError(error);
      expect(verdict).toMatchObject({ code: "address_refused", retryable: false });
      expect(verdict.message).not.toContain("10.0.0.1");
    }
  });

  it("looks at the last of several tries", () => {
    const error = new RetryError({
      message: "x",
      reason: "maxRetriesExceeded",
      errors: [new Error("x"), answer({ status: 401 })],
    });
    expect(classifyModelError(error).code).toBe("unauthorized");
  });

  it("passes on which setting is missing", () => {
    expect(
      classifyModelError(new LoadAPIKeyError({ message: "Set OPENAI_API_KEY." })),
    ).toMatchObject({
      code: "unauthorized",
      retryable: false,
      message: "Set OPENAI_API_KEY.",
    });
  });

  it("says status, code and parameter, and nothing else of the answer", () => {
    const { message } = classifyModelError(
      answer({
        status: 400,
        code: "unsupported_parameter",
        type: "invalid_request_error",
        param: "text.format.schema",
      }),
    );
    expect(message).toBe(
      "The provider or model can't take this request. (HTTP 400, unsupported_parameter, parameter text.format.schema)",
    );
  });

  it("repeats no secret and no prompt, wherever a server puts them", () => {
    for (const place of ["code", "type", "param"] as const) {
      for (const value of [secret, prompt, `messages: ${prompt}`, { secret }, 5, "x".repeat(200)]) {
        const verdict = JSON.stringify(classifyModelError(answer({ status: 400, [place]: value })));
        expect(verdict).not.toMatch(new RegExp(`${secret}|zeppelin|x{61}`, "u"));
      }
    }
  });

  it.each([
    [{ "retry-after": "7" }, 7],
    [{ "retry-after": "0.2" }, 1],
    [{ "retry-after-ms": "1500", "retry-after": "9" }, 2],
    [{ "retry-after": "Mon, 23 Nov 2026 08:00:30 GMT", date: "Mon, 23 Nov 2026 08:00:00 GMT" }, 30],
    [{ "retry-after": "Mon, 23 Nov 2026 08:00:30 GMT" }, 20],
    [{ "retry-after": "Mon, 23 Nov 2026 07:00:00 GMT" }, 0],
    [{ "retry-after": "soon" }, undefined],
    [{ "retry-after": "-5" }, undefined],
    [{}, undefined],
  ] as [Record<string, string>, number | undefined][])(
    "reads from %j that it should wait %s seconds",
    (headers, seconds) => {
      const now = new Date("2026-11-23T08:00:10Z");
      for (const status of [429, 503]) {
        expect(classifyModelError(answer({ status, headers }), { now }).retryAfterSeconds).toBe(
          seconds,
        );
      }
    },
  );

  it("ignores a wait that makes no sense", () => {
    expect(
      classifyModelError(answer({ status: 401, headers: { "retry-after": "7" } })),
    ).not.toHaveProperty("retryAfterSeconds");
    expect(
      classifyModelError(
        answer({ status: 429, headers: { "retry-after": "Mon, 23 Nov 2026 08:00:30 GMT" } }),
      ),
    ).not.toHaveProperty("retryAfterSeconds");
  });
});

describe("classifyFailedJob", () => {
  it.each([
    ["The input or output was flagged as sensitive. Please try again. (E005)", "content_policy"],
    ["NSFW content detected. Try running it again, or try a different prompt.", "content_policy"],
    ["content_policy_violation: flagged by a content checker", "content_policy"],
    ["This prompt contains words that violate Gemini API's usage guidelines.", "content_policy"],
    ["Held back by the safety filters: no reason", "content_policy"],
    ["Video generation timed out.", "timeout"],
    ["Invalid input: image must be at least 300 pixels wide", "invalid_input"],
    ["Prediction interrupted; please retry (code: PA)", "provider_down"],
    ["", "provider_down"],
  ])("takes %j for %s, and never for what may pass", (words, code) => {
    const verdict = classifyFailedJob(`${words} ${prompt} ${secret}`);
    expect(verdict).toMatchObject({ code, retryable: false });
    expect(verdict.message).not.toMatch(new RegExp(`${secret}|${prompt}`, "u"));
  });
});

import { expect, it } from "vitest";
import { readErrorAnswer } from "./read-error-answer.ts";

// Answers as the providers' documentation shows them.
it.each([
  [
    "OpenAI",
    {
      error: { code: "invalid_api_key", type: "invalid_request_error", param: null, message: "x" },
    },
    { names: ["invalid_api_key", "invalid_request_error"], param: "", words: "x" },
  ],
  [
    "Google",
    {
      error: {
        code: 429,
        message: "x",
        status: "RESOURCE_EXHAUSTED",
        details: [
          { "@type": "QuotaFailure", violations: [{ quotaId: "RequestsPerDay" }] },
          { "@type": "RetryInfo", retryDelay: "32.5s" },
        ],
      },
    },
    { names: ["RESOURCE_EXHAUSTED", "RequestsPerDay"], param: "", words: "x", waitSeconds: 33 },
  ],
  [
    "ElevenLabs",
    { detail: { status: "quota_exceeded", message: "x" } },
    { names: ["quota_exceeded"], param: "", words: "x" },
  ],
  [
    "fal, a model's",
    { detail: [{ loc: ["body", "image_urls", 0], msg: "x", type: "image_too_large" }] },
    { names: ["image_too_large"], param: "image_urls", words: "x" },
  ],
  [
    "fal's own",
    { detail: "x", error_type: "request_timeout" },
    { names: ["request_timeout"], param: "", words: "x" },
  ],
  [
    "Replicate",
    { title: "Too many requests", detail: "x", status: 429, retry_after: 4.2 },
    { names: [], param: "", words: "Too many requests x", waitSeconds: 5 },
  ],
])("reads an answer of %s", (_, body, said) => {
  expect(readErrorAnswer(body)).toEqual(said);
  expect(readErrorAnswer(JSON.stringify(body))).toEqual(said);
});

it.each([
  undefined,
  null,
  "",
  "<html>Bad gateway</html>",
  "[1]",
  7,
  { error: [] },
  { detail: [null, 3] },
])("reads nothing out of %j", (body) => {
  expect(readErrorAnswer(body)).toEqual({ names: [], param: "", words: "" });
});

it("takes no wait that is none", () => {
  for (const retryDelay of ["soon", "-3s", "99999999999s", 5])
    expect(readErrorAnswer({ error: { details: [{ retryDelay }] } })).not.toHaveProperty(
      "waitSeconds",
    );
  expect(readErrorAnswer({ retry_after: -1 })).not.toHaveProperty("waitSeconds");
});

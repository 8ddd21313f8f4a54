import { describe, expect, it } from "vitest";
import { classifyAnswer, classifySilence, type Step } from "./classify-answer.ts";

const steps: Step[] = ["token", "read", "upload", "publish", "remove"];
/** Steps after whose silence nobody knows what the public sees. */
const decisive: Step[] = ["publish", "remove"];

function classify(
  step: Step,
  status: number,
  error?: string,
  headers: Record<string, string> = {},
) {
  return classifyAnswer({
    step,
    answer: {
      status,
      headers: new Headers(headers),
      body:
        error === undefined ? undefined : { error, message: "It says no to sbx_at_secret_token." },
    },
    secrets: { accessToken: "sbx_at_secret_token" },
    now: new Date("2026-03-01T10:00:00Z"),
  });
}

describe("classifyAnswer", () => {
  it.each([200, 201, 302, 408, 500, 502, 503, 504, 599])("%i that tells nothing", (status) => {
    for (const step of steps)
      expect(classify(step, status).fate, step).toBe(
        decisive.includes(step) ? "ambiguous" : "retry",
      );
  });

  it("429 is the one answer to retry a publish or a removal for", () => {
    for (const step of steps)
      expect(classify(step, 429, "rate_limited", { "retry-after": "12" })).toMatchObject({
        fate: "retry",
        code: "rate_limited",
        retryAfterSeconds: 12,
        status: 429,
      });
    expect(classify("publish", 429).retryAfterSeconds).toBeUndefined();
  });

  it.each([
    ["reauthorize", "publish", 401, "invalid_token"],
    ["reauthorize", "read", 401, undefined],
    ["reauthorize", "upload", 403, "insufficient_scope"],
    ["reauthorize", "token", 400, "invalid_grant"],
    ["ours", "token", 401, "invalid_client"],
    ["reject", "token", 400, "invalid_request"],
    ["reject", "publish", 403, "banned"],
    ["reject", "publish", 409, "duplicate_marker"],
    ["reject", "publish", 413, undefined],
    ["reject", "publish", 422, "content_rejected"],
    ["reject", "read", 404, "not_found"],
    ["reject", "read", 404, undefined],
    ["reject", "remove", 404, undefined],
    ["reauthorize", "remove", 403, "insufficient_scope"],
  ] as const)("is %s: %s answered %i %s", (fate, step, status, word) => {
    const error = classify(step, status, word);
    expect(error.fate).toBe(fate);
    if (word !== undefined) expect(error.code).toBe(word);
    else if (status === 404) expect(error.code).toBe("not_found");
  });

  it("has one word for posts that can't be taken down", () => {
    const error = classify("remove", 403, "delete_not_supported");
    expect(error).toMatchObject({ fate: "reject", code: "not_supported" });
  });

  it("keeps the platform's words, without secrets", () => {
    expect(classify("publish", 422, "content_rejected").platformMessage).toBe(
      "It says no to [removed].",
    );
  });
});

describe("classifySilence", () => {
  it("is ambiguous for what the public sees and passing for the rest", () => {
    for (const step of steps) {
      const reset = classifySilence({ step, cause: new TypeError("fetch failed") });
      expect(reset).toMatchObject({
        fate: decisive.includes(step) ? "ambiguous" : "retry",
        code: "unreachable",
      });
      const late = classifySilence({ step, cause: new DOMException("late", "TimeoutError") });
      expect(late.code).toBe("timeout");
    }
  });
});

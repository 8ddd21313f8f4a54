import { describe, expect, it } from "vitest";
import { classifyAnswer, classifySilence, type Step } from "./classify-answer.ts";

const steps: Step[] = ["session", "read", "upload", "publish", "remove"];
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
        error === undefined ? undefined : { error, message: "It says no to eyJ0.secret.token." },
    },
    secrets: { accessJwt: "eyJ0.secret.token" },
    now: new Date("2026-03-01T10:00:00.400Z"),
  });
}

describe("classifyAnswer", () => {
  it.each([200, 302, 403, 404, 405, 408, 500, 502, 503, 504])(
    "%i that is none of the server's own words tells nothing",
    (status) => {
      for (const step of steps)
        expect(classify(step, status).fate, step).toBe(
          decisive.includes(step) ? "ambiguous" : "retry",
        );
    },
  );

  it("a 5xx tells nothing, whatever it says", () => {
    expect(classify("publish", 500, "InternalServerError").fate).toBe("ambiguous");
    expect(classify("publish", 502, "UpstreamFailure").fate).toBe("ambiguous");
    expect(classify("upload", 502, "UpstreamFailure").fate).toBe("retry");
  });

  it.each([
    [{ "ratelimit-reset": "1772359212" }, 12],
    [{ "ratelimit-reset": "1772359212", "retry-after": "290" }, 290],
    [{ "ratelimit-reset": "1772350000" }, 0],
    [{ "ratelimit-reset": "9999999999" }, 86_400],
    [{ "ratelimit-reset": "soon" }, undefined],
    [{}, undefined],
  ])("429 with %o is retried after %o s, on every step", (headers, seconds) => {
    for (const step of steps) {
      const error = classify(step, 429, "RateLimitExceeded", headers);
      expect(error).toMatchObject({ fate: "retry", code: "rate_limited", status: 429 });
      expect(error.retryAfterSeconds).toBe(seconds);
    }
  });

  it.each([
    ["retry", "publish", 400, "ExpiredToken"],
    ["retry", "upload", 400, "ExpiredToken"],
    ["reauthorize", "session", 400, "ExpiredToken"],
    ["reauthorize", "session", 400, "InvalidToken"],
    ["reauthorize", "publish", 400, "InvalidToken"],
    ["reauthorize", "publish", 401, "AuthMissing"],
    ["reauthorize", "publish", 401, "AccountTakedown"],
    ["reauthorize", "upload", 401, "AccountDeactivated"],
    ["reauthorize", "read", 401, "SomethingNew"],
    ["ambiguous", "publish", 400, "InvalidSwap"],
    ["reject", "publish", 400, "InvalidRequest"],
    ["reject", "publish", 400, "BlobNotFound"],
    ["reject", "upload", 400, "BlobTooLarge"],
    ["reject", "upload", 413, undefined],
    ["reject", "publish", 413, "PayloadTooLarge"],
    ["reject", "publish", 403, "Forbidden"],
    ["reject", "read", 400, "RecordNotFound"],
    ["retry", "remove", 400, "ExpiredToken"],
    ["reauthorize", "remove", 401, "AccountTakedown"],
    ["reject", "remove", 400, "InvalidRequest"],
  ] as const)("is %s: %s answered %i %s", (fate, step, status, word) => {
    expect(classify(step, status, word).fate).toBe(fate);
  });

  it("names the cause in one style, and only words", () => {
    expect(classify("upload", 400, "BlobTooLarge").code).toBe("blob_too_large");
    expect(classify("upload", 400, "eyJ0.secret.token").code).toBe("rejected");
  });

  it("keeps the platform's words, without secrets", () => {
    expect(classify("publish", 400, "InvalidRequest").platformMessage).toBe(
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

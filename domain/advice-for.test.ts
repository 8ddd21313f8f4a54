import { expect, test } from "vitest";
import { adviceFor } from "./advice-for.ts";

test.each([
  ["what went well", { outcome: "published", code: null }, null],
  ["what goes on", { outcome: null, code: null }, null],
  ["a known code", { outcome: "not_accepted", code: "rate_limited" }, /^Nothing/],
  ["an unknown code", { outcome: "rejected", code: "too_silly" }, /^Change what/],
  ["a refused token", { outcome: "not_accepted", code: "revoked", httpStatus: 401 }, /^Connect/],
  [
    "an outage",
    { outcome: "not_accepted", code: "down", httpStatus: 503 },
    /tried again by itself/,
  ],
])("%s", (_what, attempt, advice) => {
  if (advice === null) expect(adviceFor(attempt)).toBeNull();
  else expect(adviceFor(attempt)).toMatch(advice);
});

import { expect, it } from "vitest";
import { leftOf, limitProblem, passedLimit, type CreditLimit } from "./credit-limits.ts";

const renewsAt = new Date("2027-01-16T00:00:00Z");
const limit = (of: CreditLimit["of"], most: number, used: number): CreditLimit => ({
  of,
  limit: most,
  used,
  renewsAt,
});

it("leaves what is not used, and never less than nothing", () => {
  expect(leftOf(limit("workspace", 10, 4))).toBe(6);
  expect(leftOf(limit("workspace", 10, 14))).toBe(0);
});

it("is passed by one credit too many, not by the last", () => {
  const limits = [limit("workspace", 10, 4), limit("member", 8, 3)];
  expect(passedLimit(limits, 5)).toBeUndefined();
  expect(passedLimit(limits, 6)).toMatchObject({ of: "member" });
  expect(passedLimit(limits, 7)).toMatchObject({ of: "workspace" });
  expect(passedLimit([], 1_000_000)).toBeUndefined();
});

it("says whose limit it is, what of it is used, and when it renews", () => {
  const problem = limitProblem(limit("workspace", 10, 4), 7);
  expect(problem).toMatchObject({
    status: 402,
    code: "credit_limit",
    message:
      "The workspace's limit is 10 credits a day: 4 are spent or reserved, and this needs 7. The next day begins at 2027-01-16T00:00:00.000Z. An owner or admin changes it in the workspace's settings.",
    extra: { limitOf: "workspace", limit: 10, used: 4, needed: 7 },
  });
  expect(limitProblem(limit("agent", 10, 0), 11).message).toContain("more than a whole day allows");
});

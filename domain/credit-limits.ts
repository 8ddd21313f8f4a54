/** Limits of credits a day: whose they are, and how passing one is refused. */
import { Problem } from "./errors.ts";

export const creditLimitOwners = ["workspace", "member", "agent"] as const;
export type CreditLimitOwner = (typeof creditLimitOwners)[number];

/** No balance is larger, and no limit: with what is reserved it still fits the 32 bits that the database has for it. */
export const largestBalance = 2_000_000_000;

export interface CreditLimit {
  of: CreditLimitOwner;
  /** Credits a day. */
  limit: number;
  /** Spent that day, or reserved by what is still at work. */
  used: number;
  /** When the next day begins. */
  renewsAt: Date;
}

/** What a limit leaves for the day. */
export function leftOf({ limit, used }: Pick<CreditLimit, "limit" | "used">): number {
  return Math.max(0, limit - used);
}

/** The first of these limits that `needed` credits more would pass. */
export function passedLimit(
  limits: readonly CreditLimit[],
  needed: number,
): CreditLimit | undefined {
  return limits.find((one) => needed > leftOf(one));
}

const names: Readonly<Record<CreditLimitOwner, string>> = {
  workspace: "The workspace's limit",
  member: "The limit of the member, whom their API keys count as,",
  agent: "The agent's limit",
};

const changedBy: Readonly<Record<CreditLimitOwner, string>> = {
  workspace: "An owner or admin changes it in the workspace's settings.",
  member: "An owner or admin changes it in the list of members.",
  agent: "It is part of the agent's settings.",
};

/** Problem 402 `credit_limit` that names the limit, what of it is used, and when it renews. */
export function limitProblem(passed: CreditLimit, needed: number): Problem {
  const { of, limit, used } = passed;
  const renewsAt = passed.renewsAt.toISOString();
  const when =
    needed > limit ? "It is more than a whole day allows." : `The next day begins at ${renewsAt}.`;
  const allowed = limit === 1 ? "1 credit" : `${limit} credits`;
  const spent = used === 1 ? "1 is" : `${used} are`;
  return new Problem({
    status: 402,
    code: "credit_limit",
    detail: `${names[of]} is ${allowed} a day: ${spent} spent or reserved, and this needs ${needed}. ${when} ${changedBy[of]}`,
    extra: { limitOf: of, limit, used, needed, renewsAt },
  });
}

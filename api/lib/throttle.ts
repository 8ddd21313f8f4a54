import type { MikroORM } from "@mikro-orm/postgresql";
import { createHash } from "node:crypto";
import { outsideWorkspaces } from "#db/orm.ts";
import { Problem } from "#domain/errors.ts";

export interface ThrottleRule {
  /** What is tried, for example `sign-in`. */
  kind: string;
  /** Whose tries are counted: an account or an address. Stored as a hash only. */
  who: string;
  /** Tries that are free within the window. */
  free: number;
  windowSeconds: number;
}

/**
 * Counts a try against every rule before it is made, so that many at once can't all slip through. Throws Problem 429
 * with `Retry-After` when a rule has had too many in its window. The counts are in the database, so every process knows
 * them. Where only failures are to count, a try that succeeds is taken back with `takeBackTry`.
 */
export async function countTry(orm: MikroORM, rules: ThrottleRule[]): Promise<void> {
  for (const rule of rules) {
    // One beyond the limit is refused; counting further could only overflow.
    const { points, left } = await count(orm, rule, rule.free);
    if (points <= rule.free) continue;
    throw new Problem({
      status: 429,
      code: "too_many_tries",
      detail: `Too many tries. Wait ${left} seconds.`,
      extra: { retryAfter: left },
    });
  }
}

/** One account is tried from many addresses: each try beyond the free ones waits so much longer than the one before. */
const slowerByMs = 250;
const longestWaitMs = 5_000;

/**
 * Counts a try that is never refused, only slowed: returns how long it is to wait, milliseconds. So a flood of guesses
 * from everywhere gets slow, and whoever knows the password gets in all the same.
 */
export async function countSlowedTry(orm: MikroORM, rule: ThrottleRule): Promise<number> {
  const { points } = await count(orm, rule, rule.free + longestWaitMs / slowerByMs);
  return Math.min(longestWaitMs, Math.max(0, points - rule.free) * slowerByMs);
}

async function count(
  orm: MikroORM,
  rule: ThrottleRule,
  most: number,
): Promise<{ points: number; left: number }> {
  const [row] = await outsideWorkspaces(orm).execute<{ points: number; left: number }[]>(
    `insert into throttle (key, points, reset_at) values (?, 1, now() + make_interval(secs => ?))
     on conflict (key) do update set
       points = case when throttle.reset_at > now() then least(throttle.points, ?) + 1 else 1 end,
       reset_at = case when throttle.reset_at > now() then throttle.reset_at else excluded.reset_at end
     returning points, greatest(1, ceil(extract(epoch from reset_at - now())))::int as left`,
    [keyOf(rule), rule.windowSeconds, most],
  );
  if (!row) throw new Error("a count that was written is not there");
  return row;
}

/** Somebody got in: forgets the failed tries of `forget`, and the one try just made of the others. */
export async function takeBackTry(
  orm: MikroORM,
  rules: { forget: ThrottleRule[]; others: ThrottleRule[] },
): Promise<void> {
  const em = outsideWorkspaces(orm);
  await em.execute("delete from throttle where key = any(?::text[])", [keysOf(rules.forget)]);
  await em.execute(
    "update throttle set points = greatest(points - 1, 0) where key = any(?::text[])",
    [keysOf(rules.others)],
  );
}

function keysOf(rules: ThrottleRule[]): string {
  return `{${rules.map(keyOf).join(",")}}`;
}

function keyOf({ kind, who }: ThrottleRule): string {
  return createHash("sha256").update(`${kind}|${who}`).digest("hex");
}

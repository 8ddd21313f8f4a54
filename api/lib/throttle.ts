import type { MikroORM } from "@mikro-orm/postgresql";
import { createHash } from "node:crypto";
import { outsideWorkspaces } from "#db/orm.ts";
import { Problem } from "#domain/errors.ts";

export interface ThrottleRule {
  /** What is tried, for example `sign-in`. */
  kind: string;
  /** Whose tries are counted: an account or an address. Stored as a hash only. */
  who: string;
  /** Failed tries that are free within the window. */
  free: number;
  windowSeconds: number;
}

/**
 * Throws Problem 429 with `Retry-After` while a rule has too many failed tries in its window. The counts are in the
 * database, so every process knows them.
 */
export async function checkThrottle(orm: MikroORM, rules: ThrottleRule[]): Promise<void> {
  const rows = await outsideWorkspaces(orm).execute<
    { key: string; points: number; left: number }[]
  >(
    `select key, points, ceil(extract(epoch from reset_at - now()))::int as left from throttle
     where key = any(?::text[]) and reset_at > now()`,
    [`{${rules.map(keyOf).join(",")}}`],
  );
  for (const rule of rules) {
    const row = rows.find((one) => one.key === keyOf(rule));
    if (!row || row.points < rule.free) continue;
    throw new Problem({
      status: 429,
      code: "too_many_tries",
      detail: `Too many failed tries. Wait ${row.left} seconds.`,
      extra: { retryAfter: row.left },
    });
  }
}

/** Counts a failed try. */
export async function countFailure(orm: MikroORM, rules: ThrottleRule[]): Promise<void> {
  for (const rule of rules) {
    await outsideWorkspaces(orm).execute(
      `insert into throttle (key, points, reset_at) values (?, 1, now() + make_interval(secs => ?))
       on conflict (key) do update set
         points = case when throttle.reset_at > now() then throttle.points + 1 else 1 end,
         reset_at = case when throttle.reset_at > now() then throttle.reset_at else excluded.reset_at end`,
      [keyOf(rule), rule.windowSeconds],
    );
  }
}

/** Forgets the failed tries: somebody got in. */
export async function clearFailures(orm: MikroORM, rules: ThrottleRule[]): Promise<void> {
  await outsideWorkspaces(orm).execute("delete from throttle where key = any(?::text[])", [
    `{${rules.map(keyOf).join(",")}}`,
  ]);
}

function keyOf({ kind, who }: ThrottleRule): string {
  return createHash("sha256").update(`${kind}|${who}`).digest("hex");
}

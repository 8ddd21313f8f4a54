import type { MikroORM } from "@mikro-orm/postgresql";
import { outsideWorkspaces } from "../orm.ts";
import { dispatchOutbox, type Dispatched } from "./dispatch.ts";
import type { Engine } from "./engine.ts";

/**
 * `dispatchOutbox` of everything, by one process at a time: several would tell each message several times, and a later
 * one before an earlier one. Returns undefined, and tells nothing, while another is at it.
 */
export async function dispatchAlone(input: {
  orm: MikroORM;
  engine: Engine;
  limit?: number;
}): Promise<Dispatched | undefined> {
  return outsideWorkspaces(input.orm).transactional(async (em) => {
    // The lock ends with its connection, whatever becomes of this process.
    const [lock] = await em.execute<{ mine: boolean }[]>(
      "select pg_try_advisory_xact_lock(hashtextextended('outbox', 13)) as mine",
    );
    if (!lock?.mine) return undefined;
    const dispatched = await dispatchOutbox(input);
    const [next] = await em.execute<{ inMs: number | null }[]>(
      `select (extract(epoch from min("next_try_at") - clock_timestamp()) * 1000)::float8 as "inMs"
       from "outbox" where "next_try_at" > now()`,
    );
    return typeof next?.inMs === "number"
      ? { ...dispatched, nextInMs: Math.max(0, next.inMs) }
      : dispatched;
  });
}

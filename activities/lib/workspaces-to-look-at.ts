import { outsideWorkspaces } from "#db/orm.ts";
import type { ActivityDeps } from "../deps.ts";

/** After such a pause everything is looked at: the product was down, and things may be late. Milliseconds. */
const longPauseMs = 5 * 60_000;

/**
 * Each workspace once an hour, a sixtieth of them each minute; all of them first, and after a long pause. In another order
 * each time: a look that ends early, or dies, must not always leave out the same ones.
 */
export function workspacesToLookAt(deps: ActivityDeps): () => Promise<string[]> {
  let lastAt = 0;
  return async () => {
    const now = deps.now();
    const all = now.getTime() - lastAt > longPauseMs;
    const rows = await outsideWorkspaces(deps.orm).execute<{ id: string }[]>(
      `select id from workspace where ? or abs(hashtext(id::text)::bigint) % 60 = ?
       order by random()`,
      [all, now.getUTCMinutes()],
    );
    lastAt = now.getTime();
    return rows.map(({ id }) => id);
  };
}

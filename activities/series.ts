import { Series } from "#db/entities/index.ts";
import { keepWallTimes } from "#db/keep-wall-times.ts";
import { makeOccurrences } from "#db/make-occurrences.ts";
import { inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import { madeAhead } from "#domain/plan-occurrences.ts";
import type { SweepActivities } from "#workflows/sweep.ts";
import type { ActivityDeps } from "./deps.ts";

/** After such a pause everything is looked at: the product was down, and posts may be late. Milliseconds. */
const longPauseMs = 5 * 60_000;

/** What `sweep` asks for of times: that series are made, and that posts keep their wall time. */
export function createSeriesActivities(
  deps: ActivityDeps,
): Pick<SweepActivities, "makeOccurrences" | "keepWallTimes"> {
  // An hour ahead is early enough: occurrences are an hour apart at the least, and ten are made ahead.
  const forSeries = workspacesToLookAt(deps);
  const forClocks = workspacesToLookAt(deps);
  return {
    async makeOccurrences() {
      const sum = { made: 0, skipped: 0 };
      for (const workspaceId of await forSeries()) {
        for (const seriesId of await waitingSeries(deps, workspaceId)) {
          try {
            const { made, skipped } = await inWorkspace(deps.orm, workspaceId).transactional((em) =>
              makeOccurrences(em, { seriesId, now: deps.now() }),
            );
            sum.made += made;
            sum.skipped += skipped;
          } catch (error) {
            // One series must not hold up the others; the next sweep tries it again.
            deps.logger.error({ err: error, seriesId }, "a series could not be made");
          }
        }
      }
      return sum;
    },

    async keepWallTimes() {
      let moved = 0;
      for (const workspaceId of await forClocks()) {
        try {
          moved += (await keepWallTimes({ orm: deps.orm, workspaceId, now: deps.now() })).moved;
        } catch (error) {
          deps.logger.error({ err: error, workspaceId }, "posts could not be kept at their time");
        }
      }
      return { moved };
    },
  };
}

/** Each workspace once an hour, a sixtieth of them each minute; all of them first, and after a long pause. */
function workspacesToLookAt(deps: ActivityDeps): () => Promise<string[]> {
  let lastAt = 0;
  return async () => {
    const now = deps.now();
    const all = now.getTime() - lastAt > longPauseMs;
    const rows = await outsideWorkspaces(deps.orm).execute<{ id: string }[]>(
      `select id from workspace where ? or abs(hashtext(id::text)::bigint) % 60 = ?`,
      [all, now.getUTCMinutes()],
    );
    lastAt = now.getTime();
    return rows.map(({ id }) => id);
  };
}

async function waitingSeries(deps: ActivityDeps, workspaceId: string): Promise<string[]> {
  const soon = new Date(deps.now().getTime() + madeAhead.ms);
  const rows = await inWorkspace(deps.orm, workspaceId).find(
    Series,
    { status: "active", $or: [{ nextAt: null }, { nextAt: { $lte: soon } }] },
    { fields: ["id"], orderBy: { id: "asc" } },
  );
  return rows.map(({ id }) => id);
}

import { Series } from "#db/entities/index.ts";
import { keepWallTimes } from "#db/keep-wall-times.ts";
import { makeOccurrences } from "#db/make-occurrences.ts";
import { inWorkspace } from "#db/orm.ts";
import { madeAhead } from "#domain/plan-occurrences.ts";
import type { SweepActivities } from "#workflows/sweep.ts";
import type { ActivityDeps } from "./deps.ts";
import { workspacesToLookAt } from "./lib/workspaces-to-look-at.ts";

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

async function waitingSeries(deps: ActivityDeps, workspaceId: string): Promise<string[]> {
  const soon = new Date(deps.now().getTime() + madeAhead.ms);
  const rows = await inWorkspace(deps.orm, workspaceId).find(
    Series,
    { status: "active", $or: [{ nextAt: null }, { nextAt: { $lte: soon } }] },
    { fields: ["id"], orderBy: { id: "asc" } },
  );
  return rows.map(({ id }) => id);
}

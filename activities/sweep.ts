import { dispatchOutbox } from "#db/outbox/dispatch.ts";
import type { SweepActivities } from "#workflows/sweep.ts";
import type { ActivityDeps } from "./deps.ts";

/** What `sweep` asks for. */
export function createSweepActivities(deps: ActivityDeps): SweepActivities {
  return {
    sweepOutbox: () => dispatchOutbox({ orm: deps.orm, engine: deps.engine, limit: 500 }),
  };
}

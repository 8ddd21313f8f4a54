import { z } from "zod";

/** What a heartbeat tells the next try. */
const Told = z.object({ fetchingMs: z.number().nonnegative() });

export interface FetchTime {
  /** How much of the time is left, over all tries. Milliseconds. */
  leftMs(): number;
  /** Runs `call`, whose time counts. */
  spend<T>(call: () => Promise<T>): Promise<T>;
  /** For the heartbeat: so much as was spent in all, this try's among it. */
  details(): z.infer<typeof Told>;
}

/**
 * Counts the time that the tries of one activity spend at somebody else's server, so that all of them together have a
 * limit: also those that timed out or died, through the last heartbeat that Temporal has of them (`told`).
 */
export function createFetchTime({ told, limitMs }: { told: unknown; limitMs: number }): FetchTime {
  const before = Told.safeParse(told);
  let spentMs = before.success ? before.data.fetchingMs : 0;
  let since: number | undefined;
  const fetchingMs = () => spentMs + (since === undefined ? 0 : performance.now() - since);
  return {
    leftMs: () => Math.max(0, limitMs - fetchingMs()),
    async spend(call) {
      since = performance.now();
      try {
        return await call();
      } finally {
        spentMs = fetchingMs();
        since = undefined;
      }
    },
    details: () => ({ fetchingMs: Math.round(fetchingMs()) }),
  };
}

import { dispatchOutbox } from "#db/outbox/dispatch.ts";
import type { ApiContext } from "../context.ts";

/**
 * Tells Temporal what was just committed. Returns `delayed` when it can't be told now: the outbox keeps it, the sweep
 * delivers it, and nothing is lost. Never throws.
 */
export async function tellEngine(
  context: ApiContext,
  outboxIds: string[],
): Promise<"ready" | "delayed"> {
  if (outboxIds.length === 0) return "ready";
  try {
    const { orm, engine } = context;
    const told = await Promise.all(
      lanesOf(outboxIds).map((ids) => dispatchOutbox({ orm, engine, ids, limit: ids.length })),
    );
    return told.every(({ waiting }) => waiting === 0) ? "ready" : "delayed";
  } catch (error) {
    context.logger.warn({ err: error }, "Temporal could not be told at once; the sweep will");
    return "delayed";
  }
}

/** Many are told side by side, and no more so than leaves connections for other requests. */
function lanesOf(ids: string[]): string[][] {
  const length = Math.max(20, Math.ceil(ids.length / 4));
  return Array.from({ length: Math.ceil(ids.length / length) }, (_, lane) =>
    ids.slice(lane * length, (lane + 1) * length),
  );
}

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
    const { waiting } = await dispatchOutbox({
      orm: context.orm,
      engine: context.engine,
      ids: outboxIds,
    });
    return waiting === 0 ? "ready" : "delayed";
  } catch (error) {
    context.logger.warn({ err: error }, "Temporal could not be told at once; the sweep will");
    return "delayed";
  }
}

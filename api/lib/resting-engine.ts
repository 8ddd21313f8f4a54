import type { Engine } from "#db/outbox/engine.ts";
import type { EnginePresence } from "./engine-presence.ts";

/** Temporal did not answer a moment ago, and was not asked again. */
class EngineRests extends Error {
  override name = "EngineRests";
}

/** The engine, but left alone for a while once it did not answer: a hanging one would hold up each request anew. */
export function restingEngine(engine: Engine, presence: EnginePresence): Engine {
  const ask = async (call: () => Promise<void>): Promise<void> => {
    if (!presence.mayAsk()) throw new EngineRests("Temporal did not answer a moment ago");
    try {
      await call();
    } catch (error) {
      if (engine.isUnavailable(error)) presence.missed(error);
      else presence.answered();
      throw error;
    }
    presence.answered();
  };
  return {
    start: (input) => ask(() => engine.start(input)),
    wake: (input) => ask(() => engine.wake(input)),
    nudge: (workflowId) => ask(() => engine.nudge(workflowId)),
    cancel: (workflowId) => ask(() => engine.cancel(workflowId)),
    listRunning: () => engine.listRunning(),
    stateOf: (workflowId) => engine.stateOf(workflowId),
    setAgentSchedule: (state) => ask(() => engine.setAgentSchedule(state)),
    isUnavailable: (error) => error instanceof EngineRests || engine.isUnavailable(error),
    report: (refused) => engine.report(refused),
  };
}

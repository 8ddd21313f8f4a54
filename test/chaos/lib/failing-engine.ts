import { createEngine as createRealEngine, type Engine } from "#db/outbox/engine.ts";
import { betweenFailpoints } from "./failpoints.ts";

/** The engine's port as the API calls it behind each commit: it may end before Temporal is told, or before it can say so. */
export function createEngine(options: Parameters<typeof createRealEngine>[0]): Engine {
  const real = createRealEngine(options);
  return {
    ...real,
    start: (input) => betweenFailpoints(`start of ${input.workflowType}`, () => real.start(input)),
    nudge: (workflowId) => betweenFailpoints("nudge", () => real.nudge(workflowId)),
    cancel: (workflowId) => betweenFailpoints("cancel", () => real.cancel(workflowId)),
  };
}

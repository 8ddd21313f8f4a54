import { createAgentActivities } from "./agents.ts";
import { createConnectionActivities } from "./connections.ts";
import { createDeliveryActivities } from "./deliveries.ts";
import type { ActivityDeps } from "./deps.ts";
import { createGenerationActivities } from "./generations.ts";
import { createMetricActivities } from "./metrics.ts";
import { createPostActivities } from "./posts.ts";
import { createRenditionActivities } from "./renditions.ts";
import { createRoleActivities } from "./roles.ts";
import { createSweepActivities } from "./sweep.ts";

export type { ActivityDeps } from "./deps.ts";

/** Every activity that our workflows ask for; which of them a worker is asked for depends on its queues. */
export function createActivities(deps: ActivityDeps) {
  return {
    ...createPostActivities(deps),
    ...createRenditionActivities(deps),
    ...createDeliveryActivities(deps),
    ...createConnectionActivities(deps),
    ...createMetricActivities(deps),
    ...createGenerationActivities(deps),
    ...createAgentActivities(deps),
    ...createRoleActivities(deps),
    ...createSweepActivities(deps),
  };
}

import type { EntityManager } from "@mikro-orm/postgresql";
import { WorkspaceDetails } from "./entities/index.ts";

/** How late a post of the workspace may go out before it expires instead: its setting `latestAfterDueMinutes`. Milliseconds. */
export async function latestAfterDueMsOf(em: EntityManager, workspaceId: string): Promise<number> {
  const { latestAfterDueMinutes } = await em.findOneOrFail(
    WorkspaceDetails,
    { id: workspaceId },
    { fields: ["latestAfterDueMinutes"] },
  );
  return latestAfterDueMinutes * 60_000;
}

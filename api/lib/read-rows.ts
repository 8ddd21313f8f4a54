import { inWorkspace, type EntityManager } from "#db/orm.ts";
import type { ApiContext } from "../context.ts";

/**
 * Reads rows of a workspace in one transaction, so that its session is prepared once and not for each query. What `work`
 * changes is not written.
 */
export async function readRows<Answer>(
  context: ApiContext,
  workspaceId: string,
  work: (em: EntityManager) => Promise<Answer>,
): Promise<Answer> {
  const em = inWorkspace(context.orm, workspaceId);
  await em.begin();
  try {
    return await work(em);
  } finally {
    // A commit would compare every row that was read with what it was.
    await em.rollback();
  }
}

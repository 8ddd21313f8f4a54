import type { EntityManager } from "#db/orm.ts";
import type { Generation, Post } from "#db/entities/index.ts";
import { Problem } from "#domain/errors.ts";

/**
 * Refuses a client's name that stands for something else in the workspace already: Problem 409 `external_id_taken` with
 * the id of what has it. Two that come at once take turns. Call it within the transaction that inserts.
 */
export async function refuseTakenName(
  em: EntityManager,
  entity: typeof Post | typeof Generation,
  externalId: string | undefined,
): Promise<void> {
  if (externalId === undefined) return;
  await em.execute(
    "select pg_advisory_xact_lock(hashtextextended(current_setting('app.workspace_id') || ?, 13))",
    [`|${entity.meta.tableName}|${externalId}`],
  );
  const taken = await em.findOne(entity as typeof Post, { externalId }, { fields: ["id"] });
  if (!taken) return;
  const detail = "This externalId stands for another one already. Its id is in existingId.";
  throw new Problem({
    status: 409,
    code: "external_id_taken",
    detail,
    errors: [{ pointer: "/externalId", detail }],
    extra: { existingId: taken.id },
  });
}

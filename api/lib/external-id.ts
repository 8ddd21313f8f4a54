import type { EntityManager } from "#db/orm.ts";
import type { Generation, Post } from "#db/entities/index.ts";
import { Problem } from "#domain/errors.ts";

/**
 * Makes whoever wants one of these names wait until the transaction ends: all at once and in one order, so that two who
 * want several never wait for each other.
 */
export async function lockNames(
  em: EntityManager,
  entity: typeof Post | typeof Generation,
  externalIds: readonly string[],
): Promise<void> {
  await em.execute(
    `select pg_advisory_xact_lock(name."key") from (
       select distinct hashtextextended(current_setting('app.workspace_id') || '|' || ? || '|' || wanted, 13) as "key"
       from jsonb_array_elements_text(?::jsonb) as wanted order by 1) name`,
    [em.getMetadata().get(entity as typeof Post).tableName, JSON.stringify(externalIds)],
  );
}

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
  await lockNames(em, entity, [externalId]);
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

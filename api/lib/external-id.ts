import type { EntityManager } from "#db/orm.ts";
import type { Generation, Post } from "#db/entities/index.ts";
import { Problem } from "#domain/errors.ts";

/**
 * Makes whoever wants one of these names wait until the transaction ends: all at once and in one order, so that two who
 * want several never wait for each other.
 */
async function lockNames(
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
 * What has these names already, by name. Two that ask for one name at once take turns. Call it within the transaction
 * that inserts.
 */
export async function findTaken(
  em: EntityManager,
  entity: typeof Post | typeof Generation,
  externalIds: readonly string[],
): Promise<Map<string, string>> {
  if (externalIds.length === 0) return new Map();
  await lockNames(em, entity, externalIds);
  const rows = await em.find(
    entity as typeof Post,
    { externalId: { $in: [...externalIds] } },
    { fields: ["id", "externalId"] },
  );
  return new Map(rows.map(({ id, externalId }) => [externalId ?? "", id]));
}

/** Refuses a client's name that is among those taken: Problem 409 `external_id_taken` with the id of what has it. */
export function refuseTaken(
  taken: ReadonlyMap<string, string>,
  externalId: string | undefined,
): void {
  const existingId = externalId === undefined ? undefined : taken.get(externalId);
  if (existingId === undefined) return;
  const detail = "This externalId stands for another one already. Its id is in existingId.";
  throw new Problem({
    status: 409,
    code: "external_id_taken",
    detail,
    errors: [{ pointer: "/externalId", detail }],
    extra: { existingId },
  });
}

/** Refuses a client's name that stands for something else in the workspace already, as `findTaken` and `refuseTaken` do. */
export async function refuseTakenName(
  em: EntityManager,
  entity: typeof Post | typeof Generation,
  externalId: string | undefined,
): Promise<void> {
  if (externalId === undefined) return;
  refuseTaken(await findTaken(em, entity, [externalId]), externalId);
}

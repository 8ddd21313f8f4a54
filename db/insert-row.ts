import { JsonType, type EntityName, type RequiredEntityData } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { newId } from "./entities/lib.ts";

/**
 * Inserts one row at once, in the caller's transaction, with a fresh id and the time where the entity has them and the
 * caller gives none. (`em.insert` itself leaves out what `onCreate` would fill in.) Returns the row's id.
 */
export async function insertRow<Entity extends object>(
  em: EntityManager,
  entity: EntityName<Entity>,
  row: RequiredEntityData<Entity>,
): Promise<string> {
  const complete = withDefaults(em, entity, row);
  await em.insert(entity, complete);
  return "id" in complete ? String(complete.id) : "";
}

/** Inserts rows of one kind at once, each as `insertRow` does. */
export async function insertRows<Entity extends object>(
  em: EntityManager,
  entity: EntityName<Entity>,
  rows: readonly RequiredEntityData<Entity>[],
): Promise<void> {
  // A statement takes 65,535 values at the most.
  for (let start = 0; start < rows.length; start += 500) {
    const some = rows.slice(start, start + 500);
    await em.insertMany(
      entity,
      some.map((row) => withDefaults(em, entity, row)),
    );
  }
}

/** The same, but does nothing where a row with the same `keys` is there already. */
export async function insertRowOnce<Entity extends object>(
  em: EntityManager,
  entity: EntityName<Entity>,
  row: RequiredEntityData<Entity>,
  keys: (keyof Entity & string)[],
): Promise<void> {
  await em
    .createQueryBuilder(entity)
    .insert(withDefaults(em, entity, row))
    .onConflict(keys as never)
    .ignore()
    .execute();
}

function withDefaults<Entity extends object>(
  em: EntityManager,
  entity: EntityName<Entity>,
  row: RequiredEntityData<Entity>,
): RequiredEntityData<Entity> {
  const { properties } = em.getMetadata().get(entity);
  const now = new Date();
  const defaults = {
    ...("id" in properties && properties["id" as keyof typeof properties]?.runtimeType === "string"
      ? { id: newId() }
      : {}),
    ...("createdAt" in properties ? { createdAt: now } : {}),
    ...("updatedAt" in properties ? { updatedAt: now } : {}),
  };
  const complete: Record<string, unknown> = { ...defaults, ...row };
  for (const [name, value] of Object.entries(complete)) {
    // The ORM would write null where a property inside is undefined: JSON has no such property.
    if (properties[name as keyof typeof properties]?.customType instanceof JsonType)
      complete[name] = withoutUndefined(value);
  }
  return complete as RequiredEntityData<Entity>;
}

/** JSON without the properties that are undefined, however deep. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => withoutUndefined(one));
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]) =>
      one === undefined ? [] : [[name, withoutUndefined(one)]],
    ),
  );
}

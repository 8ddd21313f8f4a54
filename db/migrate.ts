import type { MikroORM } from "@mikro-orm/postgresql";
import { foreignKeyDefinition, foreignKeyName, foreignKeys } from "./foreign-keys.ts";

/** Tables that the service may add to and read, and never change: the ledgers. */
export const appendOnlyTables = ["audit_event", "credit_entry"];

/** Brings the schema up to date and grants the service role what it needs. `orm` is the owner's. */
export async function migrateUp(input: { orm: MikroORM; serviceRole: string }): Promise<string[]> {
  const done = await input.orm.migrator.up();
  await grantToService(input);
  return done.map((migration) => migration.name);
}

/** Takes back the newest migration. */
export async function migrateDown(input: { orm: MikroORM }): Promise<string[]> {
  const done = await input.orm.migrator.down();
  return done.map((migration) => migration.name);
}

/** Statements that the entities ask for and the migrations do not give; empty when the two agree. */
export async function findDrift(input: { orm: MikroORM }): Promise<string[]> {
  const difference = await input.orm.schema.getUpdateSchemaSQL({ wrap: false });
  // The ORM does not know the composite keys, and would drop them; they are compared below instead.
  const ours = new Set(
    foreignKeys.map(
      (key) => `alter table "${key.table}" drop constraint "${foreignKeyName(key)}";`,
    ),
  );
  const statements = difference
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !ours.has(line));
  const present: { name: string; definition: string }[] = await input.orm.em.fork().execute(
    `select conname as name, replace(pg_get_constraintdef(oid), '"', '') as definition
       from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`,
  );
  const definitions = new Map(present.map((row) => [row.name, row.definition]));
  for (const key of foreignKeys) {
    const name = foreignKeyName(key);
    const definition = definitions.get(name);
    definitions.delete(name);
    if (definition === undefined) statements.push(`missing foreign key ${name}`);
    else if (definition !== foreignKeyDefinition(key))
      statements.push(`foreign key ${name} is ${definition}, not as in db/foreign-keys.ts`);
  }
  for (const name of definitions.keys())
    statements.push(`foreign key ${name} is not in db/foreign-keys.ts`);
  return statements;
}

async function grantToService({
  orm,
  serviceRole,
}: {
  orm: MikroORM;
  serviceRole: string;
}): Promise<void> {
  const role = `"${serviceRole.replaceAll('"', '""')}"`;
  const statements = [
    `grant usage on schema public to ${role}`,
    `grant select, insert, update, delete on all tables in schema public to ${role}`,
    `grant usage, select on all sequences in schema public to ${role}`,
    ...appendOnlyTables.map((table) => `revoke update, delete on "${table}" from ${role}`),
    `revoke insert, update, delete on "migration" from ${role}`,
  ];
  const em = orm.em.fork();
  for (const statement of statements) await em.execute(statement);
}

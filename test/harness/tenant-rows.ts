import { randomUUID } from "node:crypto";
import type pg from "pg";
import { withClient } from "#local/postgres.ts";
import type { TestDatabase } from "./database.ts";
import { testServices } from "./services.ts";

/** Works on the test's database as the superuser, whom no policy holds. */
export function asSuperuser<T>(
  database: TestDatabase,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const url = new URL(testServices().databaseSuperuserUrl);
  url.pathname = `/${database.name}`;
  return withClient(url.href, work);
}

/** Tables that carry the workspace of their rows and are under row-level security. */
export async function tenantTables(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_class c
     join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace_id' and not a.attisdropped
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relrowsecurity order by 1`,
  );
  return rows.map((row) => row.name);
}

/**
 * One made-up row of the workspace in each of these tables, drawn from the catalogue, so that a new table is covered
 * without a word. Foreign keys are not looked at. Gives the rows' ids by table.
 */
export async function addTenantRows(
  client: pg.Client,
  input: { tables: string[]; workspaceId: string },
): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  await client.query("begin");
  await client.query("set local session_replication_role = replica");
  for (const table of input.tables) {
    const id = randomUUID();
    const row = { ...(await madeUpRow(client, table)), id, workspace_id: input.workspaceId };
    const names = Object.keys(row);
    await client.query(
      `insert into "${table}" (${names.map((name) => `"${name}"`).join(", ")})
       values (${names.map((_, index) => `$${index + 1}`).join(", ")})`,
      Object.values(row),
    );
    ids.set(table, id);
  }
  await client.query("commit");
  return ids;
}

async function madeUpRow(client: pg.Client, table: string): Promise<Record<string, unknown>> {
  const columns = await client.query<{ name: string; type: string; length: number | null }>(
    `select column_name as name, udt_name as type, character_maximum_length as length
     from information_schema.columns
     where table_schema = 'public' and table_name = $1 and is_nullable = 'NO' and column_default is null`,
    [table],
  );
  const checks = await client.query<{ definition: string }>(
    "select pg_get_constraintdef(oid) as definition from pg_constraint where conrelid = $1::regclass and contype = 'c'",
    [`"${table}"`],
  );
  return Object.fromEntries(
    columns.rows.map(({ name, type, length }) => {
      const allowed = checks.rows.find((check) => check.definition.includes(`((${name} = ANY`));
      const word = /'([^']+)'/.exec(allowed?.definition ?? "")?.[1];
      return [name, word ?? madeUp(type, length)];
    }),
  );
}

function madeUp(type: string, length: number | null): unknown {
  switch (type) {
    case "uuid":
      return randomUUID();
    case "jsonb":
      return "{}";
    case "timestamptz":
      return new Date();
    case "bool":
      return false;
    case "varchar":
    case "text":
      return randomUUID()
        .replaceAll("-", "")
        .slice(0, length ?? 32);
    default:
      return 1;
  }
}

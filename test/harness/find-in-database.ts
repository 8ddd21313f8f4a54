import type { TestDatabase } from "./database.ts";
import { asSuperuser } from "./tenant-rows.ts";

/**
 * Every place of the database that holds one of the words: `column of table`, with the words found there. Each column of
 * each row of each table is looked at, whoever's it is.
 */
export async function findInDatabase(
  database: TestDatabase,
  words: Readonly<Record<string, string>>,
): Promise<Map<string, Set<string>>> {
  return asSuperuser(database, async (client) => {
    const tables = await client.query<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'public'",
    );
    const found = new Map<string, Set<string>>();
    for (const { name: table } of tables.rows) {
      const { rows } = await client.query<{ column: string; value: string }>(
        `select field.key as column, field.value as value
         from "${table}" as row, jsonb_each_text(to_jsonb(row)) as field where field.value is not null`,
      );
      for (const { column, value } of rows) {
        for (const [word, text] of Object.entries(words)) {
          if (!value.includes(text)) continue;
          const place = `${table}.${column}`;
          found.set(place, (found.get(place) ?? new Set()).add(word));
        }
      }
    }
    return found;
  });
}

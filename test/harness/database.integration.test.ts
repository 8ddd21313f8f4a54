import { expect, test } from "vitest";
import { withClient } from "#local/postgres.ts";
import { createEmptyDatabase, createTestDatabase } from "./database.ts";

test("each has the whole schema and is its own", async () => {
  const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  try {
    await withClient(one.adminUrl, (client) => client.query("CREATE TABLE only_here (id int)"));
    const tables = (url: string) =>
      withClient(url, (client) =>
        client.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"),
      ).then(({ rows }) => rows.map((row: { tablename: string }) => row.tablename));
    expect(await tables(other.url)).toContain("workspace");
    expect(await tables(other.url)).not.toContain("only_here");
    expect(await tables(one.url)).toContain("only_here");
  } finally {
    await Promise.all([one.drop(), other.drop()]);
  }
  await expect(withClient(one.url, async () => undefined)).rejects.toThrow(/does not exist/);
});

test("an empty one has no tables", async () => {
  const database = await createEmptyDatabase();
  const { rows } = await withClient(database.url, (client) =>
    client.query("SELECT count(*)::int AS n FROM pg_tables WHERE schemaname = 'public'"),
  );
  await database.drop();
  expect(rows).toEqual([{ n: 0 }]);
});

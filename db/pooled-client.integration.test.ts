import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "#test/harness/database.ts";
import { freezable } from "#test/harness/freezable.ts";
import { asSuperuser } from "#test/harness/tenant-rows.ts";
import { newId } from "./entities/lib.ts";
import { inWorkspace, openOrm, outsideWorkspaces, type EntityManager } from "./orm.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  await database?.drop();
});

/** Ends the connection under a transaction, as a restarted server does. */
async function cut(em: EntityManager): Promise<void> {
  const [row] = await em.execute<{ pid: number }[]>("select pg_backend_pid() as pid");
  await asSuperuser(database, (client) =>
    client.query("select pg_terminate_backend($1)", [row?.pid]),
  );
}

describe("a pool whose connections are lost", () => {
  it("has room again, wherever in a transaction they were", async () => {
    const orm = await openOrm({ url: database.url, poolSize: 1 });
    try {
      const pool = await orm.em.getConnection().getNativeClient();
      for (const last of ["select 1", "commit"]) {
        const broken = inWorkspace(orm, newId()).transactional(async (em) => {
          await cut(em);
          if (last !== "commit") await em.execute(last);
        });
        await expect(broken).rejects.toThrow();
        const [row] = await outsideWorkspaces(orm).execute("select 1 as one");
        expect(row).toEqual({ one: 1 });
      }
      expect(pool.totalCount).toBe(1);
    } finally {
      await orm.close();
    }
  });

  it("has room again where a server fell silent before a transaction began", async () => {
    const link = await freezable(database.url);
    const orm = await openOrm({ url: link.url, poolSize: 1, queryTimeoutMs: 300 });
    const ask = () => inWorkspace(orm, newId()).transactional((em) => em.execute("select 1"));
    try {
      await ask();
      link.freeze();
      await expect(ask()).rejects.toThrow();
      link.thaw();
      expect(await ask()).toHaveLength(1);
    } finally {
      await link.close();
      await orm.close();
    }
  });
});

import { RowLevelSecurityViolationException } from "@mikro-orm/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MikroORM } from "@mikro-orm/postgresql";
import pg from "pg";
import { withClient } from "#local/postgres.ts";
import { createTestDatabase, type TestDatabase } from "#test/harness/database.ts";
import { addTenantRows, asSuperuser, tenantTables } from "#test/harness/tenant-rows.ts";
import { Connection, Member, Post, WorkspaceDetails } from "./entities/index.ts";
import { newId } from "./entities/lib.ts";
import { foreignKeys } from "./foreign-keys.ts";
import { insertRow } from "./insert-row.ts";
import { appendOnlyTables } from "./migrate.ts";
import { forUser, inWorkspace, openOrm, outsideWorkspaces } from "./orm.ts";

/** The exceptions, as architecture.md lists them; `migration` is the migrator's own. */
const outside = [
  "api_key",
  "migration",
  "oauth_state",
  "outbox",
  "session",
  "throttle",
  "user",
  "workspace",
];

const [mine, theirs] = [newId(), newId()];
let database: TestDatabase;
let orm: MikroORM;
let tables: string[];
let myRows: Map<string, string>;
let theirRows: Map<string, string>;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm({ url: database.url });
  await asSuperuser(database, async (client) => {
    tables = await tenantTables(client);
    await client.query("insert into workspace (id) values ($1), ($2)", [mine, theirs]);
    myRows = await addTenantRows(client, { tables, workspaceId: mine });
    theirRows = await addTenantRows(client, { tables, workspaceId: theirs });
  });
});

afterAll(async () => {
  await orm?.close();
  await database?.drop();
});

/** Works as the service within a workspace, in a transaction that is rolled back. */
function asService<T>(
  workspaceId: string | undefined,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  return withClient(database.url, async (client) => {
    await client.query("begin");
    if (workspaceId !== undefined)
      await client.query("select set_config('app.workspace_id', $1, true)", [workspaceId]);
    try {
      return await work(client);
    } finally {
      await client.query("rollback");
    }
  });
}

/** SQLSTATE of what went wrong; undefined when nothing did. The transaction goes on. */
async function failureOf(client: pg.Client, sql: string, values: unknown[]) {
  await client.query("savepoint one");
  try {
    await client.query(sql, values);
    return undefined;
  } catch (error) {
    return error instanceof pg.DatabaseError ? error.code : String(error);
  } finally {
    await client.query("rollback to savepoint one");
  }
}

describe("the catalogue", () => {
  it("has row-level security forced on every table but the listed ones", async () => {
    const { rows } = await asSuperuser(database, (client) =>
      client.query<{ name: string; enabled: boolean; forced: boolean }>(
        `select relname as name, relrowsecurity as enabled, relforcerowsecurity as forced
         from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f')
         order by 1`,
      ),
    );
    expect(rows.filter((row) => !row.enabled).map((row) => row.name)).toEqual(outside);
    expect(rows.filter((row) => row.enabled && !row.forced)).toEqual([]);
    expect(rows.length - outside.length).toBe(tables.length);
    expect(tables.length).toBeGreaterThan(15);
  });

  it("has the one policy on each, which reads and writes the session's workspace alone", async () => {
    const { rows } = await asSuperuser(database, (client) =>
      client.query<Record<string, string | null>>(
        `select tablename as table, policyname as name, cmd as command, permissive, roles::text,
           qual as using, with_check as check from pg_policies where schemaname = 'public' order by 1, 2`,
      ),
    );
    const workspace =
      "(workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)";
    const tenant = tables.map((table) => ({
      table,
      name: "tenant",
      command: "ALL",
      permissive: "PERMISSIVE",
      roles: "{public}",
      using: workspace,
      check: workspace,
    }));
    expect(rows.filter((row) => row["name"] === "tenant")).toEqual(tenant);
    // A person finds their workspaces by their own memberships.
    expect(rows.filter((row) => row["name"] !== "tenant")).toMatchObject([
      {
        table: "member",
        name: "own",
        command: "SELECT",
        using: expect.stringMatching(/app\.user_id/),
      },
    ]);
  });
});

describe("the service", () => {
  it("sees nothing without a workspace, whatever was set before", async () => {
    for (const workspaceId of [undefined, "", newId()]) {
      await asService(workspaceId, async (client) => {
        for (const table of tables) {
          const { rowCount } = await client.query(`select 1 from "${table}"`);
          expect(rowCount, `${table} in ${workspaceId}`).toBe(0);
        }
      });
    }
  });

  it("sees, changes and removes the rows of its workspace alone", async () => {
    await asService(mine, async (client) => {
      for (const table of tables) {
        const { rows } = await client.query<{ id: string }>(`select id from "${table}"`);
        expect(rows, table).toEqual([{ id: myRows.get(table) }]);
        if (appendOnlyTables.includes(table)) continue;
        const foreign = [theirRows.get(table)];
        const update = await client.query(
          `update "${table}" set created_at = now() where id = $1`,
          foreign,
        );
        expect(update.rowCount, table).toBe(0);
        const removal = await client.query(`delete from "${table}" where id = $1`, foreign);
        expect(removal.rowCount, table).toBe(0);
        const own = await client.query(`update "${table}" set created_at = now()`);
        expect(own.rowCount, table).toBe(1);
      }
    });
  });

  it("can't write a row of another workspace, nor give one of its own away", async () => {
    await asService(mine, async (client) => {
      for (const table of tables) {
        const copy = `insert into "${table}" select (jsonb_populate_record(t, $1)).* from "${table}" t`;
        const changes = JSON.stringify({ id: newId(), workspace_id: theirs });
        expect(await failureOf(client, copy, [changes]), table).toBe("42501");
        const move = `update "${table}" set workspace_id = $1`;
        expect(await failureOf(client, move, [theirs]), table).toBe("42501");
      }
    });
  });

  it("adds to the ledgers and never changes them", async () => {
    expect(appendOnlyTables).toEqual(["audit_event", "credit_entry"]);
    await asService(mine, async (client) => {
      for (const table of appendOnlyTables) {
        for (const sql of [
          `update "${table}" set created_at = now()`,
          `delete from "${table}"`,
          `truncate "${table}"`,
        ])
          expect(await failureOf(client, sql, []), sql).toBe("42501");
      }
    });
  });

  it("has no way around: no schema, no roles, no policies, no migrations", async () => {
    await asService(mine, async (client) => {
      for (const sql of [
        "alter table post disable row level security",
        "drop policy tenant on post",
        "create table mine (id int)",
        "create role another",
        "set role drumbeat_owner",
        "set session_replication_role = replica",
        "insert into migration (name) values ('x')",
        "delete from migration",
      ])
        expect(await failureOf(client, sql, []), sql).toBe("42501");
    });
  });
});

describe("a unit of work", () => {
  it("sees its workspace, and without one nothing", async () => {
    for (const [em, count] of [
      [inWorkspace(orm, mine), 1],
      [inWorkspace(orm, newId()), 0],
      [outsideWorkspaces(orm), 0],
      [forUser(orm, newId()), 0],
    ] as const) {
      expect(await em.count(Post, {})).toBe(count);
      expect(await em.count(WorkspaceDetails, {})).toBe(count);
    }
    const em = inWorkspace(orm, mine);
    expect(await em.findOne(Post, { id: theirRows.get("post") ?? "" })).toBeNull();
  });

  it("does not leave its workspace behind on the connection", async () => {
    const one = await openOrm({ url: database.url, poolSize: 1 });
    try {
      expect(await inWorkspace(one, mine).count(Post, {})).toBe(1);
      expect(await outsideWorkspaces(one).count(Post, {})).toBe(0);
      await expect(
        inWorkspace(one, mine).transactional(async (em) => {
          expect(await em.count(Post, {})).toBe(1);
          throw new Error("rolled back");
        }),
      ).rejects.toThrow("rolled back");
      expect(await outsideWorkspaces(one).count(Post, {})).toBe(0);
      expect(await inWorkspace(one, theirs).find(Post, {})).toMatchObject([
        { id: theirRows.get("post") },
      ]);
    } finally {
      await one.close();
    }
  });

  it("throws on a write into another workspace", async () => {
    const row = { workspaceId: theirs, platform: "sandbox", status: "pending" as const };
    await expect(insertRow(inWorkspace(orm, mine), Connection, row)).rejects.toThrow(
      RowLevelSecurityViolationException,
    );
    await expect(insertRow(outsideWorkspaces(orm), Connection, row)).rejects.toThrow(
      RowLevelSecurityViolationException,
    );
    const em = inWorkspace(orm, mine);
    expect(await em.nativeUpdate(Connection, {}, { name: "mine" })).toBe(1);
    const [connection] = await inWorkspace(orm, theirs).find(Connection, {});
    expect(connection?.name).toBeNull();
  });

  it("of a person sees that person's memberships, and can't change them", async () => {
    const memberId = myRows.get("member") ?? "";
    const { userId } = await inWorkspace(orm, mine).findOneOrFail(Member, { id: memberId });
    const em = forUser(orm, userId);
    expect(await em.find(Member, {})).toMatchObject([{ id: memberId, workspaceId: mine }]);
    expect(await em.nativeUpdate(Member, { id: memberId }, { role: "owner" })).toBe(0);
    await expect(
      insertRow(forUser(orm, userId), Member, { workspaceId: theirs, userId, role: "owner" }),
    ).rejects.toThrow(RowLevelSecurityViolationException);
  });
});

describe("foreign keys", () => {
  const composite = foreignKeys.filter((key) => key.withWorkspace);

  it.each(composite.map((key) => [`${key.table}.${key.column}`, key] as const))(
    "%s can't point into another workspace",
    async (_name, key) => {
      await asSuperuser(database, async (client) => {
        // The superuser sees both rows, so that it is the key and not a policy that refuses.
        const point = async (id: string | undefined) => {
          await client.query("begin");
          await client.query("set constraints all immediate");
          try {
            await client.query(
              `update "${key.table}" set "${key.column}" = $1 where workspace_id = $2`,
              [id, mine],
            );
            return undefined;
          } catch (error) {
            return error instanceof pg.DatabaseError ? error.constraint : String(error);
          } finally {
            await client.query("rollback");
          }
        };
        expect(await point(theirRows.get(key.references))).toBe(`${key.table}_${key.column}_fkey`);
        expect(await point(myRows.get(key.references))).toBeUndefined();
      });
    },
  );

  it("between tenants' tables are all composite", async () => {
    const tenant = new Set(tables);
    const loose = foreignKeys.filter(
      (key) => tenant.has(key.table) && tenant.has(key.references) && !key.withWorkspace,
    );
    expect(loose).toEqual([]);
    expect(composite.length).toBeGreaterThan(10);
  });

  it("tie every tenant's table to its workspace", () => {
    const tied = foreignKeys
      .filter((key) => key.references === "workspace" && key.onDelete === "cascade")
      .map((key) => key.table);
    for (const table of tables) expect(tied).toContain(table);
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MikroORM } from "@mikro-orm/postgresql";
import { randomBytes, randomUUID } from "node:crypto";
import { SERVICE_ROLE, withClient } from "#local/postgres.ts";
import {
  createEmptyDatabase,
  createTestDatabase,
  type TestDatabase,
} from "#test/harness/database.ts";
import { asSuperuser } from "#test/harness/tenant-rows.ts";
import { testServices } from "#test/harness/services.ts";
import { checkServiceRole } from "./check-role.ts";
import { findDrift, migrateDown, migrateUp } from "./migrate.ts";
import { openOrm } from "./orm.ts";

let database: TestDatabase;
/** The owner's. */
let orm: MikroORM;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm({ url: database.adminUrl, poolSize: 1 });
});

afterAll(async () => {
  await orm?.close();
  await database?.drop();
});

describe("drift", () => {
  it("is none between the migrations and the entities", async () => {
    expect(await findDrift({ orm })).toEqual([]);
  });

  it.each<[string, string, string, RegExp]>([
    [
      "a column that no entity has",
      "alter table post add column mood text",
      "alter table post drop column mood",
      /drop column "mood"/,
    ],
    [
      "a column that is gone",
      "alter table post rename column time_zone to zone",
      "alter table post rename column zone to time_zone",
      /time_zone/,
    ],
    [
      "a column that may be null",
      "alter table post alter column content drop not null",
      "alter table post alter column content set not null",
      /"content"/,
    ],
    [
      "a policy that is gone",
      "drop policy tenant on post",
      `create policy tenant on post using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
         with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)`,
      /policy "?tenant"? on "?post/i,
    ],
    [
      "a policy that lets everything through",
      "alter policy tenant on post using (true)",
      "alter policy tenant on post using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)",
      /policy/i,
    ],
    [
      "row-level security that is off",
      "alter table post disable row level security",
      "alter table post enable row level security",
      /row level security/i,
    ],
    [
      "row-level security that the owner is free of",
      "alter table post no force row level security",
      "alter table post force row level security",
      /force row level security/i,
    ],
    [
      "a foreign key that is gone",
      "alter table target drop constraint target_post_id_fkey",
      `alter table target add constraint target_post_id_fkey foreign key (workspace_id, post_id)
         references post (workspace_id, id) on delete cascade deferrable initially deferred`,
      /missing foreign key target_post_id_fkey/,
    ],
    [
      "a foreign key that lost its workspace",
      `alter table target drop constraint target_post_id_fkey;
       alter table target add constraint target_post_id_fkey foreign key (post_id)
         references post (id) on delete cascade deferrable initially deferred`,
      `alter table target drop constraint target_post_id_fkey;
       alter table target add constraint target_post_id_fkey foreign key (workspace_id, post_id)
         references post (workspace_id, id) on delete cascade deferrable initially deferred`,
      /foreign key target_post_id_fkey is FOREIGN KEY \(post_id\)/,
    ],
    [
      "a foreign key of nobody's",
      "alter table target add constraint extra_fkey foreign key (channel_id) references post (id)",
      "alter table target drop constraint extra_fkey",
      /extra_fkey is not in/,
    ],
    [
      "a unique constraint that is gone",
      "alter table delivery drop constraint delivery_target_id_part_unique",
      "alter table delivery add constraint delivery_target_id_part_unique unique (target_id, part)",
      /delivery_target_id_part_unique/,
    ],
    [
      "a state that no machine knows",
      `alter table run drop constraint run_trigger_check;
       alter table run add constraint run_trigger_check check (trigger in ('manual', 'schedule', 'whim'))`,
      `alter table run drop constraint run_trigger_check;
       alter table run add constraint run_trigger_check check (trigger in ('manual', 'schedule'))`,
      /run_trigger_check/,
    ],
  ])("shows %s", async (_what, change, undo, shown) => {
    const alter = (sql: string) => withClient(database.adminUrl, (client) => client.query(sql));
    await alter(change);
    const drift = await findDrift({ orm });
    await alter(undo);
    expect(drift.join("\n")).toMatch(shown);
    expect(await findDrift({ orm })).toEqual([]);
  });
});

it("migrates up, down to nothing, and up again", async () => {
  const empty = await createEmptyDatabase();
  const owner = await openOrm({ url: empty.adminUrl, poolSize: 1 });
  const left = () =>
    asSuperuser(empty, async (client) => {
      const { rows } = await client.query<{ name: string }>(
        `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'S')
         union all select proname from pg_proc where pronamespace = 'public'::regnamespace
         union all select typname from pg_type where typnamespace = 'public'::regnamespace and typtype = 'e'
         order by 1`,
      );
      return rows.map((row) => row.name).filter((name) => !name.startsWith("migration"));
    });
  try {
    const first = await migrateUp({ orm: owner, serviceRole: SERVICE_ROLE });
    expect(first.length).toBeGreaterThan(0);
    expect(await migrateUp({ orm: owner, serviceRole: SERVICE_ROLE })).toEqual([]);
    const whole = await left();
    expect(whole.length).toBeGreaterThan(25);
    for (const name of first.toReversed())
      expect(await migrateDown({ orm: owner })).toEqual([name]);
    expect(await left()).toEqual([]);
    expect(await migrateDown({ orm: owner })).toEqual([]);
    expect(await migrateUp({ orm: owner, serviceRole: SERVICE_ROLE })).toEqual(first);
    expect(await left()).toEqual(whole);
    expect(await findDrift({ orm: owner })).toEqual([]);
    const service = await openOrm({ url: empty.url, poolSize: 1 });
    await expect(checkServiceRole(service)).resolves.toBeUndefined();
    await service.close();
  } finally {
    await owner.close();
    await empty.drop();
  }
});

it("takes along the rows that are there", async () => {
  const old = await createEmptyDatabase();
  const owner = await openOrm({ url: old.adminUrl, poolSize: 1 });
  const kinds = ["text", "image", "audio", "video"];
  try {
    await migrateUp({ orm: owner, serviceRole: SERVICE_ROLE });
    for (;;) {
      const [undone] = await migrateDown({ orm: owner });
      if (!undone || undone.includes("20261203")) break;
    }
    await asSuperuser(old, async (client) => {
      const id = randomUUID();
      await client.query("insert into workspace (id) values ($1)", [id]);
      for (const kind of kinds)
        await client.query(
          `insert into generation (id, workspace_id, created_at, kind, status, provider, model, prompt,
             settings, inputs, outputs, created_by)
           values (gen_random_uuid(), $1, now(), $2, 'succeeded', 'sandbox', 'one', '', '{}', '[]', '[]', 'user:x')`,
          [id, kind],
        );
    });
    await migrateUp({ orm: owner, serviceRole: SERVICE_ROLE });
    const tasks = await asSuperuser(old, async (client) => {
      const { rows } = await client.query<{ task: string }>("select task from generation");
      return rows.map((row) => row.task).toSorted();
    });
    expect(tasks).toEqual(["speech", "text_to_image", "text_to_video", "write"]);
  } finally {
    await owner.close();
    await old.drop();
  }
});

it("notes a model's part in what was generated before that was noted", async () => {
  const old = await createEmptyDatabase();
  const owner = await openOrm({ url: old.adminUrl, poolSize: 1 });
  const [workspace, made, bettered, edited, photo] = Array.from({ length: 5 }, () => randomUUID());
  const tasks = { [made ?? ""]: "text_to_image", [bettered ?? ""]: "enhance_video" };
  try {
    await migrateUp({ orm: owner, serviceRole: SERVICE_ROLE });
    await migrateDown({ orm: owner });
    const sources = await asSuperuser(old, async (client) => {
      await client.query("insert into workspace (id) values ($1)", [workspace]);
      for (const id of [made, bettered, edited, photo]) {
        const inputs = id === edited ? [{ assetId: photo, role: "source" }] : [];
        if (id !== photo)
          await client.query(
            `insert into generation (id, workspace_id, created_at, kind, task, status, provider, model, prompt,
               settings, inputs, outputs, created_by)
             values ($1, $2, now(), 'image', $3, 'succeeded', 'sandbox', 'one', '', '{}', $4, '[]', 'user:x')`,
            [id, workspace, tasks[id ?? ""] ?? "edit_image", JSON.stringify(inputs)],
          );
        await client.query(
          `insert into asset (id, workspace_id, created_at, kind, status, content_type, bytes, sha256, blob_key,
             origin, generation_id, offline_output)
           values ($1, $2, now(), 'image', 'ready', 'image/png', 1, '', '', $3, $4, false)`,
          [id, workspace, ...(id === photo ? ["upload", null] : ["generation", id])],
        );
      }
      await migrateUp({ orm: owner, serviceRole: SERVICE_ROLE });
      const { rows } = await client.query<{ id: string; source: string | null }>(
        "select id, digital_source as source from asset",
      );
      return Object.fromEntries(rows.map(({ id, source }) => [id, source]));
    });
    expect(sources).toEqual({
      [made ?? ""]: "trainedAlgorithmicMedia",
      [edited ?? ""]: "compositeWithTrainedAlgorithmicMedia",
      [bettered ?? ""]: null,
      [photo ?? ""]: null,
    });
  } finally {
    await owner.close();
    await old.drop();
  }
});

describe("the service's role", () => {
  async function check(url: string): Promise<void> {
    const one = await openOrm({ url, poolSize: 1 });
    try {
      await checkServiceRole(one);
    } finally {
      await one.close();
    }
  }

  /** A role of this test alone, for as long as it works. */
  async function withRole<T>(options: string, work: (url: string) => Promise<T>): Promise<T> {
    const role = `test_role_${randomBytes(4).toString("hex")}`;
    const password = randomBytes(8).toString("hex");
    const url = new URL(database.url);
    url.username = role;
    url.password = password;
    return asSuperuser(database, async (client) => {
      await client.query(`create role ${role} login password '${password}' ${options}`);
      try {
        return await work(url.href);
      } finally {
        await client.query(`drop role ${role}`);
      }
    });
  }

  it("may be one that owns nothing and bypasses nothing", async () => {
    await expect(check(database.url)).resolves.toBeUndefined();
    await expect(withRole("", check)).resolves.toBeUndefined();
  });

  const refusal =
    /^the role \S+ of DATABASE_URL is a superuser, owns tables or may bypass row-level security; use a role that owns nothing/;

  it("is refused when it owns the tables", async () => {
    await expect(check(database.adminUrl)).rejects.toThrow(refusal);
  });

  it.each([
    ["may become their owner", "in role drumbeat_owner"],
    ["may become their owner by asking", "in role drumbeat_owner noinherit"],
    ["bypasses row-level security", "bypassrls"],
    ["is a superuser", "superuser"],
  ])("is refused when it %s", async (_what, options) => {
    await expect(withRole(options, check)).rejects.toThrow(refusal);
  });

  it("is refused as the superuser that set everything up", async () => {
    const url = new URL(testServices().databaseSuperuserUrl);
    url.pathname = `/${database.name}`;
    await expect(check(url.href)).rejects.toThrow(refusal);
  });

  it("is told to migrate an empty database", async () => {
    const empty = await createEmptyDatabase();
    await expect(check(empty.url)).rejects.toThrow(/database is empty; run: node scripts\/migrate/);
    await empty.drop();
  });
});

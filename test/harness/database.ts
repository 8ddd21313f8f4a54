import { createHash, randomBytes } from "node:crypto";
import { glob, readFile } from "node:fs/promises";
import path from "node:path";
import pg from "pg";
import { OWNER_ROLE, SERVICE_ROLE, withClient } from "#local/postgres.ts";
import { run } from "../../scripts/lib/run.mjs";
import { testServices } from "./services.ts";

export interface TestDatabase {
  name: string;
  /** The owner's. */
  adminUrl: string;
  /** The service's: under row-level security. */
  url: string;
  /** Ends every connection to it and removes it. */
  drop(): Promise<void>;
}

const root = path.resolve(import.meta.dirname, "../..");

/** Any number: it names the lock under which the template is made. */
const TEMPLATE_LOCK = 7_315_005;

/** A fresh, migrated database for one test file: a copy of a template that is migrated once per run. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const template = await ensureTemplate();
  const database = urlsOf(`test_${randomBytes(6).toString("hex")}`);
  await asSuperuser((client) =>
    client.query(
      `CREATE DATABASE ${database.name} TEMPLATE ${template} OWNER ${OWNER_ROLE} STRATEGY file_copy`,
    ),
  );
  return { ...database, drop: () => dropDatabase(database.name) };
}

/** A fresh database without any schema: for tests of the migrations themselves. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const database = urlsOf(`test_${randomBytes(6).toString("hex")}`);
  await asSuperuser((client) =>
    client.query(`CREATE DATABASE ${database.name} OWNER ${OWNER_ROLE}`),
  );
  return { ...database, drop: () => dropDatabase(database.name) };
}

/** The template's name holds the hash of what makes it, so that a changed migration makes another. */
async function ensureTemplate(): Promise<string> {
  const name = `template_${(await schemaHash()).slice(0, 16)}`;
  await asSuperuser(async (client) => {
    // Test files run side by side: one makes it, the others wait here.
    await client.query("SELECT pg_advisory_lock($1)", [TEMPLATE_LOCK]);
    const found = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
    if (found.rowCount) return;
    const draft = urlsOf(`${name}_draft`);
    await client.query(`DROP DATABASE IF EXISTS ${draft.name} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${draft.name} OWNER ${OWNER_ROLE}`);
    const migrated = await run({
      command: process.execPath,
      args: ["scripts/migrate.ts", "up"],
      cwd: root,
      env: { ...process.env, DATABASE_URL: draft.url, DATABASE_ADMIN_URL: draft.adminUrl },
    });
    if (migrated.code !== 0)
      throw new Error(`Migrating the template failed:\n${migrated.stdout}${migrated.stderr}`);
    await client.query(`ALTER DATABASE ${draft.name} RENAME TO ${name}`);
  });
  return name;
}

async function schemaHash(): Promise<string> {
  const names: string[] = [];
  for await (const name of glob(["db/**/*.ts", "scripts/migrate.ts"], { cwd: root }))
    names.push(name);
  const hash = createHash("sha256");
  for (const name of names.toSorted())
    hash.update(name).update(await readFile(path.join(root, name)));
  return hash.digest("hex");
}

async function dropDatabase(name: string): Promise<void> {
  await asSuperuser((client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
}

function urlsOf(name: string): { name: string; adminUrl: string; url: string } {
  const services = testServices();
  const withRole = (role: string, password: string) => {
    const url = new URL(services.databaseSuperuserUrl);
    url.username = role;
    url.password = password;
    url.pathname = `/${name}`;
    return url.href;
  };
  return {
    name,
    adminUrl: withRole(OWNER_ROLE, services.ownerPassword),
    url: withRole(SERVICE_ROLE, services.servicePassword),
  };
}

function asSuperuser<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  return withClient(testServices().databaseSuperuserUrl, work);
}

import { chmod, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDataDir, type DataDir } from "./data-dir.ts";
import { startPostgres, withClient, type RunningPostgres } from "./postgres.ts";
import { keepPostgresSecrets } from "./secrets.ts";

const isRoot = process.getuid?.() === 0;

let data: DataDir;
let running: RunningPostgres | undefined;
let home: string | undefined;

beforeEach(async () => {
  // Closed to everybody but its owner, as `mktemp -d` makes it.
  const dir = await mkdtemp(path.join(os.tmpdir(), "drumbeat-pg-"));
  await chmod(dir, 0o700);
  data = await openDataDir({ dir });
});
afterEach(async () => {
  await running?.stop({ graceMs: 5_000 });
  running = undefined;
  if (home !== undefined) await rm(home, { recursive: true, force: true });
  home = undefined;
  await rm(data.dir, { recursive: true });
});

async function start(): Promise<RunningPostgres> {
  running = await startPostgres({
    dataDir: data.dir,
    id: data.marker.id,
    port: await freePort(),
    secrets: await keepPostgresSecrets({ dataDir: data.dir }),
    ...(home === undefined ? {} : { home }),
  });
  home = running.home;
  return running;
}

test("runs for a folder that its user cannot enter, and says where it is instead", async () => {
  const postgres = await start();
  if (isRoot) {
    expect(postgres.home).not.toContain(data.dir);
    expect(postgres.notes.join()).toContain(postgres.home);
    expect((await stat(postgres.home)).mode & 0o777).toBe(0o700);
  } else expect(postgres.home).toBe(path.join(data.dir, "postgres"));
  expect((await stat(path.join(data.dir, "secrets.json"))).mode & 0o777).toBe(0o600);
});

test("runs inside of a folder that its user may pass through", async () => {
  await chmod(data.dir, 0o711);
  expect((await start()).home).toBe(path.join(data.dir, "postgres"));
});

test("neither role is superuser, makes roles or sees past row-level security; the owner owns the database", async () => {
  const { adminUrl, serviceUrl } = await start();
  for (const url of [adminUrl, serviceUrl]) {
    const { rows } = await withClient(url, (client) =>
      client.query(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user",
      ),
    );
    expect(rows).toEqual([
      { rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false },
    ]);
  }
  await withClient(adminUrl, (client) => client.query("CREATE TABLE t (id int)"));
  await expect(withClient(serviceUrl, (client) => client.query("SELECT * FROM t"))).rejects.toThrow(
    /permission denied/,
  );
  await expect(
    withClient(serviceUrl, (client) => client.query("CREATE TABLE u (id int)")),
  ).rejects.toThrow(/permission denied/);
  await expect(
    withClient(serviceUrl.replace(/:[^:@]+@/, ":wrong@"), async () => undefined),
  ).rejects.toThrow(/password/);
});

test("comes back with its data after a kill, and ends the one that a killed start left", async () => {
  const first = await start();
  await withClient(first.adminUrl, (client) => client.query("CREATE TABLE kept AS SELECT 7 AS n"));
  first.kill();
  await first.exited;
  const second = await start();
  // Still running, as after the death of its supervisor: the third start ends it first.
  const third = await start();
  await second.exited;
  const { rows } = await withClient(third.adminUrl, (client) => client.query("SELECT n FROM kept"));
  expect(rows).toEqual([{ n: 7 }]);
});

test("another's password file is told, not waited for", async () => {
  await (await start()).stop({ graceMs: 5_000 });
  running = undefined;
  const file = path.join(data.dir, "secrets.json");
  const wrong = "w".repeat(32);
  await writeFile(
    file,
    JSON.stringify({ postgres: { superuser: wrong, owner: wrong, service: wrong } }),
  );
  await expect(start()).rejects.toThrow(/password in secrets\.json is not that of the database/);
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        resolve(typeof address === "object" && address !== null ? address.port : 0),
      );
    });
  });
}

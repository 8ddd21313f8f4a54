import { randomBytes } from "node:crypto";
import {
  chown,
  mkdir,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { run } from "../scripts/lib/run.mjs";
import { SetupError } from "../scripts/lib/setup-error.mjs";
import { findPostgresBinaries } from "./find-postgres-binaries.ts";
import { logTail } from "./log-tail.ts";
import { placePostgres } from "./place-postgres.ts";
import { ensurePostgresUser, type PostgresUser } from "./postgres-user.ts";
import { processName, recordProcess } from "./process-identity.ts";
import type { PostgresSecrets } from "./secrets.ts";
import { spawnService, type RunningService } from "./spawn-service.ts";
import { stopProcess } from "./stop-process.ts";

export const SUPERUSER = "postgres";
export const OWNER_ROLE = "drumbeat_owner";
export const SERVICE_ROLE = "drumbeat_service";
export const DATABASE = "drumbeat";

export interface RunningPostgres extends RunningService {
  port: number;
  superuserUrl: string;
  /** The role that owns the database and migrates it. */
  adminUrl: string;
  /** The role that the service works with: owns nothing, is under row-level security. */
  serviceUrl: string;
  /** What the person at the terminal should know about where things are. */
  notes: string[];
  /** Where the cluster is: to be remembered. */
  home: string;
}

export interface PostgresOptions {
  dataDir: string;
  /** Names the cluster's folder where it has to be outside of the data directory. */
  id: string;
  port: number;
  secrets: PostgresSecrets;
  /** Where an earlier start put the cluster. */
  home?: string;
  /** Off for tests alone: commits are then not on disk when they return. */
  durable?: boolean;
}

/**
 * A PostgreSQL of our own, listening on loopback only, with a password for every role: made if it is not there, brought
 * back if it was killed, with the database and both roles in it.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const { dataDir, id, port, secrets, durable = true } = options;
  const [user, binaries] = await Promise.all([ensurePostgresUser(), findPostgresBinaries()]);
  const place = await placePostgres({
    dataDir,
    id,
    user,
    binaries,
    ...(options.home === undefined ? {} : { known: options.home }),
  });
  const cluster = path.join(place.home, "cluster");
  const logFile = path.join(dataDir, "logs", "postgres.log");
  await mkdir(path.dirname(logFile), { recursive: true, mode: 0o700 });
  await mkdir(path.join(dataDir, "run"), { recursive: true, mode: 0o700 });

  await makeCluster({
    cluster,
    binaries: place.binaries,
    user,
    password: secrets.superuser,
    durable,
  });
  await endLeftOver(cluster);

  const logStart = await sizeOf(logFile);
  const service = await spawnService({
    command: path.join(place.binaries, "bin", "postgres"),
    args: ["-D", cluster, ...settings({ port, durable })],
    env: { PATH: process.env["PATH"], LC_ALL: "C", TZ: "UTC" },
    cwd: "/",
    logFile,
    pidFile: path.join(dataDir, "run", "postgres.json"),
    // "Fast": open transactions are rolled back, connections closed, a checkpoint written.
    stopSignal: "SIGINT",
    ...user,
  });
  const url = (role: string, password: string, database: string) =>
    `postgresql://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
  const running: RunningPostgres = {
    ...service,
    port,
    superuserUrl: url(SUPERUSER, secrets.superuser, "postgres"),
    adminUrl: url(OWNER_ROLE, secrets.owner, DATABASE),
    serviceUrl: url(SERVICE_ROLE, secrets.service, DATABASE),
    notes: place.notes,
    home: place.home,
  };
  try {
    await waitUntilReady({ running, logFile, logStart });
    await ensureRoles({ superuserUrl: running.superuserUrl, secrets });
    await ensureDatabase({ superuserUrl: running.superuserUrl, name: DATABASE });
  } catch (error) {
    await running.stop({ graceMs: 3_000 });
    throw error;
  }
  return running;
}

/** For a small machine, and for logs that may be read by anyone who helps: no values of rows, no statements. */
function settings({ port, durable }: { port: number; durable: boolean }): string[] {
  const values: Record<string, string | number> = {
    listen_addresses: "127.0.0.1",
    port,
    unix_socket_directories: "",
    max_connections: 100,
    shared_buffers: "64MB",
    max_wal_size: "256MB",
    work_mem: "4MB",
    jit: "off",
    // No shared memory segments beyond the fixed ones: containers often give 64 MB in all.
    max_parallel_workers_per_gather: 0,
    max_parallel_maintenance_workers: 0,
    timezone: "UTC",
    log_timezone: "UTC",
    log_min_error_statement: "panic",
    log_parameter_max_length_on_error: 0,
    log_error_verbosity: "terse",
    password_encryption: "scram-sha-256",
    ...(durable ? {} : { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
  };
  return Object.entries(values).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

/** Built aside and renamed, so that a break leaves no half cluster that the next start would trust. */
async function makeCluster(options: {
  cluster: string;
  binaries: string;
  user: PostgresUser;
  password: string;
  durable: boolean;
}): Promise<void> {
  const { cluster, binaries, user, password, durable } = options;
  if (await sizeOf(path.join(cluster, "PG_VERSION"))) return;
  const home = path.dirname(cluster);
  for (const name of await readdir(home)) {
    if (name.startsWith("new-")) await rm(path.join(home, name), { recursive: true, force: true });
  }
  const draft = path.join(home, `new-${process.pid}`);
  const passwordFile = path.join(home, `new-${process.pid}-${randomBytes(6).toString("hex")}`);
  try {
    await writeFile(passwordFile, password, { mode: 0o600, flag: "wx" });
    if (user.uid !== undefined && user.gid !== undefined)
      await chown(passwordFile, user.uid, user.gid);
    const made = await run({
      command: path.join(binaries, "bin", "initdb"),
      args: [
        "--pgdata",
        draft,
        "--username",
        SUPERUSER,
        "--pwfile",
        passwordFile,
        "--auth",
        "scram-sha-256",
        "--encoding",
        "UTF8",
        "--locale-provider",
        "builtin",
        "--locale",
        "C",
        "--builtin-locale",
        "C.UTF-8",
        "--no-instructions",
        ...(durable ? [] : ["--no-sync"]),
      ],
      cwd: "/",
      env: { PATH: process.env["PATH"], LC_ALL: "C", TZ: "UTC" },
      ...user,
    });
    if (made.code !== 0) {
      const said = `${made.stdout}\n${made.stderr}`.trim().split("\n").slice(-8).join("\n");
      throw new SetupError({
        problem: `PostgreSQL could not make its cluster in ${home}:\n${said}`,
        tried: ["initdb"],
        todo: adviceFor(said),
      });
    }
    await rename(draft, cluster);
  } finally {
    await rm(passwordFile, { force: true });
    await rm(draft, { recursive: true, force: true });
  }
}

/**
 * A killed start leaves `postmaster.pid` behind, and perhaps PostgreSQL itself. It is ended properly where it still
 * runs; where its number has gone to another process, the file is removed: PostgreSQL would take it for its own.
 */
async function endLeftOver(cluster: string): Promise<void> {
  const file = path.join(cluster, "postmaster.pid");
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return;
    throw error;
  }
  const pid = Number(text.split("\n")[0]);
  const record = pid > 0 ? recordProcess(pid) : undefined;
  if (record && (await servesCluster(pid, cluster))) {
    await stopProcess({ record, signal: "SIGINT", graceMs: 10_000 });
  }
  await rm(file, { force: true });
}

/** Its first process works in the cluster's folder; where the system does not show that, the name has to do. */
async function servesCluster(pid: number, cluster: string): Promise<boolean> {
  if (processName(pid) !== "postgres") return false;
  if (process.platform !== "linux") return true;
  const [folder, own] = await Promise.all([
    readlink(`/proc/${pid}/cwd`).catch(() => undefined),
    realpath(cluster),
  ]);
  return folder === own;
}

async function waitUntilReady(options: {
  running: RunningPostgres;
  logFile: string;
  logStart: number;
}): Promise<void> {
  const { running, logFile, logStart } = options;
  let ended: string | undefined;
  void running.exited.then((how) => {
    ended = how;
  });
  // Long: after a hard stop it replays its log first.
  const deadline = performance.now() + 120_000;
  let last = "";
  while (performance.now() < deadline) {
    if (ended !== undefined) {
      const said = await logTail({ file: logFile, from: logStart });
      throw new SetupError({
        problem: `PostgreSQL ended while starting (${ended}):\n${said}`,
        tried: [`starting it on 127.0.0.1:${running.port}`],
        todo: adviceFor(said, logFile),
      });
    }
    const client = new pg.Client({
      connectionString: running.superuserUrl,
      connectionTimeoutMillis: 2_000,
    });
    try {
      await client.connect();
      return;
    } catch (error) {
      if (error instanceof pg.DatabaseError && error.code === "28P01") {
        throw new SetupError({
          problem: `The password in secrets.json is not that of the database in ${running.home}.`,
          todo: "Restore the secrets.json that belongs to it from a backup; without it, npm run reset and a fresh start are what is left.",
          cause: error,
        });
      }
      last = error instanceof Error ? error.message : String(error);
    } finally {
      await client.end().catch(() => undefined);
    }
    await sleep(50);
  }
  throw new SetupError({
    problem: `PostgreSQL did not become ready within two minutes: ${last}`,
    todo: `Read ${logFile}.`,
  });
}

/** Idempotent. Neither role may make roles or databases or see past row-level security. */
async function ensureRoles(options: {
  superuserUrl: string;
  secrets: PostgresSecrets;
}): Promise<void> {
  const { superuserUrl, secrets } = options;
  await withClient(superuserUrl, async (client) => {
    for (const [role, password] of [
      [OWNER_ROLE, secrets.owner],
      [SERVICE_ROLE, secrets.service],
    ] as const) {
      const found = await client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [role]);
      if (found.rowCount) continue;
      await client.query(
        `CREATE ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION PASSWORD ${pg.escapeLiteral(password)}`,
      );
    }
  });
}

/** A database of the owner's that nobody but the two roles may enter. */
async function ensureDatabase(options: { superuserUrl: string; name: string }): Promise<void> {
  const { superuserUrl, name } = options;
  await withClient(superuserUrl, async (client) => {
    const found = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
    if (!found.rowCount)
      await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)} OWNER ${OWNER_ROLE}`);
    await client.query(`REVOKE ALL ON DATABASE ${pg.escapeIdentifier(name)} FROM PUBLIC`);
    await client.query(`GRANT CONNECT ON DATABASE ${pg.escapeIdentifier(name)} TO ${SERVICE_ROLE}`);
  });
}

/** Opens one connection for `work` and closes it. */
export async function withClient<T>(
  connectionString: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function adviceFor(said: string, logFile?: string): string {
  if (/no space left|could not extend|disk quota/i.test(said))
    return "Free some disk space, then start again.";
  if (/permission denied/i.test(said))
    return "Make that folder accessible to PostgreSQL's user, then start again.";
  if (/address already in use/i.test(said))
    return "End the program that holds the port, then start again.";
  if (/pre-existing shared memory/i.test(said))
    return "The last one is still ending; start again in a moment.";
  if (/shared memory|semaphore/i.test(said))
    return "Allow more shared memory on this system (kernel.shmmax, kernel.sem), then start again.";
  if (/initialized by PostgreSQL version|incompatible/i.test(said)) {
    return "The data directory is of another version of PostgreSQL: start the Drumbeat that wrote it, or name another --data-dir.";
  }
  return logFile === undefined ? "Read the message above." : `Read ${logFile}.`;
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    (found) => found.size,
    () => 0,
  );
}

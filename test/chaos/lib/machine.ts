import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { childEnvironment } from "#local/child-environment.ts";
import { ensureFfmpeg } from "#local/ensure-ffmpeg.ts";
import { ensureTemporalCli } from "#local/ensure-temporal.ts";
import { keepPorts, type Ports } from "#local/keep-ports.ts";
import { DATABASE, startPostgres, type RunningPostgres } from "#local/postgres.ts";
import { recordProcess } from "#local/process-identity.ts";
import { keepPostgresSecrets } from "#local/secrets.ts";
import { spawnService, type RunningService } from "#local/spawn-service.ts";
import { startTemporalServer, TEMPORAL_NAMESPACE } from "#local/temporal-server.ts";
import { run } from "../../../scripts/lib/run.mjs";
import { ensureWorkflowBundle } from "../../harness/ensure-workflow-bundle.ts";
import { ensureToxiproxy } from "./ensure-toxiproxy.ts";
import { keepProcess, type KeptProcess } from "./kept-process.ts";
import { startLinks, type LinkName, type Links } from "./links.ts";

const root = path.resolve(import.meta.dirname, "../../..");

/** The one-machine default, each of its processes in our hands. */
export interface Machine {
  dir: string;
  origin: string;
  /** The network itself, not by the link that the product takes. */
  sandboxUrl: string;
  /** Temporal itself. */
  temporalAddress: string;
  /** PostgreSQL as superuser, who sees every tenant's rows; not by the product's link. */
  superuserUrl: string;
  links: Links | undefined;
  /** Why links can't be cut here. */
  linksMissing: string | undefined;
  processes: Record<"api" | "worker" | "mediaWorker", KeptProcess>;
  /** `fast` as `npm start` ends it; `kill` by SIGKILL, with all its processes. */
  restartPostgres(how: "fast" | "kill"): Promise<void>;
  /** By SIGKILL. */
  restartTemporal(): Promise<void>;
  stop(options: { keep: boolean }): Promise<void>;
}

/** Starts everything that `npm start` starts, on a data directory of its own. */
export async function startMachine(options: {
  cacheDir: string;
  plantedBug: boolean;
  /** Whether the product's links go through a proxy that can cut them, where there is one; they do when absent. */
  cutLinks?: boolean;
  say: (line: string) => void;
}): Promise<Machine> {
  const { cacheDir, plantedBug, cutLinks = true, say } = options;
  const dir = await makeDataDir();
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async ({ keep }: { keep: boolean }) => {
    for (const end of stops.toReversed()) await end();
    if (!keep) return rm(dir, { recursive: true, force: true });
    // Nobody's any more, so that no later run takes it for left over.
    await rm(path.join(dir, "owner"));
    say(`Logs: ${dir}/logs`);
  };
  try {
    return { ...(await start()), dir, stop };
  } catch (error) {
    await stop({ keep: true });
    throw error;
  }

  async function start(): Promise<Omit<Machine, "dir" | "stop">> {
    const ports = await keepPorts({ dataDir: dir, host: "127.0.0.1" });
    const [postgres, temporal, sandbox, ffmpeg, toxiproxy, workflowBundle] = await Promise.all([
      servePostgres(dir, ports),
      serveTemporal(dir, ports, await ensureTemporalCli({ cacheDir })),
      serveSandbox(dir, ports),
      ensureFfmpeg({}),
      cutLinks ? ensureToxiproxy({ cacheDir }) : { missing: "nobody asked for it" },
      ensureWorkflowBundle(),
    ]);
    stops.push(
      () => postgres.end(),
      () => temporal.end(),
      () => sandbox.stop({ graceMs: 2_000 }),
    );
    const direct: Record<LinkName, string> = {
      database: `127.0.0.1:${ports.postgres}`,
      temporal: `127.0.0.1:${ports.temporal}`,
      sandbox: `127.0.0.1:${ports.sandboxNetwork}`,
    };
    const links =
      "executable" in toxiproxy
        ? await startLinks({ executable: toxiproxy.executable, dir, targets: direct })
        : undefined;
    if (links) stops.push(() => links.stop());
    const at = links?.addresses ?? direct;
    const origin = `http://127.0.0.1:${ports.api}`;
    const databaseUrl = new URL(postgres.current().serviceUrl);
    databaseUrl.host = at.database;
    const env = {
      ...childEnvironment({
        inherited: { PATH: process.env["PATH"], HOME: process.env["HOME"] },
        dataDir: dir,
        storageDir: path.join(dir, "storage"),
        keyRingFile: path.join(dir, "key-ring.json"),
        workflowBundle,
        consoleDir: "",
        ...ffmpeg,
        addresses: {
          databaseUrl: databaseUrl.href,
          temporalAddress: at.temporal,
          temporalNamespace: TEMPORAL_NAMESPACE,
          apiHost: "127.0.0.1",
          apiPort: ports.api,
          publicUrl: origin,
          sandboxNetworkUrl: `http://${at.sandbox}`,
        },
      }),
      REGISTRATION: "open",
      // One person does here what hundreds do elsewhere.
      RATE_LIMIT_ADDRESS: "1000000",
      RATE_LIMIT_SESSION: "1000000",
      RATE_LIMIT_KEY: "1000000",
    };
    await prepareDatabase({
      ...env,
      DATABASE_URL: postgres.current().serviceUrl,
      DATABASE_ADMIN_URL: postgres.current().adminUrl,
    });
    const processes = startProcesses({ dir, env, plantedBug });
    for (const one of Object.values(processes)) stops.push(() => one.stop());
    await Promise.all(Object.values(processes).map((one) => one.ready()));
    const superuserUrl = new URL(postgres.current().superuserUrl);
    superuserUrl.pathname = `/${DATABASE}`;
    return {
      origin,
      sandboxUrl: `http://${direct.sandbox}`,
      temporalAddress: direct.temporal,
      superuserUrl: superuserUrl.href,
      links,
      linksMissing: "missing" in toxiproxy ? toxiproxy.missing : undefined,
      processes,
      restartPostgres: (how) => postgres.restart(how),
      restartTemporal: () => temporal.restart("kill"),
    };
  }
}

/** Named and marked as a test's, so that the next run ends what this one leaves when it is killed. */
async function makeDataDir(): Promise<string> {
  const dir = await mkdtemp(path.join(os.tmpdir(), "drumbeat-test-chaos-"));
  // PostgreSQL's own user passes through it.
  await chmod(dir, 0o711);
  for (const name of ["run", "logs", "storage", "temporal"])
    await mkdir(path.join(dir, name), { mode: 0o700 });
  await writeFile(path.join(dir, "owner"), JSON.stringify(recordProcess(process.pid)));
  return dir;
}

async function servePostgres(dir: string, ports: Ports) {
  const secrets = await keepPostgresSecrets({ dataDir: dir });
  const start = (): Promise<RunningPostgres> =>
    startPostgres({ dataDir: dir, id: path.basename(dir), port: ports.postgres, secrets });
  const served = await serve(start);
  return {
    ...served,
    async end() {
      await served.end();
      await rm(served.current().home, { recursive: true, force: true });
    },
  };
}

function serveTemporal(dir: string, ports: Ports, executable: string) {
  return serve(() =>
    startTemporalServer({ executable, dataDir: dir, port: ports.temporal, persistent: true }),
  );
}

/** A service that can be ended and started again on what it left. */
async function serve<Service extends RunningService>(start: () => Promise<Service>) {
  let current = await start();
  let restarting = Promise.resolve();
  const restart = async (how: "fast" | "kill") => {
    if (how === "kill") {
      current.kill();
      await current.exited;
    } else await current.stop({ graceMs: 10_000 });
    current = await startAgain(start);
  };
  return {
    current: () => current,
    restart(how: "fast" | "kill") {
      restarting = restart(how);
      return restarting;
    },
    async end() {
      // A run that breaks off may be in the middle of it: nothing may come up behind its end.
      await restarting.catch(() => undefined);
      await current.stop({ graceMs: 5_000 });
    },
  };
}

/** Like the supervisor of `npm start`: what a killed one left (PostgreSQL's own children) may be in the way for a moment. */
async function startAgain<Service>(start: () => Promise<Service>): Promise<Service> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await start();
    } catch (error) {
      if (tries >= 20) throw error;
      await sleep(500);
    }
  }
}

function serveSandbox(dir: string, ports: Ports): Promise<RunningService> {
  return spawnService({
    command: process.execPath,
    args: [
      "local/sandbox-network/main.ts",
      "--data-dir",
      path.join(dir, "sandbox-network"),
      "--port",
      String(ports.sandboxNetwork),
      // Media takes its time there.
      "--processing-ms",
      "1500",
    ],
    cwd: root,
    env: { PATH: process.env["PATH"] },
    logFile: path.join(dir, "logs", "sandbox-network.log"),
    pidFile: path.join(dir, "run", "sandbox-network.json"),
  });
}

async function prepareDatabase(env: NodeJS.ProcessEnv): Promise<void> {
  for (const args of [
    ["scripts/key-ring.ts", "init"],
    ["scripts/migrate.ts", "up"],
  ]) {
    const said = await run({ command: process.execPath, args, cwd: root, env });
    if (said.code !== 0) throw new Error(`${args.join(" ")} failed:\n${said.stdout}${said.stderr}`);
  }
}

function startProcesses(options: { dir: string; env: NodeJS.ProcessEnv; plantedBug: boolean }) {
  const { dir, env, plantedBug } = options;
  const keep = (name: string, script: string, more: NodeJS.ProcessEnv = {}) =>
    keepProcess({
      name,
      script,
      env: { ...env, ...more },
      logFile: path.join(dir, "logs", `${name}.log`),
    });
  const bug = plantedBug ? { CHAOS_PLANTED_BUG: "1" } : {};
  return {
    api: keep("api", "test/chaos/api-with-failpoints.ts"),
    worker: keep("worker", "test/chaos/worker-with-failpoints.ts", {
      ...bug,
      WORKER_QUEUES: "workflows,io,publish,model",
    }),
    mediaWorker: keep("media-worker", "test/chaos/worker-with-failpoints.ts", {
      WORKER_QUEUES: "media",
    }),
  };
}

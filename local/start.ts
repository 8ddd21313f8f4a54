// `npm start`: sets up and runs everything on this machine, until it is told to stop.
import { rm, stat } from "node:fs/promises";
import path from "node:path";
import { startSandboxNetwork } from "#local/sandbox-network/start-sandbox-network.ts";
import { START_HELP } from "../scripts/lib/help-texts.mjs";
import { createProgress, elapsed } from "../scripts/lib/progress.mjs";
import { endRunning, run } from "../scripts/lib/run.mjs";
import { SetupError } from "../scripts/lib/setup-error.mjs";
import { checkDatabase } from "./check-database.ts";
import { childEnvironment } from "./child-environment.ts";
import { openDataDir, type DataDir } from "./data-dir.ts";
import { endLeftOvers } from "./end-left-overs.ts";
import { ensureFfmpeg } from "./ensure-ffmpeg.ts";
import { ensureTemporalCli } from "./ensure-temporal.ts";
import { explainError } from "./explain-error.ts";
import { keepPorts, type Ports } from "./keep-ports.ts";
import { logTail, readableLine } from "./log-tail.ts";
import { parseStartOptions, type StartOptions } from "./parse-start-options.ts";
import { startPostgres, type RunningPostgres } from "./postgres.ts";
import { keepPostgresSecrets } from "./secrets.ts";
import { rotateLog, spawnService } from "./spawn-service.ts";
import { findConsole, removeOldConsoles } from "./console-build.ts";
import { createSupervisor, ServiceEnded } from "./supervisor.ts";
import { startTemporalServer, TEMPORAL_NAMESPACE } from "./temporal-server.ts";
import { temporalProblem } from "./temporal-health.ts";
import { waitUntilReady } from "./wait-until-ready.ts";
import { findWorkflowBundle, removeOldBundles } from "./workflow-bundle.ts";
import { writePrivateFile } from "./write-private-file.ts";

const root = path.dirname(import.meta.dirname);
const cacheDir = path.resolve(root, process.env["DRUMBEAT_CACHE_DIR"] || ".cache");
const startedAt = performance.now();
const progress = createProgress({ stream: process.stdout });
const supervisor = createSupervisor({ say: (line) => progress.line(line) });

/** All of it has to be over within 15 s of the first signal. */
const STOP_WITHIN_MS = 14_000;
/** npm, the terminal and our own first process may each pass on the same Ctrl-C. */
const SAME_SIGNAL_WITHIN_MS = 700;

const STOP_ORDER = [
  ["API"],
  ["worker", "media worker"],
  ["sandbox network"],
  ["Temporal"],
  ["PostgreSQL"],
];

class StopAsked extends Error {
  override name = "StopAsked";
}

const asked = new AbortController();
let dataDir: DataDir | undefined;
let ready = false;
let stoppingNow: Promise<void> | undefined;
let crashed = false;

listenForStop();
// Whoever read our lines is gone; that is no reason to fall.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

try {
  const options = parseStartOptions({
    args: process.argv.slice(2),
    cwd: process.env["INIT_CWD"] ?? process.cwd(),
  });
  if (options.help) process.stdout.write(`${START_HELP}\n`);
  else await main(options);
  process.exitCode = 0;
} catch (error) {
  process.exitCode = await failureOf(error);
} finally {
  await stopAll();
}
process.exit();

async function main(options: StartOptions): Promise<void> {
  await untilStopped(
    (async () => {
      dataDir = await openDataDir({ dir: options.dataDir });
      await start(options, dataDir);
    })(),
  );
  ready = true;
  supervisor.settle();
  await new Promise<void>((resolve) =>
    asked.signal.addEventListener("abort", () => resolve(), { once: true }),
  );
}

async function start(options: StartOptions, data: DataDir): Promise<void> {
  const { dir } = data;
  await rm(path.join(dir, "ready.json"), { force: true });
  const left = await endLeftOvers({ dataDir: dir });
  if (left.length > 0)
    progress.line(`  An earlier start was killed; ended what it left running: ${left.join(", ")}.`);

  const external = {
    databaseUrl: process.env["DATABASE_URL"] || undefined,
    temporalAddress: process.env["TEMPORAL_ADDRESS"] || undefined,
  };
  const ports = await keepPorts({
    dataDir: dir,
    host: options.host,
    ...(options.port === undefined ? {} : { api: options.port }),
    skip: new Set<keyof Ports>([
      ...(external.databaseUrl ? (["postgres"] as const) : []),
      ...(external.temporalAddress ? (["temporal", "temporalUi"] as const) : []),
    ]),
  });
  const publicUrl = options.publicUrl ?? `http://127.0.0.1:${ports.api}`;
  const keyRingFile = path.join(dir, "key-ring.json");

  const [ffmpeg, database, temporal, workflowBundle, consoleDir, sandboxNetworkUrl] =
    await Promise.all([
      progress.step("ffmpeg", (report) => ensureFfmpeg({ report })),
      provideDatabase({ data, port: ports.postgres, keyRingFile }),
      provideTemporal({ dir, ports, publicUrl, address: external.temporalAddress }),
      provideBundle(),
      provideConsole(),
      provideSandboxNetwork({ dir, port: ports.sandboxNetwork }),
    ]);

  const temporalUiUrl = temporal.uiUrl ?? (process.env["TEMPORAL_UI_URL"] || undefined);
  const env = childEnvironment({
    inherited: process.env,
    dataDir: dir,
    storageDir: path.join(dir, "storage"),
    keyRingFile,
    workflowBundle,
    consoleDir,
    ...ffmpeg,
    addresses: {
      databaseUrl: database.url,
      temporalAddress: temporal.address,
      temporalNamespace: TEMPORAL_NAMESPACE,
      ...(temporalUiUrl === undefined ? {} : { temporalUiUrl }),
      apiHost: options.host,
      apiPort: ports.api,
      publicUrl,
      sandboxNetworkUrl,
    },
  });
  await progress.step("API and workers", async (report) => {
    await Promise.all([
      runNode({
        dir,
        name: "API",
        script: "api/server.ts",
        log: "api",
        graceMs: 3_000,
        env: { ...env, METRICS_PORT: String(ports.apiMetrics) },
      }),
      runNode({
        dir,
        name: "worker",
        script: "worker.ts",
        log: "worker",
        graceMs: 5_000,
        env: {
          ...env,
          WORKER_QUEUES: "workflows,io,publish,model",
          METRICS_PORT: String(ports.workerMetrics),
        },
      }),
      runNode({
        dir,
        name: "media worker",
        script: "worker.ts",
        log: "media-worker",
        graceMs: 5_000,
        env: {
          ...env,
          WORKER_QUEUES: "media",
          METRICS_PORT: String(ports.mediaWorkerMetrics),
        },
      }),
    ]);
    await waitUntilReady({
      apiUrl: `http://${reachable(options.host)}:${ports.api}`,
      signal: asked.signal,
      report,
      logs: path.join(dir, "logs"),
    });
  });

  const howToSignIn = options.seed
    ? await progress.step("Demo workspace", () =>
        runScript({ what: "seeding the demo workspace", args: ["local/seed.ts"], env }),
      )
    : `Open the console and register.`;

  const metricsUrls = {
    api: metricsUrl(ports.apiMetrics),
    worker: metricsUrl(ports.workerMetrics),
    mediaWorker: metricsUrl(ports.mediaWorkerMetrics),
  };
  await writeReadyFile({
    dir,
    metricsUrls,
    publicUrl,
    temporalAddress: temporal.address,
    databaseUrl: database.url,
    ...(database.embeddedAdminUrl === undefined
      ? {}
      : { databaseAdminUrl: database.embeddedAdminUrl }),
    sandboxNetworkUrl,
  });
  printSummary({
    publicUrl,
    metricsUrls: Object.values(metricsUrls),
    sandboxNetworkUrl,
    dir,
    howToSignIn,
    egressAllow: env["EGRESS_ALLOW"] ?? "",
    notes: database.notes,
  });
}

/** The database, migrated, and the key ring. */
async function provideDatabase(options: {
  data: DataDir;
  port: number;
  keyRingFile: string;
}): Promise<{ url: string; embeddedAdminUrl?: string; notes: string[] }> {
  const { data, port, keyRingFile } = options;
  const external = process.env["DATABASE_URL"];
  let found: { url: string; adminUrl: string; notes: string[] };
  if (external) {
    const adminUrl = await progress.step("PostgreSQL (yours)", () =>
      checkExternalDatabase(external),
    );
    found = { url: external, adminUrl, notes: [] };
  } else {
    const postgres = await progress.step("PostgreSQL", () => runPostgres({ data, port }));
    found = { url: postgres.serviceUrl, adminUrl: postgres.adminUrl, notes: postgres.notes };
  }
  const env = {
    ...process.env,
    NODE_ENV: "production",
    DATABASE_URL: found.url,
    DATABASE_ADMIN_URL: found.adminUrl,
    KEY_RING_FILE: keyRingFile,
  };
  await progress.step("Database schema", async () => {
    await runScript({ what: "making the key ring", args: ["scripts/key-ring.ts", "init"], env });
    await runScript({ what: "migrating the database", args: ["scripts/migrate.ts", "up"], env });
  });
  return {
    url: found.url,
    notes: found.notes,
    ...(external ? {} : { embeddedAdminUrl: found.adminUrl }),
  };
}

async function checkExternalDatabase(url: string): Promise<string> {
  await checkDatabase({ variable: "DATABASE_URL", url });
  const adminUrl = process.env["DATABASE_ADMIN_URL"];
  if (!adminUrl) {
    throw new SetupError({
      problem: "DATABASE_URL is set, DATABASE_ADMIN_URL is not.",
      todo: "Set it to the same database with the role that owns it: that role migrates the schema, and the role of DATABASE_URL works under row-level security. Or unset DATABASE_URL.",
    });
  }
  await checkDatabase({ variable: "DATABASE_ADMIN_URL", url: adminUrl });
  return adminUrl;
}

async function runPostgres({
  data,
  port,
}: {
  data: DataDir;
  port: number;
}): Promise<RunningPostgres> {
  const { dir, marker } = data;
  const secrets = await keepPostgresSecrets({ dataDir: dir });
  const logFile = path.join(dir, "logs", "postgres.log");
  await rotateLog(logFile);
  let running: RunningPostgres | undefined;
  let home = marker.postgresDir;
  await supervisor.run({
    name: "PostgreSQL",
    graceMs: 2_500,
    logFile,
    start: async () => {
      running = await startPostgres({
        dataDir: dir,
        id: marker.id,
        port,
        secrets,
        ...(home === undefined ? {} : { home }),
      });
      home = running.home;
      return running;
    },
  });
  if (running === undefined) throw new Error("PostgreSQL was started and is not there");
  if (home !== undefined && home !== path.join(dir, "postgres"))
    await data.update({ postgresDir: home });
  return running;
}

async function provideTemporal(options: {
  dir: string;
  ports: Ports;
  publicUrl: string;
  address: string | undefined;
}): Promise<{ address: string; uiUrl?: string }> {
  const { dir, ports, publicUrl, address } = options;
  if (address !== undefined) {
    await progress.step("Temporal (yours)", () => checkExternalTemporal(address));
    return { address };
  }
  return progress.step("Temporal", async (report) => {
    const executable = await ensureTemporalCli({
      cacheDir,
      report,
      note: (line) => progress.line(`  ${line}`),
    });
    report("starting");
    const logFile = path.join(dir, "logs", "temporal.log");
    await rotateLog(logFile);
    await supervisor.run({
      name: "Temporal",
      graceMs: 2_500,
      logFile,
      start: () =>
        startTemporalServer({
          executable,
          dataDir: dir,
          port: ports.temporal,
          uiPort: ports.temporalUi,
          uiCodecEndpoint: `${publicUrl}/v1/operator/codec`,
          persistent: true,
        }),
    });
    return {
      address: `127.0.0.1:${ports.temporal}`,
      uiUrl: `http://127.0.0.1:${ports.temporalUi}`,
    };
  });
}

async function checkExternalTemporal(address: string): Promise<void> {
  const problem = await temporalProblem({
    address,
    namespace: TEMPORAL_NAMESPACE,
    timeoutMs: 5_000,
  });
  if (problem === undefined) return;
  throw new SetupError({
    problem: `The Temporal of TEMPORAL_ADDRESS cannot be used: ${problem}.`,
    tried: [`asking ${address} for the namespace "${TEMPORAL_NAMESPACE}"`],
    todo: "Correct TEMPORAL_ADDRESS (host:port of its gRPC service) or start that server. Or unset it to have a Temporal of Drumbeat's own.",
  });
}

async function provideBundle(): Promise<string> {
  const tracing = Boolean(process.env["OTEL_EXPORTER_OTLP_ENDPOINT"]?.trim());
  const { file, built } = await findWorkflowBundle({ root, cacheDir, tracing });
  if (built) return file;
  await progress.step("Workflow bundle", async () => {
    await runScript({
      what: "bundling the workflows",
      args: ["scripts/bundle-workflows.ts", "--out", file, ...(tracing ? ["--tracing"] : [])],
      env: process.env,
    });
    await removeOldBundles({ cacheDir, tracing });
  });
  return file;
}

/** The console as its sources are now: built once, then kept. */
async function provideConsole(): Promise<string> {
  const { dir, built } = await findConsole({ root, cacheDir });
  if (built) return dir;
  await progress.step("Console", async () => {
    await runScript({
      what: "building the console",
      args: ["scripts/build-console.ts", "--out", dir],
      env: process.env,
    });
    await removeOldConsoles({ cacheDir });
  });
  return dir;
}

/** Runs in this process: it is small, and it has to outlive nothing but us. */
async function provideSandboxNetwork(options: { dir: string; port: number }): Promise<string> {
  const { dir, port } = options;
  return progress.step("Sandbox network", async () => {
    let url = "";
    await supervisor.run({
      name: "sandbox network",
      graceMs: 1_000,
      logFile: path.join(dir, "logs"),
      start: async () => {
        const network = await startSandboxNetwork({
          port,
          host: "127.0.0.1",
          dataDir: path.join(dir, "sandbox-network"),
          onError: (error) =>
            progress.line(`The sandbox network failed on a request: ${error.message}`),
        });
        url = network.url;
        return {
          pid: process.pid,
          exited: new Promise<string>(() => undefined),
          kill: () => undefined,
          stop: ({ graceMs }) => Promise.race([network.close(), pause(graceMs)]),
        };
      },
    });
    return url;
  });
}

/** Starts one of our processes and keeps it running. */
async function runNode(options: {
  dir: string;
  name: string;
  script: string;
  log: string;
  env: NodeJS.ProcessEnv;
  graceMs: number;
}): Promise<void> {
  const { dir, name, script, log, env, graceMs } = options;
  const logFile = path.join(dir, "logs", `${log}.log`);
  await rotateLog(logFile);
  await supervisor.run({
    name,
    graceMs,
    logFile,
    start: () =>
      spawnService({
        command: process.execPath,
        args: [script],
        cwd: root,
        env,
        logFile,
        pidFile: path.join(dir, "run", `${log}.json`),
        channel: true,
      }),
  });
}

/** Runs a script of ours to its end. Returns what it printed. Throws `SetupError` with its last lines. */
async function runScript(options: {
  what: string;
  args: string[];
  env: NodeJS.ProcessEnv;
}): Promise<string> {
  const { what, args, env } = options;
  const result = await run({
    command: process.execPath,
    args,
    cwd: root,
    env,
    timeoutMs: 5 * 60_000,
  });
  if (result.code === 0) return result.stdout.trim();
  const said = `${result.stdout}\n${result.stderr}`
    .split("\n")
    .filter((line) => line.trim() !== "");
  const text = said.slice(-15).map(readableLine).join("\n");
  throw new SetupError({
    problem: `${capital(what)} failed${result.timedOut ? " (not done within 5 minutes)" : ""}:\n${text}`,
    tried: [`node ${args.join(" ")}`],
    todo: /no space left|ENOSPC|disk is full/i.test(text)
      ? "Free some disk space, then start again."
      : "Mend what the message says, then start again.",
  });
}

async function writeReadyFile(options: {
  dir: string;
  publicUrl: string;
  temporalAddress: string;
  databaseUrl: string;
  databaseAdminUrl?: string;
  sandboxNetworkUrl: string;
  metricsUrls: Record<string, string>;
}): Promise<void> {
  const { dir, publicUrl, databaseAdminUrl } = options;
  const content = {
    consoleUrl: `${publicUrl}/`,
    apiUrl: publicUrl,
    docsUrl: `${publicUrl}/docs`,
    openapiUrl: `${publicUrl}/openapi.json`,
    temporalUiUrl: `${publicUrl}/temporal/`,
    temporalAddress: options.temporalAddress,
    temporalNamespace: TEMPORAL_NAMESPACE,
    databaseUrl: options.databaseUrl,
    ...(databaseAdminUrl === undefined ? {} : { databaseAdminUrl }),
    sandboxNetworkUrl: options.sandboxNetworkUrl,
    metricsUrls: options.metricsUrls,
    pid: process.pid,
  };
  await writePrivateFile(path.join(dir, "ready.json"), `${JSON.stringify(content, null, 2)}\n`);
}

function printSummary(options: {
  publicUrl: string;
  sandboxNetworkUrl: string;
  dir: string;
  howToSignIn: string;
  egressAllow: string;
  metricsUrls: string[];
  notes: string[];
}): void {
  const { publicUrl, sandboxNetworkUrl, dir, howToSignIn, egressAllow, metricsUrls, notes } =
    options;
  const rows = [
    ["Console", `${publicUrl}/`],
    ["API", `${publicUrl}/v1`],
    ["API reference", `${publicUrl}/docs`],
    ["Temporal UI", `${publicUrl}/temporal/ (operators)`],
    ["Sandbox network", `${sandboxNetworkUrl}/`],
    ["Metrics", metricsUrls.join(" ")],
    ["Data and logs", dir],
    ["EGRESS_ALLOW", egressAllow],
  ];
  progress.line(
    [
      "",
      `Drumbeat is ready after ${elapsed(performance.now() - startedAt)}.`,
      "",
      ...rows.map(([name = "", value = ""]) => `  ${name.padEnd(17)}${value}`),
      ...notes.map((note) => `  ${note}`),
      "",
      ...howToSignIn.split("\n").map((line) => `  ${line}`),
      "",
      "Stop it with Ctrl-C.",
    ].join("\n"),
  );
}

/** Waits for `work`, for the first service that ends, or for a wish to stop: whichever comes first. */
async function untilStopped(work: Promise<void>): Promise<void> {
  const stopped = new Promise<never>((_, reject) => {
    asked.signal.addEventListener("abort", () => reject(new StopAsked()), { once: true });
    if (asked.signal.aborted) reject(new StopAsked());
  });
  // What else fails after the first is its consequence.
  work.catch(() => undefined);
  await Promise.race([work, supervisor.firstEnd, stopped]);
}

function listenForStop(): void {
  let firstAt: number | undefined;
  const stop = () => {
    if (firstAt === undefined) {
      firstAt = performance.now();
      asked.abort();
      progress.line(ready ? "\nStopping …" : "\nStopping before it was ready …");
    } else if (performance.now() - firstAt > SAME_SIGNAL_WITHIN_MS) {
      progress.line("Hurrying …");
      supervisor.hurry();
    }
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  // The process that started us has gone.
  process.on("disconnect", stop);
  process.on("uncaughtException", (error) => void crash(error));
  process.on("unhandledRejection", (error) => void crash(error));
}

/** A mistake of ours: everything is stopped, and the error is shown whole. */
async function crash(error: unknown): Promise<void> {
  if (crashed) {
    // Stopping fails too: what is left is killed, and the next start ends what that did not reach.
    supervisor.hurry();
    process.exit(1);
  }
  crashed = true;
  process.stderr.write(
    `\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  await stopAll();
  process.exit(1);
}

/** Says what went wrong. @returns the exit code */
async function failureOf(error: unknown): Promise<number> {
  if (error instanceof StopAsked) return 130;
  asked.abort();
  const text = error instanceof ServiceEnded ? await explainEnd(error) : explainError(error);
  process.stderr.write(`\n${text}\n`);
  return 1;
}

async function explainEnd({ service, message }: ServiceEnded): Promise<string> {
  const isFile = await stat(service.logFile).then(
    (found) => found.isFile(),
    () => false,
  );
  const said = isFile ? await logTail({ file: service.logFile }) : "";
  return `${message} while Drumbeat was starting:\n${said}\nWhat to do: Mend what it says; its whole log is ${service.logFile}.`;
}

function stopAll(): Promise<void> {
  stoppingNow ??= (async () => {
    const { dir } = dataDir ?? {};
    if (dir !== undefined) await rm(path.join(dir, "ready.json"), { force: true });
    endRunning();
    const late = setTimeout(() => supervisor.hurry(), STOP_WITHIN_MS - 1_500);
    await Promise.race([supervisor.stop(STOP_ORDER), pause(STOP_WITHIN_MS)]);
    clearTimeout(late);
    if (dir !== undefined) await endLeftOvers({ dataDir: dir, graceMs: 0 });
    await dataDir?.release();
    if (ready) progress.line("Stopped.");
  })();
  return stoppingNow;
}

/** An address to reach a listener at: one that listens everywhere is reached on loopback. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

/** Where a process of ours is watched: Prometheus' metrics, with /livez and /readyz beside them. */
function metricsUrl(port: number): string {
  return `http://127.0.0.1:${port}/metrics`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

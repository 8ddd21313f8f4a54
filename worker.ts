/** The worker process: `node worker.ts`. Which queues it serves is a setting (WORKER_QUEUES). */
import { Client } from "@temporalio/client";
import {
  bundleWorkflowCode,
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
  type LogMetadata,
  type WorkerOptions,
} from "@temporalio/worker";
import { availableParallelism, hostname } from "node:os";
import type { Logger } from "pino";
import { createActivities, type ActivityDeps } from "#activities/index.ts";
import { createMailer } from "#activities/lib/mailer.ts";
import { checkServiceRole } from "#db/check-role.ts";
import { openOrm } from "#db/orm.ts";
import { createEngine } from "#db/outbox/engine.ts";
import { followOutbox } from "#db/outbox/follow-outbox.ts";
import { createDataConverter } from "#db/vault/data-converter.ts";
import { loadKeyRing } from "#db/vault/key-ring.ts";
import { removeAbandonedFolders } from "#media/remove-abandoned-folders.ts";
import { discoverPlatforms } from "#platforms/registry.ts";
import { discoverProviders } from "#providers/registry.ts";
import { openStore } from "#storage/open-store.ts";
import { storyMemory, taskQueues, type TaskQueue, modelAnswerMs } from "#temporal.config";
import { ensureSweepSchedule } from "./ensure-sweep-schedule.ts";
import { createGuardedFetch } from "./egress.ts";
import { createLogger } from "./logger.ts";
import { addPoolGauge } from "./observe/add-pool-gauge.ts";
import { startPrivateServer } from "./observe/start-private-server.ts";
import type { Tracing } from "./observe/start-tracing.ts";
import { stopInOrder } from "./observe/stop-in-order.ts";
import { findFreePort, readTemporalMetrics } from "./observe/temporal-metrics.ts";
import { watchTemporal } from "./observe/watch-temporal.ts";
import { runTogether } from "./run-together.ts";
import { workflowBundleOptions } from "./workflow-bundle-options.ts";
import { publicUrlOf, readNamed, readSettings, storageOf, type Settings } from "./settings.ts";

/** Activities that one process runs at once, by queue. Media work is as wide as the machine. */
const concurrency: Record<TaskQueue, number> = {
  workflows: 1,
  io: 20,
  publish: 20,
  model: 20,
  media: Math.max(1, availableParallelism()),
};

const settings = readOrExit();
const logger = createLogger({
  name: `worker:${settings.workerQueues.join("+")}`,
  level: settings.logLevel,
});
await run(settings).catch((error: unknown) => {
  logger.fatal({ err: error }, error instanceof Error ? error.message : "the worker failed");
  // At once: what is left open would keep alive a process that works no more, and no supervisor would notice.
  process.exit(1);
});

async function run(from: Settings): Promise<void> {
  const coreMetricsPort = from.metricsPort === undefined ? undefined : await findFreePort();
  installRuntime(logger, coreMetricsPort);
  await removeAbandonedFolders({
    onError: (err) => logger.warn({ err }, "a temporary folder of a killed process stays"),
  });
  const keyRing = await loadKeyRing(from.keyRingFile);
  const orm = await openOrm({ url: from.databaseUrl, poolSize: 20, queryTimeoutMs: 60_000 });
  await checkServiceRole(orm);
  addPoolGauge(orm);
  const connection = await connect(from);
  const identity = `${process.pid}@${hostname()}`;
  const dataConverter = createDataConverter(keyRing);
  const tracing = await traceIfAsked(from);
  const client = new Client({
    connection,
    namespace: from.temporalNamespace,
    dataConverter,
    ...(tracing ? { interceptors: tracing.client } : {}),
  });
  const storage = await openStore(storageOf(from));
  const deps: ActivityDeps = {
    orm,
    keyRing,
    storage,
    storageQuotaBytes: from.storageQuotaGb * 1e9,
    platforms: await discoverPlatforms(),
    providers: await discoverProviders(),
    platformApp: (name) => readNamed(name),
    providerCredentials: (name) => credentialsOf(readNamed(name)),
    defaultProvider: from.defaultProvider,
    fetch: createGuardedFetch({ allow: from.egressAllow }),
    modelFetch: createGuardedFetch({ allow: from.egressAllow, answerTimeoutMs: modelAnswerMs }),
    publicUrl: publicUrlOf(from),
    mailer: from.smtpUrl ? createMailer({ url: from.smtpUrl, from: from.smtpFrom }) : undefined,
    now: () => new Date(),
    engine: createEngine({
      client,
      report: ({ workflowId, error }) =>
        logger.error({ workflowId, err: error }, "Temporal refused a message"),
    }),
    ffmpegPath: from.ffmpegPath,
    ffprobePath: from.ffprobePath,
    logger,
  };
  const activities = createActivities(deps);
  const workers = await Promise.all(
    from.workerQueues.map(async (queue) => ({
      queue,
      worker: await Worker.create({
        connection,
        namespace: from.temporalNamespace,
        dataConverter,
        taskQueue: taskQueues[queue],
        identity,
        ...tracing?.worker,
        shutdownGraceTime: "8 seconds",
        shutdownForceTime: "12 seconds",
        maxHeartbeatThrottleInterval: "5 seconds",
        defaultHeartbeatThrottleInterval: "3 seconds",
        ...(queue === "workflows"
          ? // What a story does on our own database it does here, as local activities; no queue's tasks come this way.
            { ...(await workflowOptions(from)), activities, enableNonLocalActivities: false }
          : { activities, maxConcurrentActivityTaskExecutions: concurrency[queue] }),
      }),
    })),
  );
  const servesWorkflows = from.workerQueues.includes("workflows");
  if (servesWorkflows) await ensureSweepSchedule(client);
  const outbox = servesWorkflows
    ? followOutbox({ databaseUrl: from.databaseUrl, orm, engine: deps.engine, logger })
    : undefined;
  const watch = watchTemporal({
    client,
    namespace: from.temporalNamespace,
    queues: from.workerQueues,
    identity,
    logger,
  });
  let stopping = false;
  const privateServer =
    from.metricsPort === undefined
      ? undefined
      : await startPrivateServer({
          host: from.metricsHost,
          port: from.metricsPort,
          readiness: async () => (stopping ? { ready: false, stopping } : watch.readiness()),
          ...(coreMetricsPort === undefined
            ? {}
            : { moreMetrics: () => temporalMetrics(coreMetricsPort) }),
          logger,
        });
  const { ended, stop } = runTogether(workers);
  stopInOrder({
    logger,
    withinMs: 20_000,
    steps: [
      {
        what: "workers",
        stop: async () => {
          stopping = true;
          watch.stop();
          stop();
          await ended;
        },
      },
      { what: "outbox", stop: () => outbox?.close() },
      { what: "Temporal", stop: () => connection.close() },
      { what: "database", stop: () => orm.close() },
      { what: "traces", stop: () => tracing?.stop() },
      { what: "private port", stop: () => privateServer?.close() },
    ],
  });
  logger.info({ queues: from.workerQueues, identity }, "the worker is polling");
  process.send?.({ ready: true });
  // Rejects when a worker fails. After a stop the steps above go on, and end the process.
  await ended;
}

/** Not to be had for a moment, they leave the others of this process to be shown. */
async function temporalMetrics(port: number): Promise<string> {
  try {
    return await readTemporalMetrics(port);
  } catch (error) {
    logger.warn({ err: error }, "Temporal's metrics can't be read");
    return "";
  }
}

async function workflowOptions(from: Settings): Promise<Partial<WorkerOptions>> {
  const options = { ...storyMemory, maxConcurrentLocalActivityExecutions: 20 };
  if (from.workflowBundle) return { ...options, workflowBundle: { codePath: from.workflowBundle } };
  const bundle = await bundleWorkflowCode(
    workflowBundleOptions({ tracing: from.otelExporterOtlpEndpoint !== undefined }),
  );
  return { ...options, workflowBundle: bundle };
}

async function traceIfAsked(from: Settings): Promise<Tracing | undefined> {
  const endpoint = from.otelExporterOtlpEndpoint;
  if (endpoint === undefined) return undefined;
  const { startTracing } = await import("./observe/start-tracing.ts");
  return startTracing({ endpoint, serviceName: "drumbeat-worker", logger });
}

/** Waits for Temporal: a worker that starts first is no reason to fail. */
async function connect(from: Settings): Promise<NativeConnection> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await NativeConnection.connect({ address: from.temporalAddress });
    } catch (error) {
      if (tries >= 60) {
        throw new Error(
          `Temporal at ${from.temporalAddress} can't be reached; is it running? (TEMPORAL_ADDRESS)`,
          {
            cause: error,
          },
        );
      }
      if (tries === 1)
        logger.warn({ address: from.temporalAddress }, "Temporal can't be reached yet; trying on");
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

function credentialsOf(named: ReturnType<typeof readNamed>) {
  return {
    ...(named.apiKey ? { apiKey: named.apiKey } : {}),
    ...(named.baseUrl ? { baseUrl: named.baseUrl } : {}),
    ...(named.organization ? { organization: named.organization } : {}),
    ...(named.api === "chat" || named.api === "responses"
      ? { api: named.api as "chat" | "responses" }
      : {}),
  };
}

function readOrExit(): Settings {
  try {
    return readSettings();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}

/** Temporal's own messages go the way of ours. */
function installRuntime(to: Logger, metricsPort: number | undefined): void {
  Runtime.install({
    shutdownSignals: [],
    telemetryOptions: {
      // Its native part would write to standard output by itself, and no JSON.
      logging: { filter: { core: "WARN", other: "ERROR" }, forward: {} },
      ...(metricsPort === undefined
        ? {}
        : {
            metrics: {
              prometheus: { bindAddress: `127.0.0.1:${metricsPort}`, useSecondsForDurations: true },
            },
          }),
    },
    logger: new DefaultLogger("WARN", ({ level, message, meta }) => {
      // Each of our workers serves one kind of task by design.
      if (/^No (workflows|activities) registered/.test(message)) return;
      const facts = allowed(meta);
      if (level === "ERROR") to.error(facts, message);
      else to.warn(facts, message);
    }),
  });
}

/** What may be logged of Temporal's own facts: an activity's failure is encrypted in its history and stays so here. */
function allowed(meta: LogMetadata | undefined): Record<string, unknown> {
  const names = [
    "workflowId",
    "runId",
    "workflowType",
    "activityType",
    "activityId",
    "attempt",
    "taskQueue",
    "target",
  ];
  const facts = names.flatMap((name) => (meta?.[name] === undefined ? [] : [[name, meta[name]]]));
  // The native part's errors are written-out gRPC statuses; the code tells what is wrong without their words.
  const grpcCode = /^Status \{ code: (\w+)/.exec(String(meta?.["error"]))?.[1];
  return { ...Object.fromEntries(facts), ...(grpcCode ? { grpcCode } : {}) };
}

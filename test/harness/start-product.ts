import { Client, Connection } from "@temporalio/client";
import proto from "@temporalio/proto";
import { DefaultLogger, NativeConnection, Runtime, Worker } from "@temporalio/worker";
import { pino } from "pino";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createActivities, type ActivityDeps } from "#activities/index.ts";
import { buildApp } from "#api/app.ts";
import type { ApiContext } from "#api/context.ts";
import { followOutbox } from "#db/outbox/follow-outbox.ts";
import { createEngineState } from "#api/lib/engine-state.ts";
import { readConsole } from "#api/lib/read-console.ts";
import { openOrm } from "#db/orm.ts";
import { createEngine, type Engine } from "#db/outbox/engine.ts";
import { createDataConverter } from "#db/vault/data-converter.ts";
import { initKeyRing, loadKeyRing } from "#db/vault/key-ring.ts";
import { startSandboxNetwork } from "#local/sandbox-network/start-sandbox-network.ts";
import { discoverConnects, discoverManifests, discoverPlatforms } from "#platforms/registry.ts";
import { discoverProviderManifests, discoverProviders } from "#providers/registry.ts";
import { createFileStore } from "#storage/files.ts";
import { taskQueues } from "#temporal.config";
import { apiClient, register, type ApiClient } from "./client.ts";
import { createTestDatabase, type TestDatabase } from "./database.ts";
import { ensureConsole } from "./ensure-console.ts";
import { ensureWorkflowBundle } from "./ensure-workflow-bundle.ts";
import { testServices } from "./services.ts";

export interface Product {
  origin: string;
  /** The client of a person who just registered. */
  client: ApiClient;
  sandboxUrl: string;
  temporal: Client;
  deps: ActivityDeps;
  database: TestDatabase;
  databaseUrl: string;
  keyRingFile: string;
  /** Where files are kept. */
  storageDir: string;
  close(): Promise<void>;
}

/**
 * The whole product in this process: API, every worker, the sandbox network, on a database and a Temporal namespace of
 * its own. Nothing of it is simulated but the social network.
 */
export async function startProduct(
  options: {
    /** What the workers' activities are given instead of the real thing, made from it. */
    deps?: (real: ActivityDeps) => Partial<ActivityDeps>;
    /** What tells Temporal, in the API and the workers alike, made from the real one. */
    engine?: (real: Engine) => Engine;
    name?: string;
    /** Serves the console too. */
    console?: boolean;
  } = {},
): Promise<Product> {
  const services = testServices();
  const database = await createTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), "drumbeat-product-"));
  const keyRingFile = join(folder, "key-ring.json");
  const storageDir = join(folder, "storage");
  await initKeyRing(keyRingFile);
  const keyRing = await loadKeyRing(keyRingFile);
  const orm = await openOrm({ url: database.url, poolSize: 20 });
  const network = await startSandboxNetwork({
    port: 0,
    host: "127.0.0.1",
    dataDir: join(folder, "sandbox"),
  });
  const logger = pino({ level: "silent" });
  const namespace = `test-${randomBytes(6).toString("hex")}`;
  const connection = await Connection.connect({ address: services.temporalAddress });
  await makeNamespace(connection, namespace);
  const dataConverter = createDataConverter(keyRing);
  const temporal = new Client({ connection, namespace, dataConverter });
  const realEngine = createEngine({ client: temporal, report: () => undefined });
  const engine = options.engine?.(realEngine) ?? realEngine;
  const platformApp = (name: string) => (name === "sandbox" ? { baseUrl: network.url } : {});
  const shared = { orm, keyRing, engine, platformApp, fetch, now: () => new Date(), logger };
  const real: ActivityDeps = {
    ...shared,
    storage: createFileStore({ dir: storageDir }),
    platforms: await discoverPlatforms(),
    providers: await discoverProviders(),
    providerCredentials: () => ({}),
    defaultProvider: "sandbox",
    ffmpegPath: services.ffmpegPath,
    ffprobePath: services.ffprobePath,
  };
  const deps = { ...real, ...options.deps?.(real) };
  const context: ApiContext = {
    ...shared,
    checkAddress: async () => undefined,
    creditPacks: [],
    mailConfigured: deps.mailer !== undefined,
    pause: async () => undefined,
    databaseUrl: database.url,
    storage: deps.storage,
    defaultProvider: deps.defaultProvider,
    providerCredentials: deps.providerCredentials,
    startCommand: "npm start --",
    engineState: createEngineState({ client: temporal, namespace, now: () => new Date() }),
    manifests: await discoverManifests(),
    connects: await discoverConnects(),
    providers: await discoverProviderManifests(),
    ffmpegPath: services.ffmpegPath,
    ffprobePath: services.ffprobePath,
    publicUrl: "http://127.0.0.1",
    registration: "open",
    temporalUiUrl: undefined,
    temporalNamespace: namespace,
    trustProxy: false,
    console: options.console ? await readConsole(await ensureConsole()) : undefined,
    rateLimits: { address: 1_000_000, session: 1_000_000, key: 1_000_000 },
  };
  const app = await buildApp(context);
  await app.listen({ host: "127.0.0.1", port: 0 });
  const origin = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  // The callback's address is known only now that the port is.
  context.publicUrl = origin;

  quietRuntime();
  const native = await NativeConnection.connect({ address: services.temporalAddress });
  const activities = createActivities(deps);
  const workflowBundle = { codePath: await ensureWorkflowBundle() };
  const workers = await Promise.all(
    Object.values(taskQueues).map((taskQueue) =>
      Worker.create({
        connection: native,
        namespace,
        dataConverter,
        taskQueue,
        activities,
        ...(taskQueue === "workflows" ? { workflowBundle, enableNonLocalActivities: false } : {}),
      }),
    ),
  );
  const running = Promise.all(workers.map((worker) => worker.run()));
  const outbox = followOutbox({ databaseUrl: database.url, orm, engine, logger });
  const cookie = await register(origin, {
    name: options.name ?? "Ada",
    email: "ada@example.org",
    password: "correct-horse-battery",
  });
  return {
    origin,
    client: apiClient(origin, { cookie }),
    sandboxUrl: network.url,
    temporal,
    deps,
    database,
    databaseUrl: database.url,
    keyRingFile,
    storageDir,
    async close() {
      for (const worker of workers) worker.shutdown();
      await running;
      await outbox.close();
      await native.close();
      await connection.close();
      await app.close();
      await network.close();
      await orm.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function makeNamespace(connection: Connection, namespace: string): Promise<void> {
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  const { INDEXED_VALUE_TYPE_KEYWORD, INDEXED_VALUE_TYPE_KEYWORD_LIST } =
    proto.temporal.api.enums.v1.IndexedValueType;
  // The server learns of a new namespace a moment after it said yes.
  for (let tries = 0; ; tries += 1) {
    try {
      await connection.operatorService.addSearchAttributes({
        namespace,
        searchAttributes: {
          WorkspaceId: INDEXED_VALUE_TYPE_KEYWORD,
          AgentId: INDEXED_VALUE_TYPE_KEYWORD,
          PostId: INDEXED_VALUE_TYPE_KEYWORD,
          Stage: INDEXED_VALUE_TYPE_KEYWORD,
          Platform: INDEXED_VALUE_TYPE_KEYWORD_LIST,
        },
      });
      return;
    } catch (error) {
      if (tries >= 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

let quiet = false;

/** One runtime serves a whole process. */
function quietRuntime(): void {
  if (quiet) return;
  quiet = true;
  Runtime.install({ logger: new DefaultLogger("ERROR"), shutdownSignals: [] });
}

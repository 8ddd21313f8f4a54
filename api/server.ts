/** The API process: `node api/server.ts`. */
import { Client, Connection } from "@temporalio/client";
import { isIP } from "node:net";
import { resolve } from "node:path";
import { checkServiceRole } from "#db/check-role.ts";
import { openOrm } from "#db/orm.ts";
import { createEngine } from "#db/outbox/engine.ts";
import { createDataConverter } from "#db/vault/data-converter.ts";
import { loadKeyRing } from "#db/vault/key-ring.ts";
import { Problem } from "#domain/errors.ts";
import { removeAbandonedFolders } from "#media/remove-abandoned-folders.ts";
import { discoverConnects, discoverManifests } from "#platforms/registry.ts";
import { discoverProviderManifests } from "#providers/registry.ts";
import { openStore } from "#storage/open-store.ts";
import { createAddressCheck, createGuardedFetch } from "../egress.ts";
import { createLogger } from "../logger.ts";
import { startPrivateServer, type Readiness } from "../observe/start-private-server.ts";
import type { Tracing } from "../observe/start-tracing.ts";
import { stopInOrder } from "../observe/stop-in-order.ts";
import {
  publicUrlOf,
  readNamed,
  readSettings,
  storageOf,
  stripeOf,
  type Settings,
} from "../settings.ts";
import { buildApp } from "./app.ts";
import { createEnginePresence } from "./lib/engine-presence.ts";
import { createEngineState } from "./lib/engine-state.ts";
import { mediaOriginOf } from "./lib/media-origin.ts";
import type { ApiReadiness } from "./lib/readiness.ts";
import { readConsole } from "./lib/read-console.ts";
import { pause } from "./lib/pause.ts";
import { restingEngine } from "./lib/resting-engine.ts";
import { startCommand } from "./lib/start-command.ts";
import { createStripe } from "./payments/stripe.ts";

const settings = readOrExit();
const logger = createLogger({ name: "api", level: settings.logLevel });
await start(settings).catch((error: unknown) => {
  logger.fatal({ err: error }, error instanceof Error ? error.message : "the API failed");
  process.exit(1);
});

async function start(from: Settings): Promise<void> {
  await removeAbandonedFolders({
    onError: (err) => logger.warn({ err }, "a temporary folder of a killed process stays"),
  });
  const keyRing = await loadKeyRing(from.keyRingFile);
  const orm = await openOrm({ url: from.databaseUrl, poolSize: 20, queryTimeoutMs: 10_000 });
  await checkServiceRole(orm);
  const tracing = await traceIfAsked(from);
  // Lazy: without Temporal what can be accepted is accepted.
  const connection = Connection.lazy({
    address: from.temporalAddress,
    connectTimeout: "3 seconds",
  });
  const client = new Client({
    connection,
    namespace: from.temporalNamespace,
    dataConverter: createDataConverter(keyRing),
    ...(tracing ? { interceptors: tracing.client } : {}),
  });
  const now = () => new Date();
  const presence = createEnginePresence({ logger, now });
  const guardedFetch = createGuardedFetch({ allow: from.egressAllow });
  const stripe = stripeOf(from);
  const reportStripe = (failure: object) => logger.error(failure, "Stripe made no checkout");
  const app = await buildApp({
    orm,
    databaseUrl: from.databaseUrl,
    keyRing,
    storage: await openStore(storageOf(from)),
    storageQuotaBytes: from.storageQuotaGb * 1e9,
    engine: restingEngine(
      createEngine({
        client,
        deadlineMs: 3_000,
        report: ({ workflowId, error }) =>
          logger.error({ workflowId, err: error }, "Temporal refused a message"),
      }),
      presence,
    ),
    engineState: createEngineState({ client, namespace: from.temporalNamespace, now, presence }),
    manifests: await discoverManifests(),
    connects: await discoverConnects(),
    providers: await discoverProviderManifests(),
    platformApp: (name) => readNamed(name),
    providerCredentials: (name) => readNamed(name),
    defaultProvider: from.defaultProvider,
    fetch: guardedFetch,
    payments: stripe && createStripe({ ...stripe, fetch: guardedFetch, report: reportStripe }),
    creditPacks: from.creditPacks,
    mailConfigured: from.smtpUrl !== undefined,
    checkAddress: createAddressCheck({ allow: from.egressAllow }),
    now,
    pause,
    ffmpegPath: from.ffmpegPath,
    ffprobePath: from.ffprobePath,
    logger,
    publicUrl: publicUrlOf(from),
    mediaOrigin: from.mediaOrigin,
    startCommand: startCommand({
      apiHost: from.apiHost,
      dataDir: from.drumbeatDataDir,
      defaultDataDir: resolve(".data"),
    }),
    registration: from.registration ?? (isLoopback(from.apiHost) ? "open" : "first"),
    temporalUiUrl: from.temporalUiUrl,
    temporalNamespace: from.temporalNamespace,
    ...(tracing ? { requestSpans: tracing.requests } : {}),
    trustProxy: from.trustProxy,
    console: from.consoleDir === undefined ? undefined : await readConsole(from.consoleDir),
    rateLimits: {
      address: from.rateLimitAddress,
      session: from.rateLimitSession,
      key: from.rateLimitKey,
    },
  });
  if (
    mediaOriginOf({ publicUrl: publicUrlOf(from), mediaOrigin: from.mediaOrigin }) ===
    publicUrlOf(from)
  ) {
    logger.warn(
      "media is shown from the product's own origin; set MEDIA_ORIGIN to another address of the API",
    );
  }
  const privateServer =
    from.metricsPort === undefined
      ? undefined
      : await startPrivateServer({
          host: from.metricsHost,
          port: from.metricsPort,
          readiness: () => readinessOf(app.readiness),
          logger,
        });
  stopInOrder({
    logger,
    withinMs: 10_000,
    steps: [
      // Whoever sends us requests sends them elsewhere.
      { what: "readiness", stop: () => app.readiness.drain() },
      // Streams end, requests under way are answered; then what these needed goes.
      { what: "API", stop: () => app.close() },
      { what: "Temporal client", stop: () => connection.close() },
      { what: "database", stop: () => orm.close() },
      { what: "traces", stop: () => tracing?.stop() },
      { what: "private port", stop: () => privateServer?.close() },
    ],
  });
  await app.listen({ host: from.apiHost, port: from.apiPort });
  logger.info({ host: from.apiHost, port: from.apiPort }, "the API is listening");
  process.send?.({ ready: true });
}

async function traceIfAsked(from: Settings): Promise<Tracing | undefined> {
  const endpoint = from.otelExporterOtlpEndpoint;
  if (endpoint === undefined) return undefined;
  const { startTracing } = await import("../observe/start-tracing.ts");
  return startTracing({ endpoint, serviceName: "drumbeat-api", logger });
}

async function readinessOf(readiness: ApiReadiness): Promise<Readiness> {
  try {
    return { ready: true, ...(await readiness.check()) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { ready: false, code: error.code };
  }
}

function isLoopback(host: string): boolean {
  if (host === "localhost" || host === "::1") return true;
  return isIP(host) === 4 && host.startsWith("127.");
}

function readOrExit(): Settings {
  try {
    return readSettings();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}

import { pino } from "pino";
import { buildApp } from "#api/app.ts";
import { openOrm } from "#db/orm.ts";
import { loadKeyRing } from "#db/vault/key-ring.ts";
import { discoverConnects, discoverManifests } from "#platforms/registry.ts";
import { discoverProviderManifests } from "#providers/registry.ts";
import { createFileStore } from "#storage/files.ts";

/**
 * The API as it is, but for the engine, which takes what it is told and does nothing: what is measured is the API and
 * its database, not Temporal.
 */
export async function openBenchApi(options: {
  databaseUrl: string;
  folder: string;
  poolSize: number;
}) {
  const { databaseUrl, folder, poolSize } = options;
  const orm = await openOrm({ url: databaseUrl, poolSize, queryTimeoutMs: 10_000 });
  const nothing = async () => undefined;
  const app = await buildApp({
    orm,
    databaseUrl,
    keyRing: await loadKeyRing(`${folder}/key-ring.json`),
    storage: createFileStore({ dir: `${folder}/storage` }),
    engine: {
      start: nothing,
      nudge: nothing,
      cancel: nothing,
      setAgentSchedule: nothing,
      isUnavailable: () => false,
      report: () => undefined,
    },
    engineState: async () => "ready",
    manifests: await discoverManifests(),
    connects: await discoverConnects(),
    providers: await discoverProviderManifests(),
    platformApp: () => ({}),
    providerCredentials: () => ({}),
    defaultProvider: "sandbox",
    fetch,
    now: () => new Date(),
    pause: async () => undefined,
    ffmpegPath: "ffmpeg",
    ffprobePath: "ffprobe",
    logger: pino({ level: "silent" }),
    publicUrl: "http://127.0.0.1",
    startCommand: "npm start --",
    registration: "open",
    temporalUiUrl: undefined,
    temporalNamespace: "default",
    trustProxy: false,
    rateLimits: { address: 1_000_000_000, session: 1_000_000_000, key: 1_000_000_000 },
  });
  await app.ready();
  return { app, orm };
}

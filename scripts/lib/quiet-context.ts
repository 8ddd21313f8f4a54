import type { MikroORM } from "@mikro-orm/postgresql";
import path from "node:path";
import { pino } from "pino";
import type { ApiContext } from "#api/context.ts";
import type { Engine } from "#db/outbox/engine.ts";
import { loadKeyRing } from "#db/vault/key-ring.ts";
import { parseCreditPacks, usualCreditPacks } from "#domain/credit-packs.ts";
import { discoverConnects, discoverManifests } from "#platforms/registry.ts";
import { discoverProviderManifests } from "#providers/registry.ts";
import { createFileStore } from "#storage/files.ts";
import { createAddressCheck } from "../../egress.ts";

const nothing = async () => undefined;

/** An engine that takes what it is told and does nothing. */
const idleEngine: Engine = {
  start: nothing,
  wake: nothing,
  nudge: nothing,
  cancel: nothing,
  listRunning: async () => new Set(),
  stateOf: async () => "unknown",
  setAgentSchedule: nothing,
  isUnavailable: () => false,
  report: () => undefined,
};

/**
 * What the API works with where there is no Temporal, no setting and nobody to wait for: everything that is discovered is
 * as it is, nothing is logged, and no limit is met. The folder holds `key-ring.json`; files are stored below it.
 */
export async function quietContext(options: {
  orm: MikroORM;
  databaseUrl: string;
  folder: string;
}): Promise<ApiContext> {
  const { orm, databaseUrl, folder } = options;
  const unlimited = 1_000_000_000;
  return {
    orm,
    databaseUrl,
    keyRing: await loadKeyRing(path.join(folder, "key-ring.json")),
    storage: createFileStore({ dir: path.join(folder, "storage") }),
    engine: idleEngine,
    engineState: async () => "ready",
    manifests: await discoverManifests(),
    connects: await discoverConnects(),
    providers: await discoverProviderManifests(),
    platformApp: () => ({}),
    providerCredentials: () => ({}),
    defaultProvider: "sandbox",
    creditPacks: parseCreditPacks(usualCreditPacks) ?? [],
    fetch,
    checkAddress: createAddressCheck({ allow: [] }),
    now: () => new Date(),
    pause: nothing,
    ffmpegPath: "ffmpeg",
    ffprobePath: "ffprobe",
    logger: pino({ level: "silent" }),
    publicUrl: "http://127.0.0.1:8080",
    startCommand: "npm start --",
    registration: "open",
    temporalUiUrl: undefined,
    temporalNamespace: "default",
    trustProxy: false,
    rateLimits: { address: unlimited, session: unlimited, key: unlimited },
  };
}

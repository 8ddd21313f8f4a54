import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pino } from "pino";
import { buildApp } from "#api/app.ts";
import { openOrm } from "#db/orm.ts";
import { initKeyRing, loadKeyRing } from "#db/vault/key-ring.ts";
import { discoverConnects, discoverManifests } from "#platforms/registry.ts";
import { discoverProviderManifests } from "#providers/registry.ts";
import { createFileStore } from "#storage/files.ts";

// Never connected to: a description is drawn from the routes alone.
const nowhere = "postgresql://nobody@127.0.0.1:1/none";

/** The API's description as it is served, without a database, Temporal or a port. */
export async function describeApi(): Promise<unknown> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "drumbeat-describe-"));
  const orm = await openOrm({ url: nowhere });
  try {
    const keyRingFile = path.join(folder, "key-ring.json");
    await initKeyRing(keyRingFile);
    const told = () => Promise.reject(new Error("there is no engine here"));
    const app = await buildApp({
      orm,
      databaseUrl: nowhere,
      keyRing: await loadKeyRing(keyRingFile),
      storage: createFileStore({ dir: path.join(folder, "storage") }),
      engine: {
        start: told,
        nudge: told,
        cancel: told,
        setAgentSchedule: told,
        isUnavailable: () => true,
        report: () => undefined,
      },
      engineState: async () => "delayed",
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
      publicUrl: "http://127.0.0.1:8080",
      startCommand: "npm start --",
      registration: "open",
      temporalUiUrl: undefined,
      temporalNamespace: "default",
      trustProxy: false,
      rateLimits: { address: 1, session: 1, key: 1 },
    });
    await app.ready();
    const description: unknown = JSON.parse(JSON.stringify(app.swagger()));
    await app.close();
    return description;
  } finally {
    await orm.close();
    await rm(folder, { recursive: true });
  }
}

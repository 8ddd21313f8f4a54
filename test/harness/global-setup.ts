import path from "node:path";
import { createProgress } from "../../scripts/lib/progress.mjs";
import { startServices } from "./start-services.ts";

/** Vitest's global setup: starts the services unless `npm test`, or another project of this run, already has. */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env["TEST_DATABASE_SUPERUSER_URL"]) return undefined;
  const root = path.resolve(import.meta.dirname, "../..");
  const { env, stop } = await startServices({
    cacheDir: path.resolve(root, process.env["DRUMBEAT_CACHE_DIR"] || ".cache"),
    progress: createProgress(),
  });
  // Test processes are started after this and inherit it.
  Object.assign(process.env, env);
  return async () => {
    for (const name of Object.keys(env)) delete process.env[name];
    await stop();
  };
}

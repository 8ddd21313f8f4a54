import path from "node:path";
import { findConsole } from "#local/console-build.ts";
import { buildOnce } from "./build-once.ts";

const root = path.resolve(import.meta.dirname, "../..");

/** The console as it is served, of its sources as they are now. Returns its folder. */
export function ensureConsole(): Promise<string> {
  const cacheDir = path.resolve(root, process.env["DRUMBEAT_CACHE_DIR"] || ".cache");
  return buildOnce({
    script: "scripts/build-console.ts",
    root,
    find: async () => {
      const { dir, built } = await findConsole({ root, cacheDir });
      return { file: dir, built };
    },
  });
}

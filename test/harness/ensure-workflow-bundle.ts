import path from "node:path";
import { findWorkflowBundle } from "#local/workflow-bundle.ts";
import { buildOnce } from "./build-once.ts";

const root = path.resolve(import.meta.dirname, "../..");

/**
 * The bundle that production's workers run, of the workflows as they are now; with `tracing` that of workers that send
 * traces. Returns its path.
 */
export function ensureWorkflowBundle({
  tracing = false,
}: { tracing?: boolean } = {}): Promise<string> {
  const cacheDir = path.resolve(root, process.env["DRUMBEAT_CACHE_DIR"] || ".cache");
  return buildOnce({
    script: "scripts/bundle-workflows.ts",
    args: tracing ? ["--tracing"] : [],
    root,
    find: () => findWorkflowBundle({ root, cacheDir, tracing }),
  });
}

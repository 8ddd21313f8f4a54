import { open, rm, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { findWorkflowBundle } from "#local/workflow-bundle.ts";
import { run } from "../../scripts/lib/run.mjs";

const root = path.resolve(import.meta.dirname, "../..");
/** A lock that is older was left by a run that was killed. */
const STALE_MS = 120_000;

/**
 * The bundle that production's workers run, of the workflows as they are now: built once by the script that also
 * builds it for `npm start`, then shared by every test file of this run and, unchanged, of later ones.
 *
 * @returns its path
 */
export async function ensureWorkflowBundle(): Promise<string> {
  const cacheDir = path.resolve(root, process.env["DRUMBEAT_CACHE_DIR"] || ".cache");
  for (;;) {
    const { file, built } = await findWorkflowBundle({ root, cacheDir });
    if (built) return file;
    // Test files run side by side: one builds, the others wait.
    const lock = `${file}.lock`;
    const handle = await open(lock, "wx").catch((error: unknown) => {
      if (error instanceof Error && "code" in error && error.code === "EEXIST") return undefined;
      throw error;
    });
    if (handle) {
      await handle.close();
      try {
        const said = await run({
          command: process.execPath,
          args: ["scripts/bundle-workflows.ts", "--out", file],
          cwd: root,
        });
        if (said.code !== 0) {
          throw new Error(`The workflows can't be bundled:\n${said.stdout}${said.stderr}`);
        }
      } finally {
        await rm(lock, { force: true });
      }
    } else {
      await pause(100);
      const age = await stat(lock).then(
        ({ mtimeMs }) => Date.now() - mtimeMs,
        () => 0,
      );
      if (age > STALE_MS) await rm(lock, { force: true });
    }
  }
}

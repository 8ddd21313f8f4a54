import { open, rm, stat } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { run } from "../../scripts/lib/run.mjs";

/** A lock that is older was left by a run that was killed. */
const STALE_MS = 120_000;

/**
 * What a script of ours builds from the sources as they are now: built once, then shared by every test file of this
 * run and, unchanged, of later ones.
 *
 * @returns its path
 */
export async function buildOnce(options: {
  /** The script that also builds it for `npm start`; it takes `--out PATH`. */
  script: string;
  /** Beside `--out FILE`. */
  args?: string[];
  root: string;
  find: () => Promise<{ file: string; built: boolean }>;
}): Promise<string> {
  const { script, root, find } = options;
  for (;;) {
    const { file, built } = await find();
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
          args: [script, "--out", file, ...(options.args ?? [])],
          cwd: root,
        });
        if (said.code !== 0) throw new Error(`${script} failed:\n${said.stdout}${said.stderr}`);
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

import { mkdir, mkdtemp, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { run } from "../../scripts/lib/run.mjs";

const version = "4.32.5";

/**
 * schemathesis, in an environment of its own below the project's cache: the path of its command. Where Python or PyPI is
 * missing the reason is given instead, and its test is skipped with it.
 */
export async function ensureSchemathesis(): Promise<{ command: string } | { missing: string }> {
  const root = path.resolve(import.meta.dirname, "../..");
  const cache = path.resolve(root, process.env["DRUMBEAT_CACHE_DIR"] || ".cache", "schemathesis");
  const home = path.join(cache, version);
  const command = path.join(home, "bin", "schemathesis");
  if (await isThere(path.join(home, "complete"))) return { command };
  await mkdir(cache, { recursive: true });
  // Made at its final place: an environment of Python can't be moved. What another run makes meanwhile is left alone.
  const lock = await mkdtemp(path.join(cache, "making-"));
  try {
    await rename(lock, path.join(cache, `${version}.lock`));
  } catch {
    await rm(lock, { recursive: true });
    return { missing: `another run is installing schemathesis into ${cache}` };
  }
  try {
    await rm(home, { recursive: true, force: true });
    for (const [program, ...args] of [
      ["python3", "-m", "venv", home],
      [path.join(home, "bin", "pip"), ...pipArgs],
    ]) {
      const done = await run({ command: program ?? "", args, timeoutMs: 5 * 60_000 });
      if (done.code !== 0)
        return {
          missing: `schemathesis ${version}: ${lastLine(done.stderr) ?? `${program} failed`}`,
        };
    }
    await writeFile(path.join(home, "complete"), "");
    return { command };
  } catch (error) {
    return { missing: `schemathesis ${version}: ${error instanceof Error ? error.message : "?"}` };
  } finally {
    await rm(path.join(cache, `${version}.lock`), { recursive: true, force: true });
  }
}

const pipArgs = ["install", "--quiet", "--disable-pip-version-check", `schemathesis==${version}`];

function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

function lastLine(text: string): string | undefined {
  return text.trim().split("\n").at(-1) || undefined;
}

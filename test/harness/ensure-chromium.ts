import { access, constants, readFile } from "node:fs/promises";
import { aptInstall, isDebian } from "#local/apt-install.ts";
import { findOnPath } from "#local/ensure-temporal.ts";

/**
 * A Chromium to drive the console with: `CHROME_PATH`, else PATH, else Debian's package when we are root. Without any:
 * why, for the tests to be skipped with.
 */
export async function ensureChromium(
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ path: string } | { missing: string }> {
  const named = env["CHROME_PATH"];
  if (named) {
    const usable = await access(named, constants.X_OK).then(
      () => true,
      () => false,
    );
    return usable ? { path: named } : { missing: `CHROME_PATH is ${named}, no executable` };
  }
  const found = await onPath(env);
  if (found) return { path: found };
  const osRelease = await readFile("/etc/os-release", "utf8").catch(() => "");
  if (process.getuid?.() !== 0 || !isDebian(osRelease))
    return { missing: "no Chromium on PATH: install one, or set CHROME_PATH to its executable" };
  const problem = await aptInstall({ name: "chromium", env });
  const installed = await onPath(env);
  return installed
    ? { path: installed }
    : { missing: `no Chromium: apt-get install chromium: ${problem ?? "it brought none"}` };
}

async function onPath(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    const file = await findOnPath(name, env);
    if (file !== undefined) return file;
  }
  return undefined;
}

import { access, constants, mkdir, rename } from "node:fs/promises";
import path from "node:path";
import { findOnPath } from "#local/ensure-temporal.ts";
import { run } from "../../../scripts/lib/run.mjs";

const version = "2.5.0";

/**
 * Toxiproxy's server, built by Go into the cache where it is not there yet.
 *
 * @returns its path, or why there is none
 */
export async function ensureToxiproxy(options: {
  cacheDir: string;
}): Promise<{ executable: string } | { missing: string }> {
  const home = path.join(options.cacheDir, "toxiproxy", version);
  const executable = path.join(home, "toxiproxy-server");
  if (await isExecutable(executable)) return { executable };
  const go = (await findOnPath("go", process.env)) ?? (await orUndefined("/usr/local/go/bin/go"));
  if (go === undefined) return { missing: "Go is not installed here" };
  await mkdir(home, { recursive: true });
  const built = await run({
    command: go,
    args: ["install", `github.com/Shopify/toxiproxy/v2/cmd/server@v${version}`],
    env: {
      ...process.env,
      GOBIN: home,
      GOPATH: path.join(home, "go"),
      // Else the cache could not be removed like any other folder.
      GOFLAGS: "-modcacherw",
    },
    timeoutMs: 5 * 60_000,
  });
  if (built.code !== 0)
    return { missing: `go install failed: ${built.stderr.trim().split("\n").at(-1)}` };
  await rename(path.join(home, "server"), executable);
  return { executable };
}

async function orUndefined(file: string): Promise<string | undefined> {
  return (await isExecutable(file)) ? file : undefined;
}

function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

import { access, constants, mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { findOnPath } from "#local/ensure-temporal.ts";
import { run } from "../../scripts/lib/run.mjs";

/**
 * A program that Go builds from its module proxy, in the cache where it is not there yet.
 *
 * @returns its path, or why there is none
 */
export async function ensureGoProgram(options: {
  cacheDir: string;
  /** Of the program, in the cache. */
  name: string;
  /** As `go install` takes it, without the version: `github.com/org/module/cmd/program`. */
  module: string;
  /** Without the v. */
  version: string;
}): Promise<{ executable: string } | { missing: string }> {
  const { name, module, version } = options;
  const home = path.join(options.cacheDir, name, version);
  const executable = path.join(home, name);
  if (await isExecutable(executable)) return { executable };
  const usual = "/usr/local/go/bin/go";
  const go =
    (await findOnPath("go", process.env)) ?? ((await isExecutable(usual)) ? usual : undefined);
  if (go === undefined) return { missing: "Go is not installed here" };
  const work = path.join(home, `build-${process.pid}`);
  await mkdir(work, { recursive: true });
  try {
    const built = await run({
      command: go,
      args: ["install", `${module}@v${version}`],
      env: {
        ...process.env,
        GOBIN: work,
        GOPATH: path.join(work, "go"),
        // Else the sources could not be removed like any other folder.
        GOFLAGS: "-modcacherw",
      },
      timeoutMs: 10 * 60_000,
    });
    if (built.code !== 0)
      return { missing: `go install failed: ${built.stderr.trim().split("\n").at(-1)}` };
    // Whoever builds it at the same time has made the same.
    await rename(path.join(work, path.basename(module)), executable);
    return { executable };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

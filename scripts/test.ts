// `npm test [-- --fast] [-- --only SUITE] [-- PATH …]`: sets up what tests need, runs every suite, ends with one line.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { explainError } from "#local/explain-error.ts";
import { startServices } from "#test/harness/start-services.ts";
import { Counts } from "./lib/count-reporter.ts";
import { ensurePackages } from "./lib/node-runtime.mjs";
import { createProgress, elapsed } from "./lib/progress.mjs";
import { SetupError } from "./lib/setup-error.mjs";
import { exitCodeOf, summaryLine, type SuiteResult } from "./lib/test-summary.ts";

const root = path.dirname(import.meta.dirname);
const cacheDir = path.resolve(root, process.env["DRUMBEAT_CACHE_DIR"] || ".cache");
const progress = createProgress({ stream: process.stdout });
const bin = (name: string) => path.join(root, "node_modules", ".bin", name);

/** Each is one check: it passes or fails as a whole. */
const CHECKS: Record<string, string[]> = {
  format: [bin("oxfmt"), "--check", "."],
  lint: [bin("oxlint"), "--type-aware", "--deny-warnings"],
  types: [bin("tsc"), "--noEmit", "-p", "."],
  "console types": [bin("tsc"), "--noEmit", "-p", "web"],
  "api client": [process.execPath, "scripts/write-api-client.ts", "--check"],
};
/** Projects of vitest.config.ts; the first needs no services. */
const SUITES = ["unit", "integration", "contracts", "workflows", "api", "golden", "e2e", "chaos"];

const children = new Set<ReturnType<typeof spawn>>();
let interrupted = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    interrupted = true;
    for (const child of children) child.kill(signal === "SIGHUP" ? "SIGTERM" : signal);
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`\n${explainError(error)}\n`);
  process.stdout.write("0 passed, 1 failed\n");
  process.exitCode = 1;
}

async function main(): Promise<number> {
  const { values, positionals: paths } = parseArgs({
    allowPositionals: true,
    options: { fast: { type: "boolean" }, only: { type: "string", multiple: true } },
  });
  const all = [
    ...(paths.length > 0 ? [] : Object.keys(CHECKS)),
    ...(values.fast ? ["unit"] : SUITES),
  ];
  const unknown = (values.only ?? []).filter((name) => !(name in CHECKS) && !SUITES.includes(name));
  if (unknown.length > 0)
    throw new Error(
      `No suite is called ${unknown.join(", ")}: ${[...Object.keys(CHECKS), ...SUITES].join(", ")}.`,
    );
  const names = values.only ? all.filter((name) => values.only?.includes(name)) : all;

  const results: SuiteResult[] = [];
  let services: Awaited<ReturnType<typeof startServices>> | undefined;
  try {
    for (const name of names) {
      if (interrupted) break;
      const check = CHECKS[name];
      if (check) {
        results.push(await runCheck(name, check));
        continue;
      }
      if (name !== "unit" && !services) {
        await preparePeers();
        services = await startServices({ cacheDir, progress });
      }
      results.push(await runVitest({ name, paths, env: services?.env ?? {} }));
    }
  } finally {
    await services?.stop();
  }
  return report(results);
}

async function runCheck(name: string, [command = "", ...args]: string[]): Promise<SuiteResult> {
  heading(name);
  const startedAt = performance.now();
  const code = await runLive({ command, args, env: process.env });
  return {
    name,
    milliseconds: performance.now() - startedAt,
    passed: code === 0 ? 1 : 0,
    failed: code === 0 ? 0 : 1,
    skipped: [],
  };
}

async function runVitest(options: {
  name: string;
  paths: string[];
  env: Record<string, string>;
}): Promise<SuiteResult> {
  const { name, paths, env } = options;
  heading(name);
  const startedAt = performance.now();
  const dir = await mkdtemp(path.join(os.tmpdir(), "drumbeat-counts-"));
  try {
    const countsFile = path.join(dir, "counts.json");
    const code = await runLive({
      command: process.execPath,
      args: [
        path.join(root, "node_modules", "vitest", "vitest.mjs"),
        "run",
        "--project",
        name,
        "--reporter=default",
        `--reporter=${path.join(root, "scripts", "lib", "count-reporter.ts")}`,
        // A suite without tests yet, or without any below the given paths, is none.
        "--passWithNoTests",
        ...paths,
      ],
      env: { ...process.env, ...env, DRUMBEAT_TEST_COUNTS: countsFile },
    });
    const counts = await readCounts(countsFile);
    return {
      name,
      milliseconds: performance.now() - startedAt,
      ...counts,
      // It ended badly though no test failed: it crashed, or was stopped.
      failed: code !== 0 && counts.failed === 0 ? 1 : counts.failed,
    };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function readCounts(file: string): Promise<Counts> {
  const found = await stat(file).then(
    () => true,
    () => false,
  );
  if (!found) return { passed: 0, failed: 0, skipped: [] };
  return Counts.parse(JSON.parse(await readFile(file, "utf8")));
}

/** Runs a command with our terminal, so that its own progress is seen. @returns its exit code */
function runLive(options: {
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
}): Promise<number> {
  const { command, args, env } = options;
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] });
    children.add(child);
    child.once("error", (error) => {
      process.stderr.write(`${command} could not be started: ${error.message}\n`);
      resolve(1);
    });
    child.once("close", (code) => {
      children.delete(child);
      resolve(code ?? 1);
    });
  });
}

/** Packages of other projects that the tests run for real, with native modules of their own; the product needs none. */
async function preparePeers(): Promise<void> {
  const dir = path.join(root, "test", "peers", "bluesky");
  const locked = await stat(path.join(dir, "package-lock.json")).then(
    () => true,
    () => false,
  );
  if (!locked) return;
  const packages = ensurePackages({
    dir,
    label: "the Bluesky server for tests",
    node: process.execPath,
    nodeDir: process.env["DRUMBEAT_NODE_DIR"] || path.dirname(path.dirname(process.execPath)),
    progress,
  });
  try {
    await packages;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    // Without a compiler this machine cannot run that server: its tests are skipped with this as their reason.
    progress.line(error.message);
    process.env["TEST_PEER_BLUESKY_MISSING"] = error.message.split("\n")[0];
  }
}

function report(results: SuiteResult[]): number {
  heading("summary");
  for (const { name, milliseconds, passed, failed, skipped } of results) {
    const tests =
      passed + failed + skipped.length === 0
        ? "no tests"
        : summaryLine([{ name, milliseconds, passed, failed, skipped }]);
    process.stdout.write(`${name.padEnd(12)} ${elapsed(milliseconds).padStart(12)}   ${tests}\n`);
  }
  const skipped = results.flatMap((result) => result.skipped);
  for (const { name, reason } of skipped) process.stdout.write(`skipped: ${name}: ${reason}\n`);
  if (interrupted) process.stdout.write("Interrupted: not every suite was run.\n");
  process.stdout.write(`${summaryLine(results)}\n`);
  return interrupted ? 130 : exitCodeOf(results);
}

function heading(name: string): void {
  process.stdout.write(`\n── ${name} ${"─".repeat(Math.max(0, 60 - name.length))}\n`);
}

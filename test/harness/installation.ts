import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");

const Ready = z.object({
  consoleUrl: z.string(),
  apiUrl: z.string(),
  docsUrl: z.string(),
  openapiUrl: z.string(),
  temporalUiUrl: z.string(),
  temporalAddress: z.string(),
  temporalNamespace: z.string(),
  databaseUrl: z.string(),
  databaseAdminUrl: z.string(),
  sandboxNetworkUrl: z.string(),
  metricsUrls: z.object({ api: z.string(), worker: z.string(), mediaWorker: z.string() }),
  pid: z.number(),
});
export type Ready = z.infer<typeof Ready>;

export interface Installation {
  ready: Ready;
  dataDir: string;
  /** Everything that `npm start` printed so far. */
  output(): string;
  /** Process ids of the children whose command line holds the text. */
  childrenWith(text: string): Promise<number[]>;
  /** Ctrl-C; resolves with the exit code and how long it took. */
  stop(): Promise<{ code: number | null; milliseconds: number }>;
  /** Starts again on the same data directory. */
  restart(): Promise<void>;
  /** Stops and removes everything. */
  remove(): Promise<void>;
}

/**
 * The product as a newcomer gets it: a clean clone of this repository's last commit in a folder that only its owner may
 * enter, started by `npm start`. What the network would bring (Node, packages, Temporal) comes from this run's caches.
 */
export async function startInstallation(options: { args?: string[] } = {}): Promise<Installation> {
  const home = await mkdtemp(join(tmpdir(), "drumbeat-e2e-"));
  const checkout = join(home, "drumbeat");
  const dataDir = join(home, "data");
  await run("git", ["clone", "--quiet", "--depth", "1", `file://${root}`, checkout]);
  let printed = "";
  let child: ChildProcess;
  let ready: Ready;

  async function start(): Promise<void> {
    child = spawn("npm", ["start", "--", "--data-dir", dataDir, ...(options.args ?? [])], {
      cwd: checkout,
      env: cleanEnvironment(),
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const keep = (bytes: Buffer) => {
      printed += bytes.toString();
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    ready = await waitForReady({ dataDir, child, output: () => printed });
  }

  await start();
  const installation: Installation = {
    get ready() {
      return ready;
    },
    dataDir,
    output: () => printed,
    childrenWith: (text) => descendants(ready.pid, text),
    stop: () => stopGroup(child, ready.pid),
    restart: start,
    async remove() {
      if (child.exitCode === null && child.signalCode === null) await stopGroup(child, ready.pid);
      await rm(home, { recursive: true, force: true });
    },
  };
  return installation;
}

/** As in a fresh shell: nothing of the test run's services may leak into the product. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(TEST_|VITEST|DATABASE_|TEMPORAL_|NODE_OPTIONS|NODE_ENV$|npm_)/.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    DRUMBEAT_CACHE_DIR: resolve(root, process.env["DRUMBEAT_CACHE_DIR"] ?? ".cache"),
    ...Object.fromEntries(
      Object.entries(process.env).filter(([name]) => /^npm_config_(registry|cache)$/i.test(name)),
    ),
  };
}

async function waitForReady(input: {
  dataDir: string;
  child: ChildProcess;
  output: () => string;
}): Promise<Ready> {
  const until = Date.now() + 280_000;
  while (Date.now() < until) {
    if (input.child.exitCode !== null) break;
    const text = await readFile(join(input.dataDir, "ready.json"), "utf8").catch(() => undefined);
    if (text) return Ready.parse(JSON.parse(text));
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`npm start did not get ready:\n${input.output()}`);
}

async function stopGroup(
  child: ChildProcess,
  pid: number,
): Promise<{ code: number | null; milliseconds: number }> {
  const startedAt = performance.now();
  const ended = new Promise<number | null>((done) => child.once("exit", (code) => done(code)));
  process.kill(pid, "SIGINT");
  const code = await ended;
  return { code, milliseconds: performance.now() - startedAt };
}

async function descendants(pid: number, text: string): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = await readFile(`/proc/${name}/stat`, "utf8");
      const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      const command = (await readFile(`/proc/${name}/cmdline`, "utf8")).replaceAll("\0", " ");
      const environment = await readFile(`/proc/${name}/environ`, "utf8").catch(() => "");
      if (parent === pid && `${command} ${environment.replaceAll("\0", " ")}`.includes(text)) {
        found.push(Number(name));
      }
    } catch {
      // The process ended while we looked.
    }
  }
  return found;
}

/** Asks again and again until the answer satisfies; fails with the last answer. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T>,
  satisfied: (answer: T) => boolean,
  timeoutMs = 90_000,
): Promise<T> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (satisfied(answer)) return answer;
    if (Date.now() > until)
      throw new Error(`${what} did not happen; last: ${JSON.stringify(answer)?.slice(0, 2_000)}`);
    await new Promise((done) => setTimeout(done, 150));
  }
}

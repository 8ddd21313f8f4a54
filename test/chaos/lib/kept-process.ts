import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { News, Order } from "./failpoints.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const restartAfterMs = 300;

/** One of the product's processes, started again whenever it ends. */
export interface KeptProcess {
  name: string;
  /** Resolves once it works; at once when it does. */
  ready(): Promise<void>;
  /** SIGKILL. */
  kill(): void;
  /** Has it end at the next of these failpoints that it comes to. */
  arm(failpoints: string[]): void;
  /** Settles the next time that it ends, with the failpoint where it did, if it was one. */
  ended(): Promise<string | undefined>;
  /** Failpoints that some process of this name has passed. */
  passed: ReadonlySet<string>;
  /** Ends that nobody here brought about. */
  unasked: string[];
  stop(): Promise<void>;
}

/** Starts a program of this repository and keeps it running. Its log is appended to a file. */
export function keepProcess(options: {
  name: string;
  /** From the repository's root. */
  script: string;
  env: NodeJS.ProcessEnv;
  logFile: string;
}): KeptProcess {
  const passed = new Set<string>();
  const unasked: string[] = [];
  let child: ChildProcess | undefined;
  let stopping = false;
  let asked = false;
  let works = latch();
  let over = latch<string | undefined>();
  const lastWords = `${options.logFile}.last-words`;

  const start = () => {
    const log = openSync(options.logFile, "a", 0o600);
    const started = spawn(process.execPath, [options.script], {
      cwd: root,
      env: { ...options.env, CHAOS_LAST_WORDS: lastWords },
      stdio: ["ignore", log, log, "ipc"],
    });
    closeSync(log);
    child = started;
    started.on("message", (news: News) => {
      if ("passed" in news) passed.add(news.passed);
      else works.open();
    });
    // A message to one that has just died.
    started.on("error", () => undefined);
    return new Promise<string>((resolve) => {
      started.once("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
  };
  const keep = async () => {
    while (!stopping) {
      const how = await start();
      const failpoint = await takeFile(lastWords);
      if (!asked && !failpoint && !stopping) unasked.push(how);
      asked = false;
      works = latch();
      const ended = over;
      over = latch();
      ended.open(failpoint);
      if (!stopping) await sleep(restartAfterMs);
    }
  };
  const keeping = keep();

  return {
    name: options.name,
    passed,
    unasked,
    ready: () => works.opened,
    ended: () => over.opened,
    kill() {
      asked = true;
      child?.kill("SIGKILL");
    },
    arm(failpoints) {
      const order: Order = { arm: failpoints };
      if (child?.connected) child.send(order, () => undefined);
    },
    async stop() {
      stopping = true;
      child?.kill("SIGKILL");
      await keeping;
    },
  };
}

/** What a file holds, which is gone then. */
async function takeFile(file: string): Promise<string | undefined> {
  try {
    const text = await readFile(file, "utf8");
    await rm(file);
    return text;
  } catch {
    // It was not written.
    return undefined;
  }
}

function latch<T = void>(): { opened: Promise<T>; open(value: T): void } {
  let open: (value: T) => void = () => undefined;
  const opened = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

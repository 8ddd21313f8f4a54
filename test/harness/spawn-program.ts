import { spawn } from "node:child_process";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");

/** One of the product's programs as a process of its own. */
export interface Program {
  /** Its log so far, a parsed line each. */
  log: Record<string, unknown>[];
  /** How often it has said this. */
  said(message: string | RegExp): number;
  signal(name: NodeJS.Signals): void;
  /** Settles when it has ended. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Kills it if it still runs. */
  end(): Promise<void>;
}

/** Starts a program (`worker.ts`) with these variables and the system's, and nothing else of this run's. */
export function spawnProgram(script: string, env: Record<string, string>): Program {
  const child = spawn(process.execPath, [script], {
    cwd: root,
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], NODE_ENV: "production", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log: Record<string, unknown>[] = [];
  let rest = "";
  const keep = (bytes: Buffer) => {
    const lines = (rest + bytes.toString()).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines.filter((one) => one.trim() !== "")) log.push(parse(line));
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  return {
    log,
    ended,
    said: (message) =>
      log.filter(({ msg }) =>
        typeof message === "string" ? msg === message : message.test(String(msg)),
      ).length,
    signal: (name) => void child.kill(name),
    async end() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

function parse(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    // Not from the logger: Node itself, for example.
    return { msg: line };
  }
}

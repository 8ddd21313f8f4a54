import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { recordProcess } from "./process-identity.ts";
import { killGroup, sendSignal } from "./stop-process.ts";
import { writePrivateFile } from "./write-private-file.ts";

/** A process of ours that keeps running. */
export interface RunningService {
  pid: number;
  /** Settles once it has ended, with how: `exit code 1`, `signal SIGKILL`. Never rejects. */
  exited: Promise<string>;
  /** Asks it to end, waits `graceMs`, then kills it with everything in its process group. */
  stop(options: { graceMs: number }): Promise<void>;
  /** Kills it at once, with everything in its process group. */
  kill(): void;
}

export interface SpawnServiceOptions {
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  cwd?: string;
  uid?: number;
  gid?: number;
  /** Its output is appended here (mode 0600). */
  logFile: string;
  /** Where its number is kept, for the next start to find it if we are killed. */
  pidFile?: string;
  /** Opens a channel that closes when we die, so that it can notice. */
  channel?: boolean;
  stopSignal?: NodeJS.Signals;
}

/**
 * Starts a long-running process in a process group of its own: Ctrl-C in the terminal reaches us alone, and we stop
 * things in their order. Its log is a plain file, so it outlives us without a broken pipe.
 */
export async function spawnService(options: SpawnServiceOptions): Promise<RunningService> {
  const { command, args, env, cwd, uid, gid, pidFile, stopSignal = "SIGTERM" } = options;
  const log = openSync(options.logFile, "a", 0o600);
  const child = spawn(command, args, {
    env,
    detached: true,
    stdio: ["ignore", log, log, ...(options.channel === true ? (["ipc"] as const) : [])],
    ...(cwd === undefined ? {} : { cwd }),
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  });
  closeSync(log);
  const exited = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) =>
      resolve(signal ? `signal ${signal}` : `exit code ${code}`),
    );
    child.once("error", (error) => resolve(error.message));
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} could not be started: ${await exited}`);

  let ended = false;
  void exited.then(() => {
    ended = true;
  });
  const record = recordProcess(pid);
  if (pidFile !== undefined && record) await writePrivateFile(pidFile, JSON.stringify(record));

  const kill = () => {
    killGroup(pid);
    if (!ended) sendSignal(pid, "SIGKILL");
  };
  return {
    pid,
    exited,
    kill,
    async stop({ graceMs }) {
      if (!ended) {
        sendSignal(pid, stopSignal);
        const timer = setTimeout(kill, graceMs);
        await exited;
        clearTimeout(timer);
      }
      // What it started itself (an encoder, a probe) must not stay behind.
      killGroup(pid);
      if (pidFile !== undefined) await rm(pidFile, { force: true });
    },
  };
}

const MAX_LOG_BYTES = 20 * 1024 * 1024;

/** Puts a log that has grown large aside as `.1`, so that two generations of it are kept at most. */
export async function rotateLog(file: string): Promise<void> {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size > MAX_LOG_BYTES) await rename(file, `${file}.1`);
}

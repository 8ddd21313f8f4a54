import { spawn } from "node:child_process";

/** Commands under way, so that a stop in their middle leaves none behind. */
const running = new Set();

/** Ends every command that `run` has under way. */
export function endRunning() {
  for (const child of running) child.kill("SIGTERM");
}

/**
 * Runs a command to its end. Never rejects: a command that cannot start answers `code: null` and says why in `stderr`.
 *
 * @param {{ command: string, args?: string[], cwd?: string, env?: NodeJS.ProcessEnv, uid?: number, gid?: number, input?: string, timeoutMs?: number, signal?: AbortSignal, onOutput?: (text: string) => void }} options
 * @returns {Promise<{ code: number | null, stdout: string, stderr: string, timedOut: boolean }>}
 */
export function run({
  command,
  args = [],
  cwd,
  env,
  uid,
  gid,
  input,
  timeoutMs,
  signal,
  onOutput,
}) {
  return new Promise((resolve) => {
    let stdout = "";
    let stderr = "";
    let timedOut = false;
    const settle = (code) => {
      clearTimeout(timer);
      running.delete(child);
      resolve({ code, stdout, stderr, timedOut });
    };
    const child = spawn(command, args, {
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env }),
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
      ...(signal === undefined ? {} : { signal }),
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    running.add(child);
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            child.kill("SIGKILL");
          }, timeoutMs);
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
      onOutput?.(text);
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
      onOutput?.(text);
    });
    child.on("error", (error) => {
      stderr += `${error.message}\n`;
      // A command that never started has no "close" event.
      if (child.pid === undefined) settle(null);
    });
    child.on("close", settle);
    if (input !== undefined) {
      // The command may end before it has read everything; its exit code tells the story then.
      child.stdin.on("error", () => undefined);
      child.stdin.end(input);
    }
  });
}

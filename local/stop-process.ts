import { setTimeout as sleep } from "node:timers/promises";
import { isStillRunning, type ProcessRecord } from "./process-identity.ts";

/**
 * Ends a process that an earlier start left behind: asks with `signal`, and after `graceMs` kills it with its group.
 *
 * @returns whether there was one to end
 */
export async function stopProcess(options: {
  record: ProcessRecord;
  signal?: NodeJS.Signals;
  graceMs?: number;
}): Promise<boolean> {
  const { record, signal = "SIGTERM", graceMs = 5_000 } = options;
  if (!isStillRunning(record)) return false;
  sendSignal(record.pid, signal);
  const deadline = performance.now() + graceMs;
  while (isStillRunning(record)) {
    if (performance.now() > deadline) {
      killGroup(record.pid);
      sendSignal(record.pid, "SIGKILL");
      break;
    }
    await sleep(50);
  }
  while (isStillRunning(record)) await sleep(20);
  return true;
}

/** Sends a signal; a process that has just ended is what was wanted. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** Kills what is left in the group that a process led; its number stays taken for as long as one member lives. */
export function killGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch (error) {
    // macOS answers EPERM for a group of zombies.
    if (!isGone(error) && !(error instanceof Error && "code" in error && error.code === "EPERM"))
      throw error;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ESRCH";
}

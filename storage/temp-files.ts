import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

/** Longer than any single write takes. */
const OLD_MS = 24 * 60 * 60 * 1000;
/** Clocks of the file system and of the process differ a little. */
const SLACK_MS = 5000;

const NAME = /^(?<host>[a-z0-9-]+)\.(?<pid>\d+)(?:\.(?<start>\d+))?\.[0-9a-f-]{36}$/;

function hostWord(): string {
  return (
    hostname()
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-") || "host"
  );
}

/**
 * When a process began, in the system's own measure (proc(5), `starttime`); undefined where it is gone, hidden, or the
 * system does not say. With its id it names a process: an id alone is given again to others.
 */
function startOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in brackets, which may hold anything; this is the 22nd.
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    // Whoever asks goes by the id alone then.
    return undefined;
  }
}

let ownStart: string | undefined;

/** A fresh name that says who is writing: host, process, when that began (where the system says), and a random part. */
export function tempName(): string {
  ownStart ??= startOf(process.pid);
  return [hostWord(), process.pid, ownStart, randomUUID()]
    .filter((part) => part !== undefined)
    .join(".");
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, but belongs to another user.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/**
 * Whether whoever wrote the temporary file or folder `name` can't finish it any more. Of processes of this host it looks
 * whether they live; those that share a folder must see one another, so two containers need hosts or folders of their own.
 */
export function isAbandoned(input: {
  name: string;
  modifiedMs: number;
  nowMs: number;
  startedMs: number;
}): boolean {
  const parts = NAME.exec(input.name)?.groups;
  if (parts?.["host"] === hostWord() && parts["start"] !== undefined) {
    const start = startOf(Number(parts["pid"]));
    return start === undefined ? !isAlive(Number(parts["pid"])) : start !== parts["start"];
  }
  if (input.nowMs - input.modifiedMs > OLD_MS) return true;
  // A folder may be shared by machines, and a process id means nothing on another one.
  if (parts?.["host"] !== hostWord()) return false;
  const pid = Number(parts["pid"]);
  // In a container every run has the same process id: older than ourselves means an earlier run's.
  if (pid === process.pid) return input.modifiedMs < input.startedMs - SLACK_MS;
  return !isAlive(pid);
}

/** Removes from `dir` what processes left that died while writing. Files that are still being written stay. */
export function removeAbandoned(dir: string): void {
  const nowMs = Date.now();
  const startedMs = nowMs - process.uptime() * 1000;
  for (const name of readdirSync(dir)) {
    const path = join(dir, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats && isAbandoned({ name, modifiedMs: stats.mtimeMs, nowMs, startedMs }))
      rmSync(path, { force: true });
  }
}

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

/** A process that can be told from a later one with the same number: the number is used again, its birth is not. */
export const ProcessRecord = z.object({
  pid: z.number().int().positive(),
  identity: z.string().min(1),
});
export type ProcessRecord = z.infer<typeof ProcessRecord>;

/** What tells this process from any other that had or gets its number; `undefined` when it does not run. */
export function processIdentity(pid: number): string | undefined {
  if (process.platform === "linux") {
    try {
      const fields = afterCommand(readFileSync(`/proc/${pid}/stat`, "utf8"));
      // A zombie has ended; only its parent has not looked yet.
      if (fields[0] === "Z" || fields[0] === "X") return undefined;
      const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
      return `${boot}:${fields[19]}`;
    } catch {
      return undefined;
    }
  }
  try {
    const line = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], {
      encoding: "utf8",
    });
    const [state = "", ...started] = line.trim().split(/\s+/);
    return state === "" || state.startsWith("Z") ? undefined : started.join(" ");
  } catch {
    // `ps` exits with 1 when there is no such process.
    return undefined;
  }
}

/** Whether the recorded process still runs: that one, not another with its number. */
export function isStillRunning(record: ProcessRecord): boolean {
  return processIdentity(record.pid) === record.identity;
}

/** The record of a process that runs now; `undefined` when it has already ended. */
export function recordProcess(pid: number): ProcessRecord | undefined {
  const identity = processIdentity(pid);
  return identity === undefined ? undefined : { pid, identity };
}

/** The system's short name of a process: `postgres`; undefined when unknown. */
export function processName(pid: number): string | undefined {
  try {
    if (process.platform === "linux") return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
    const said = execFileSync("ps", ["-o", "comm=", "-p", String(pid)], { encoding: "utf8" });
    return path.basename(said.trim());
  } catch {
    return undefined;
  }
}

/** A process in words for a person: `node server.js (process 4711)`. No further arguments: they may hold secrets. */
export function describeProcess(pid: number): string {
  const [program, script] = commandLine(pid);
  const words = [
    program === undefined ? (processName(pid) ?? "a process") : path.basename(program),
    ...(script === undefined || script.startsWith("-") || !/\.\w+$/.test(script)
      ? []
      : [path.basename(script)]),
  ];
  return `${words.join(" ")} (process ${pid})`;
}

function commandLine(pid: number): string[] {
  if (process.platform !== "linux") return [];
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8")
      .split("\0")
      .filter((word) => word !== "");
  } catch {
    return [];
  }
}

/** The command in parentheses may hold spaces and parentheses itself: the fields begin after the last one. */
function afterCommand(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

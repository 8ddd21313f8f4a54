import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { run } from "../scripts/lib/run.mjs";
import { describeProcess } from "./process-identity.ts";

/** Who listens on a TCP port of this machine, in words: `node (process 4711)`. Says so when it cannot be seen. */
export async function describePortHolder(port: number): Promise<string> {
  const pid = process.platform === "linux" ? linuxHolder(port) : await lsofHolder(port);
  if (pid === undefined) return "another process (of another user, or of another container)";
  return describeProcess(pid);
}

/**
 * The socket inodes that listen on `port`, from the text of /proc/net/tcp or tcp6.
 * A line is `sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …`; state 0A is LISTEN.
 */
export function listeningInodes(table: string, port: number): string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, "0");
  return table.split("\n").flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const inode = fields[9];
    const listens = fields[3] === "0A" && fields[1]?.endsWith(`:${wanted}`) === true;
    return listens && inode !== undefined ? [inode] : [];
  });
}

function linuxHolder(port: number): number | undefined {
  const inodes = new Set(
    ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) => listeningInodes(readOrEmpty(file), port)),
  );
  if (inodes.size === 0) return undefined;
  for (const entry of readdirSync("/proc")) {
    if (/^\d+$/.test(entry) && socketsOf(entry).some((inode) => inodes.has(inode)))
      return Number(entry);
  }
  return undefined;
}

/** Another user's process does not show its files, and any process may end while we look. */
function socketsOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const match = /^socket:\[(\d+)\]$/.exec(readlinkOrEmpty(`/proc/${pid}/fd/${fd}`));
      return match?.[1] === undefined ? [] : [match[1]];
    });
  } catch {
    return [];
  }
}

async function lsofHolder(port: number): Promise<number | undefined> {
  const said = await run({ command: "lsof", args: ["-nP", "-t", `-iTCP:${port}`, "-sTCP:LISTEN"] });
  const pid = Number(said.stdout.trim().split("\n")[0]);
  return pid > 0 ? pid : undefined;
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function readlinkOrEmpty(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return "";
  }
}

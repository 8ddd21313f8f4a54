import { lstat, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAbandoned } from "#storage/temp-files.ts";
import { tempFolderPrefix } from "./with-temp-folder.ts";

/**
 * Removes the temporary folders, directly below `parent` (default: the system's), of processes that were killed: each may
 * hold gigabytes. Those of living processes stay, however old, and so does all that is not ours. For a process that
 * starts: it never throws, but tells what it can't remove.
 */
export async function removeAbandonedFolders(input: {
  parent?: string;
  onError: (error: unknown) => void;
}): Promise<void> {
  const { parent = tmpdir(), onError } = input;
  try {
    for (const name of await readdir(parent))
      if (name.startsWith(tempFolderPrefix)) await removeIfAbandoned(parent, name).catch(onError);
  } catch (error) {
    onError(error);
  }
}

async function removeIfAbandoned(parent: string, name: string): Promise<void> {
  const path = join(parent, name);
  const stats = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    // Its owner, or another process that starts, was quicker.
    if (error.code !== "ENOENT") throw error;
  });
  // Anybody may put things into the system's folder.
  if (!stats?.isDirectory() || stats.uid !== (process.getuid?.() ?? stats.uid)) return;
  const nowMs = Date.now();
  const abandoned = isAbandoned({
    name: name.slice(tempFolderPrefix.length),
    modifiedMs: stats.mtimeMs,
    nowMs,
    startedMs: nowMs - process.uptime() * 1000,
  });
  if (abandoned) await rm(path, { recursive: true, force: true, maxRetries: 3 });
}

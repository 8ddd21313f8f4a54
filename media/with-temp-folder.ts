import { mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tempName } from "#storage/temp-files.ts";

/** Hidden, for some lie beside what they are for; what follows says whose they are. */
export const tempFolderPrefix = ".drumbeat-";

/**
 * Runs `work` with a fresh, empty folder below `parent` (default: the system's), gone when it ends, however it ends. What
 * a killed process leaves of those in the system's goes by `removeAbandonedFolders`.
 */
export async function withTempFolder<T>(
  work: (folder: string) => Promise<T>,
  parent = tmpdir(),
): Promise<T> {
  const folder = join(parent, `${tempFolderPrefix}${tempName()}`);
  await mkdir(folder, { mode: 0o700 });
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

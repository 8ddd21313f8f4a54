import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { withTempFolder } from "./with-temp-folder.ts";

/**
 * Lets `write` make a file at a temporary path beside `outputPath`, then syncs it and renames it there: whoever finds
 * `outputPath` finds all of it. The temporary file's folder is otherwise empty.
 */
export async function writeAtomically<T>(
  outputPath: string,
  write: (tempPath: string, folder: string) => Promise<T>,
): Promise<T> {
  return writeAllAtomically([outputPath], ([tempPath = outputPath], folder) =>
    write(tempPath, folder),
  );
}

/**
 * `writeAtomically` for several files of one folder: none is there before all are made. Where this process dies while it
 * renames them, some may be missing, but none is half there.
 */
export async function writeAllAtomically<T>(
  outputPaths: string[],
  write: (tempPaths: string[], folder: string) => Promise<T>,
): Promise<T> {
  const [parent, ...others] = new Set(outputPaths.map((path) => dirname(path)));
  if (parent === undefined || others.length > 0 || new Set(outputPaths).size < outputPaths.length)
    throw new Error("files that are written together need names of their own in one folder");
  return withTempFolder(async (folder) => {
    const tempPaths = outputPaths.map((path) => join(folder, basename(path)));
    const result = await write(tempPaths, folder);
    for (const path of tempPaths) await sync(path);
    await renameAll(tempPaths, outputPaths);
    return result;
  }, parent);
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function renameAll(from: string[], to: string[]): Promise<void> {
  const there: string[] = [];
  try {
    for (const [index, path] of to.entries()) {
      await rename(from[index] ?? path, path);
      there.push(path);
    }
  } catch (error) {
    for (const path of there) await rm(path, { force: true });
    throw error;
  }
}

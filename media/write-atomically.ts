import { open, rename } from "node:fs/promises";
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
  return withTempFolder(async (folder) => {
    const tempPath = join(folder, basename(outputPath));
    const result = await write(tempPath, folder);
    const handle = await open(tempPath, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(tempPath, outputPath);
    return result;
  }, dirname(outputPath));
}

import { FileStore } from "@tus/file-store";
import { constants, createWriteStream, mkdirSync } from "node:fs";
import { copyFile, link, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { checkBlobKey } from "./blob-key.ts";
import { BlobNotFound } from "./contract.ts";
import { tusExtensions, type IncomingFiles } from "./incoming.ts";

/** Incoming files in the folder `dir`: each is a file, with its facts beside it. */
export function createIncomingFiles({ dir }: { dir: string }): IncomingFiles {
  const pathOf = (key: string) => {
    checkBlobKey(key);
    return join(dir, key);
  };
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  return {
    pieces: new PieceFiles({ directory: dir }),

    async settle(key) {
      const handle = await open(pathOf(key), "r");
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    },

    async toFile({ key, filePath, signal }) {
      signal?.throwIfAborted();
      try {
        await link(pathOf(key), filePath);
      } catch (error) {
        if (isCode(error, "ENOENT")) throw new BlobNotFound(key);
        // Another file system, or one without links.
        if (!isCode(error, "EXDEV", "EPERM", "ENOTSUP", "EMLINK")) throw error;
        await copyFile(pathOf(key), filePath, constants.COPYFILE_EXCL);
      }
    },

    async remove(key) {
      const path = pathOf(key);
      for (const one of [path, `${path}.json`]) await rm(one, { force: true });
    },
  };
}

/** As it comes, but for errors: it tells of a full disk where the original says no more than that writing failed. */
class PieceFiles extends FileStore {
  override extensions = tusExtensions;

  override async write(
    readable: Parameters<FileStore["write"]>[0],
    id: string,
    offset: number,
  ): Promise<number> {
    const target = createWriteStream(join(this.directory, id), { flags: "r+", start: offset });
    await pipeline(readable, target);
    return offset + target.bytesWritten;
  }
}

function isCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && codes.includes((error as NodeJS.ErrnoException).code ?? "");
}

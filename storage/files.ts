import { createReadStream, createWriteStream, mkdirSync } from "node:fs";
import { mkdir, open, opendir, rename, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { checkBlobKey, checkBlobPrefix, checkBlobRange } from "./blob-key.ts";
import { BlobNotFound } from "./contract.ts";
import type { BlobStore } from "./contract.ts";
import { createIncomingFiles } from "./incoming-files.ts";
import { removeAbandoned, tempName } from "./temp-files.ts";

function isCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && codes.includes((error as NodeJS.ErrnoException).code ?? "");
}

/** Makes the names inside a folder survive a power cut. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Names in order of the keys below them: a folder's own `/` counts. */
function byKey(a: { sortName: string }, b: { sortName: string }): number {
  if (a.sortName === b.sortName) return 0;
  return a.sortName < b.sortName ? -1 : 1;
}

/**
 * A BlobStore in the folder `dir` (made when absent, readable by its owner only): the blob `a/b.jpg` is the file
 * `blobs/a/b.jpg`. A blob is written to `temp/` on the same file system, synced, then renamed: a crash leaves the old
 * blob or the new one, never a part. What a dead process left in `temp/` is removed when the store is created.
 * Several processes may share the folder.
 *
 * Being files, a key can't lie below another: with `a` stored, `a/b` is refused, and the other way round.
 */
export function createFileStore({ dir }: { dir: string }): BlobStore {
  const root = join(resolve(dir), "blobs");
  const temp = join(resolve(dir), "temp");
  for (const folder of [root, temp]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  removeAbandoned(temp);

  function pathOf(key: string): string {
    checkBlobKey(key);
    return join(root, key);
  }

  /** Syncs the folders from that of `path` up to the one above `firstMade`, which held no such name before. */
  async function syncUpwards(path: string, firstMade: string | undefined): Promise<void> {
    const last = firstMade === undefined ? dirname(path) : dirname(firstMade);
    let folder = dirname(path);
    while (folder !== last) {
      await syncFolder(folder);
      folder = dirname(folder);
    }
    await syncFolder(last);
  }

  /** Puts the finished temporary file in its place. */
  async function settle(tempPath: string, key: string): Promise<void> {
    const path = pathOf(key);
    for (let tries = 1; ; tries += 1) {
      try {
        const firstMade = await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await rename(tempPath, path);
        return await syncUpwards(path, firstMade);
      } catch (error) {
        // A delete elsewhere may take the empty folder away between the two steps.
        if (isCode(error, "ENOENT") && tries < 10) continue;
        if (isCode(error, "EEXIST", "ENOTDIR", "EISDIR", "ENOTEMPTY")) {
          throw new Error(`the blob ${key} can't be stored: another key lies above or below it`, {
            cause: error,
          });
        }
        throw error;
      }
    }
  }

  async function write(
    key: string,
    source: Readable | Uint8Array,
    signal?: AbortSignal,
  ): Promise<void> {
    checkBlobKey(key);
    const tempPath = join(temp, tempName());
    try {
      // `flush` syncs the bytes to the disk before the stream finishes.
      const target = createWriteStream(tempPath, { flags: "wx", mode: 0o600, flush: true });
      const from = source instanceof Readable ? source : Readable.from([source]);
      await pipeline(from, target, { ...(signal && { signal }) });
      await settle(tempPath, key);
    } catch (error) {
      await rm(tempPath, { force: true });
      throw error;
    }
  }

  /** Opens the blob's file. Throws BlobNotFound. */
  async function openFile(key: string) {
    const path = pathOf(key);
    try {
      const handle = await open(path, "r");
      const stats = await handle.stat();
      if (stats.isFile()) return { handle, size: stats.size };
      await handle.close();
    } catch (error) {
      if (!isCode(error, "ENOENT", "ENOTDIR")) throw error;
    }
    throw new BlobNotFound(key);
  }

  async function* walk(
    folder: string,
    keyPrefix: string,
    prefix: string,
    after: string,
  ): AsyncGenerator<string> {
    const entries: { key: string; sortName: string; isFolder: boolean }[] = [];
    try {
      for await (const entry of await opendir(folder)) {
        const isFolder = entry.isDirectory();
        const sortName = isFolder ? `${entry.name}/` : entry.name;
        entries.push({ key: keyPrefix + sortName, sortName, isFolder });
      }
    } catch (error) {
      // Emptied and removed while we walk.
      if (!isCode(error, "ENOENT")) throw error;
    }
    for (const { key, isFolder } of entries.toSorted(byKey)) {
      if (key <= after && !after.startsWith(key)) continue;
      if (isFolder && (key.startsWith(prefix) || prefix.startsWith(key)))
        yield* walk(join(root, key), key, prefix, after);
      if (!isFolder && key.startsWith(prefix) && key > after) yield key;
    }
  }

  return {
    incoming: createIncomingFiles({ dir: join(resolve(dir), "incoming") }),

    async putFile({ key, filePath, signal }) {
      signal?.throwIfAborted();
      await write(key, createReadStream(filePath), signal);
    },

    async put({ key, data }) {
      await write(key, data);
    },

    async open(key, range) {
      const { handle, size } = await openFile(key);
      try {
        if (range) checkBlobRange(range, size);
        const { start, length } = range ?? { start: 0, length: size };
        if (length === 0) {
          await handle.close();
          return Readable.toWeb(Readable.from([]));
        }
        // `end` is inclusive. The stream closes the file, read to its end or not.
        return Readable.toWeb(handle.createReadStream({ start, end: start + length - 1 }));
      } catch (error) {
        await handle.close();
        throw error;
      }
    },

    async toFile({ key, filePath, signal }) {
      signal?.throwIfAborted();
      const { handle } = await openFile(key);
      try {
        await pipeline(handle.createReadStream(), createWriteStream(filePath, { mode: 0o600 }), {
          ...(signal && { signal }),
        });
      } catch (error) {
        await rm(filePath, { force: true });
        throw error;
      } finally {
        await handle.close();
      }
    },

    async size(key) {
      try {
        const stats = await stat(pathOf(key));
        return stats.isFile() ? stats.size : undefined;
      } catch (error) {
        if (isCode(error, "ENOENT", "ENOTDIR")) return undefined;
        throw error;
      }
    },

    async delete(key) {
      const path = pathOf(key);
      try {
        await rm(path);
      } catch (error) {
        if (isCode(error, "ENOENT", "ENOTDIR", "EISDIR", "ERR_FS_EISDIR")) return;
        throw error;
      }
      // Folders that became empty go too: they are named after what was erased.
      let folder = dirname(path);
      try {
        await syncFolder(folder);
        for (; folder !== root; folder = dirname(folder)) await rmdir(folder);
      } catch (error) {
        if (!isCode(error, "ENOTEMPTY", "EEXIST", "ENOENT")) throw error;
      }
    },

    async *list(prefix, after = "") {
      checkBlobPrefix(prefix);
      yield* walk(root, "", prefix, after);
    },
  };
}

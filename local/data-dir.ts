import { randomUUID } from "node:crypto";
import { link, mkdir, readdir, readFile, rename, rm, stat, statfs } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { SetupError } from "../scripts/lib/setup-error.mjs";
import { isStillRunning, ProcessRecord, recordProcess } from "./process-identity.ts";
import { writePrivateFile } from "./write-private-file.ts";

/** The file that makes a folder a Drumbeat data directory. */
export const MARKER = "drumbeat.json";

const Marker = z.object({
  /** Names what had to be kept outside of the folder. */
  id: z.uuid(),
  format: z.literal(1),
  /** Where PostgreSQL's cluster is, when its user cannot enter the folder. */
  postgresDir: z.string().optional(),
});
export type Marker = z.infer<typeof Marker>;

export interface DataDir {
  dir: string;
  marker: Marker;
  /** Made by this start. */
  isNew: boolean;
  /** Remembers where the cluster is. */
  update(changes: Partial<Marker>): Promise<void>;
  /** Lets go of the folder. */
  release(): Promise<void>;
}

/** A first start writes a cluster, Temporal's store and logs; a later one only adds to them. */
const SPACE_NEEDED = { first: 300, later: 60 } as const;
const MEBIBYTE = 1024 * 1024;

/**
 * Makes the folder a data directory if it is none yet, and takes it for this process alone.
 * Throws `SetupError` when it cannot be written, is full, holds something else, or is in use.
 */
export async function openDataDir({ dir }: { dir: string }): Promise<DataDir> {
  await makeFolder(dir);
  const found = await readMarker(dir);
  if (!found) await assertEmpty(dir);
  await assertSpace(dir, found ? SPACE_NEEDED.later : SPACE_NEEDED.first);

  let marker: Marker = found ?? { id: randomUUID(), format: 1 };
  if (!found) await saveMarker(dir, marker);
  for (const name of ["run", "logs", "storage", "sandbox-network", "temporal"]) {
    await mkdir(path.join(dir, name), { recursive: true, mode: 0o700 });
  }
  const release = await lock(dir);
  return {
    dir,
    isNew: !found,
    get marker() {
      return marker;
    },
    async update(changes) {
      marker = { ...marker, ...changes };
      await saveMarker(dir, marker);
    },
    release,
  };
}

/** The marker of a data directory; `undefined` when the folder is none. */
export async function readMarker(dir: string): Promise<Marker | undefined> {
  const file = path.join(dir, MARKER);
  const text = await readIfThere(file);
  if (text === undefined) return undefined;
  try {
    return Marker.parse(JSON.parse(text));
  } catch (error) {
    throw new SetupError({
      problem: `${file} is not one that this version of Drumbeat wrote.`,
      todo: "Start with another --data-dir, or restore that file.",
      cause: error,
    });
  }
}

/** The process that uses a data directory now. */
export async function findHolder(dir: string): Promise<ProcessRecord | undefined> {
  const holder = await readLock(path.join(dir, "run", "lock.json"));
  return holder && isStillRunning(holder) ? holder : undefined;
}

async function makeFolder(dir: string): Promise<void> {
  try {
    // 0711: PostgreSQL's own user has to pass through, and nobody else needs to look.
    await makeFolders(dir, 0o711);
    const probe = path.join(dir, `.probe-${process.pid}`);
    await mkdir(probe);
    await rm(probe, { recursive: true });
  } catch (error) {
    if (isErrno(error, "ENOSPC") || isErrno(error, "EDQUOT")) throw error;
    throw new SetupError({
      problem: `The data directory ${dir} cannot be used: ${error instanceof Error ? error.message : String(error)}`,
      tried: ["making it, and a folder inside it"],
      todo: "Make it writable for this user, or name another with --data-dir.",
      cause: error,
    });
  }
}

/** By hand: Node's own `recursive` never returns where the system denies that the parent exists, as below /proc. */
async function makeFolders(dir: string, mode: number): Promise<void> {
  try {
    await mkdir(dir, { mode });
  } catch (error) {
    if (isErrno(error, "EEXIST")) {
      if (!(await stat(dir)).isDirectory()) throw new Error("it is not a folder", { cause: error });
      return;
    }
    const parent = path.dirname(dir);
    if (!isErrno(error, "ENOENT") || parent === dir) throw error;
    await makeFolders(parent, 0o755);
    await mkdir(dir, { mode });
  }
}

async function assertEmpty(dir: string): Promise<void> {
  // Hidden files are what desktops and file systems leave (lost+found too) in an otherwise empty folder.
  const others = (await readdir(dir)).filter(
    (name) => !name.startsWith(".") && name !== "lost+found",
  );
  if (others.length === 0) return;
  throw new SetupError({
    problem: `${dir} is not empty and no Drumbeat data directory (it holds ${others.slice(0, 3).join(", ")}${others.length > 3 ? ", …" : ""}).`,
    todo: "Name an empty or new folder with --data-dir.",
  });
}

async function assertSpace(dir: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(dir);
  const free = Math.floor((bavail * bsize) / MEBIBYTE);
  if (free >= needed) return;
  throw new SetupError({
    problem: `The disk of ${dir} is full or nearly so: ${free} MB are free, ${needed} MB are needed to start.`,
    todo: "Free some space there, or name a folder on another disk with --data-dir.",
  });
}

async function lock(dir: string): Promise<() => Promise<void>> {
  const file = path.join(dir, "run", "lock.json");
  const own = recordProcess(process.pid);
  if (!own) throw new Error("this process cannot see itself: is /proc mounted?");
  const draft = path.join(dir, "run", `lock.${process.pid}.json`);
  await writePrivateFile(draft, JSON.stringify(own));
  try {
    for (let tries = 0; tries < 20; tries++) {
      if (await linkOnce(draft, file)) return () => unlock(file, own);
      const holder = await readLock(file);
      if (holder && isStillRunning(holder)) {
        throw new SetupError({
          problem: `Drumbeat already runs on ${dir} (process ${holder.pid}).`,
          todo: `Use that one, stop it (kill ${holder.pid}), or start with another --data-dir.`,
        });
      }
      await removeStale(file, holder);
    }
  } finally {
    await rm(draft, { force: true });
  }
  throw new SetupError({
    problem: `${file} could not be taken: another start keeps taking it.`,
    todo: "Start again once no other start runs on this folder.",
  });
}

/** A hard link is made or refused as one act, with its content already in it. */
async function linkOnce(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (isErrno(error, "EEXIST")) return false;
    throw error;
  }
}

/** Moved aside before it is deleted: if another start was quicker and took the lock anew, that lock is put back. */
async function removeStale(file: string, stale: ProcessRecord | undefined): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return;
    throw error;
  }
  const moved = await readLock(aside);
  if (moved && (moved.pid !== stale?.pid || moved.identity !== stale.identity))
    await linkOnce(aside, file);
  await rm(aside, { force: true });
}

async function unlock(file: string, own: ProcessRecord): Promise<void> {
  const holder = await readLock(file);
  if (holder?.pid === own.pid && holder.identity === own.identity) await rm(file, { force: true });
}

async function readLock(file: string): Promise<ProcessRecord | undefined> {
  const text = await readIfThere(file);
  if (text === undefined) return undefined;
  try {
    return ProcessRecord.parse(JSON.parse(text));
  } catch {
    // Cut short by a full disk or a crash: nobody holds the folder by it.
    return undefined;
  }
}

async function saveMarker(dir: string, marker: Marker): Promise<void> {
  await writePrivateFile(path.join(dir, MARKER), `${JSON.stringify(marker, null, 2)}\n`);
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT") || isErrno(error, "ENOTDIR")) return undefined;
    throw error;
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

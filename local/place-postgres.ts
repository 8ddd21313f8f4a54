import { chown, cp, mkdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { SetupError } from "../scripts/lib/setup-error.mjs";
import type { PostgresBinaries } from "./find-postgres-binaries.ts";
import { canRun, type PostgresUser } from "./postgres-user.ts";

export interface PostgresPlace {
  /** The binaries, where the user can run them. */
  binaries: string;
  /** A folder that the user owns; the cluster is inside. */
  home: string;
  /** What had to be put elsewhere and why, for the person at the terminal: one sentence, or none. */
  notes: string[];
}

/** Folders that any user may enter on a usual system, and that are kept across restarts. */
const REACHABLE = ["/var/lib/drumbeat", "/opt/drumbeat", "/usr/local/lib/drumbeat"];

/**
 * Finds a place for binaries and cluster that PostgreSQL's user can reach: where they are if that works, else a folder
 * of the system's. As root, the data directory may be closed to everybody else (0700, as `mktemp -d` makes it), and a
 * checkout in a closed home folder is.
 *
 * @param options.id names the folder outside of the data directory
 * @param options.known where an earlier start put the cluster
 */
export async function placePostgres(options: {
  dataDir: string;
  id: string;
  known?: string;
  user: PostgresUser;
  binaries: PostgresBinaries;
}): Promise<PostgresPlace> {
  const { dataDir, id, known, user, binaries } = options;
  const binariesDir = (await works(user, binaries.dir))
    ? binaries.dir
    : await copyBinaries({ user, binaries });
  const programs = binariesDir === binaries.dir ? undefined : binariesDir;

  if (known !== undefined) {
    await ownFolder(known, user);
    if (!(await canEnter(user, known))) {
      throw new SetupError({
        problem: `PostgreSQL's user can no longer enter ${known}, where this data directory keeps its database.`,
        todo: `Open the way to it (chmod o+x on the folders above it), then start again.`,
      });
    }
    const files = known === path.join(dataDir, "postgres") ? undefined : known;
    return { binaries: binariesDir, home: known, notes: describePlace({ files, programs }) };
  }

  const inside = path.join(dataDir, "postgres");
  await ownFolder(inside, user);
  if (await canEnter(user, inside))
    return { binaries: binariesDir, home: inside, notes: describePlace({ programs }) };
  await rm(inside, { recursive: true, force: true });
  const outside = path.join(await reachableFolder(user), id);
  await ownFolder(outside, user);
  const notes = describePlace({ files: outside, programs });
  return { binaries: binariesDir, home: outside, notes };
}

/** One sentence on what had to be put elsewhere; nothing where nothing had to. */
export function describePlace(elsewhere: {
  files?: string | undefined;
  programs?: string | undefined;
}): string[] {
  const { files, programs } = elsewhere;
  const parts = [
    ...(files === undefined ? [] : [`keeps its files in ${files}`]),
    ...(programs === undefined ? [] : [`runs from ${programs}`]),
  ];
  if (parts.length === 0) return [];
  return [`PostgreSQL works as a user of its own, so it ${parts.join(" and ")}.`];
}

async function works(user: PostgresUser, dir: string): Promise<boolean> {
  // The second half of the answer: `initdb` reads its templates from share/.
  return (
    (await canRun(user, path.join(dir, "bin", "postgres"), ["--version"])) &&
    (await canRun(user, path.join(dir, "bin", "initdb"), ["--version"])) &&
    (await canRun(user, "test", ["-r", path.join(dir, "share", "postgresql", "postgres.bki")]))
  );
}

async function copyBinaries(options: {
  user: PostgresUser;
  binaries: PostgresBinaries;
}): Promise<string> {
  const { user, binaries } = options;
  const target = path.join(await reachableFolder(user), `postgresql-${binaries.build}`);
  if (!(await exists(target)) || !(await works(user, target))) {
    const draft = `${target}.${process.pid}.tmp`;
    await rm(draft, { recursive: true, force: true });
    await cp(binaries.dir, draft, { recursive: true, verbatimSymlinks: true });
    await rm(target, { recursive: true, force: true });
    await rename(draft, target);
    if (!(await works(user, target))) {
      throw new SetupError({
        problem: "PostgreSQL's user cannot run PostgreSQL.",
        tried: [binaries.dir, target],
        todo: "Start as a user who is not root, or set DATABASE_URL and DATABASE_ADMIN_URL.",
      });
    }
  }
  return target;
}

async function reachableFolder(user: PostgresUser): Promise<string> {
  const tried: string[] = [];
  for (const folder of REACHABLE) {
    try {
      await mkdir(folder, { recursive: true, mode: 0o755 });
      if (await canEnter(user, folder)) return folder;
      tried.push(`${folder}: closed to that user`);
    } catch (error) {
      tried.push(`${folder}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new SetupError({
    problem: "No folder was found that PostgreSQL's user can enter.",
    tried,
    todo: "Start as a user who is not root, or name a --data-dir that other users can pass through (chmod o+x), or set DATABASE_URL and DATABASE_ADMIN_URL.",
  });
}

async function ownFolder(dir: string, user: PostgresUser): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  if (user.uid !== undefined && user.gid !== undefined) await chown(dir, user.uid, user.gid);
}

function canEnter(user: PostgresUser, dir: string): Promise<boolean> {
  return canRun(user, "test", ["-x", dir]);
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

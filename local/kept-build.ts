import { createHash } from "node:crypto";
import { glob, mkdir, readFile, readdir, rm, stat, utimes } from "node:fs/promises";
import path from "node:path";

/** Something that is built from sources and kept in the cache for as long as they stay as they are. */
export interface Build {
  /** The folder of the cache that holds it. */
  name: string;
  /** Patterns of everything that can change it, from the root. */
  sources: readonly string[];
  /** What its path ends in: `.js`, or nothing for a folder. */
  ending: string;
}

/** How many are kept of each: switching between branches then costs nothing. */
const KEPT = 4;

/** Where the build of the sources as they are now belongs, and whether it is there. */
export async function findBuild(
  build: Build,
  options: { root: string; cacheDir: string },
): Promise<{ file: string; built: boolean }> {
  const { root, cacheDir } = options;
  // The folder too: source maps name it.
  const hash = createHash("sha256")
    .update(process.version)
    .update(`\0${path.resolve(root)}\0`);
  const names: string[] = [];
  for await (const entry of glob([...build.sources], { cwd: root, withFileTypes: true })) {
    if (entry.isFile()) names.push(path.relative(root, path.join(entry.parentPath, entry.name)));
  }
  for (const name of names.toSorted()) {
    if (name.endsWith(".test.ts")) continue;
    hash.update(`\0${name}\0`).update(await readFile(path.join(root, name)));
  }
  const dir = path.join(cacheDir, build.name);
  await mkdir(dir, { recursive: true });
  const file = path.join(dir, `${hash.digest("hex").slice(0, 32)}${build.ending}`);
  const built = await stat(file).then(
    () => true,
    () => false,
  );
  if (built) await utimes(file, new Date(), new Date());
  return { file, built };
}

/** Deletes all but the builds that were used last. */
export async function removeOldBuilds(
  build: Build,
  { cacheDir }: { cacheDir: string },
): Promise<void> {
  const dir = path.join(cacheDir, build.name);
  const files = await Promise.all(
    (await readdir(dir)).map(async (name) => {
      const file = path.join(dir, name);
      // What another start has just renamed or deleted counts for nothing.
      return { file, usedAt: (await stat(file, { throwIfNoEntry: false }))?.mtimeMs ?? 0 };
    }),
  );
  for (const { file } of files.toSorted((a, b) => b.usedAt - a.usedAt).slice(KEPT))
    await rm(file, { recursive: true, force: true });
}

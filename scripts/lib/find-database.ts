import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { SetupError } from "./setup-error.mjs";

const Ready = z.object({ databaseUrl: z.string() });

/**
 * The address of the database that a script for operators works on: of the Drumbeat that runs on `dataDir` where one is
 * named, else the environment's, else of the one that runs on `.data`. Throws `SetupError` when none is found.
 */
export async function findDatabase(options: {
  dataDir: string | undefined;
  cwd: string;
  environment: Record<string, string | undefined>;
}): Promise<string> {
  const { dataDir, cwd, environment } = options;
  const external = environment["DATABASE_URL"]?.trim();
  if (dataDir === undefined && external) return external;
  const dir = path.resolve(cwd, dataDir ?? ".data");
  const file = path.join(dir, "ready.json");
  const text = await readIfThere(file);
  if (text === undefined) {
    throw new SetupError({
      problem: `Drumbeat does not run on ${dir}: there is no ready.json in it.`,
      todo: "Start it first with npm start, or name its folder with --data-dir. With a PostgreSQL of your own and no npm start, set DATABASE_URL.",
    });
  }
  const ready = Ready.safeParse(parse(text));
  if (ready.success) return ready.data.databaseUrl;
  throw new SetupError({
    problem: `${file} can't be read: it does not name the database.`,
    todo: "Restart Drumbeat: it writes that file anew.",
  });
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Cut short: the schema refuses it with words for people.
    return undefined;
  }
}

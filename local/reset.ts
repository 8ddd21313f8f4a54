// `npm run reset -- [--data-dir DIR] [--yes]`: empties a data directory after asking.
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline/promises";
import { RESET_HELP } from "../scripts/lib/help-texts.mjs";
import { SetupError } from "../scripts/lib/setup-error.mjs";
import { findHolder, MARKER, readMarker, type Marker } from "./data-dir.ts";
import { endLeftOvers } from "./end-left-overs.ts";
import { explainError } from "./explain-error.ts";
import { parseOptions } from "./parse-options.ts";

try {
  await reset();
} catch (error) {
  process.stderr.write(`${explainError(error)}\n`);
  process.exitCode = 1;
}

async function reset(): Promise<void> {
  const { values } = parseOptions({
    args: process.argv.slice(2),
    options: {
      "data-dir": { type: "string" },
      yes: { type: "boolean", short: "y" },
      help: { type: "boolean", short: "h" },
    },
    help: RESET_HELP,
  });
  if (values.help === true) {
    process.stdout.write(`${RESET_HELP}\n`);
    return;
  }
  const dir = path.resolve(process.env["INIT_CWD"] ?? process.cwd(), values["data-dir"] ?? ".data");
  const marker = await readMarker(dir);
  if (!marker) {
    throw new SetupError({
      problem: `${dir} is no Drumbeat data directory: it holds no ${MARKER}. Nothing was deleted.`,
      todo: "Name the folder that npm start was given with --data-dir.",
    });
  }
  const holder = await findHolder(dir);
  if (holder) {
    throw new SetupError({
      problem: `Drumbeat runs on ${dir} (process ${holder.pid}). Nothing was deleted.`,
      todo: `Stop it first (kill ${holder.pid}).`,
    });
  }
  const outside = clusterOutside(dir, marker);
  if (values.yes !== true && !(await confirmed(dir, outside))) {
    process.stdout.write("Nothing was deleted.\n");
    process.exitCode = 1;
    return;
  }
  await endLeftOvers({ dataDir: dir });
  if (outside !== undefined) await rm(outside, { recursive: true, force: true });
  // The marker goes last: a reset that breaks off can be run again.
  const names = (await readdir(dir)).filter((name) => name !== MARKER);
  for (const name of [...names, MARKER])
    await rm(path.join(dir, name), { recursive: true, force: true });
  process.stdout.write(`${dir} is empty.\n`);
}

/** The database's folder where it had to be outside; a folder that is not named for this marker is not touched. */
function clusterOutside(dir: string, marker: Marker): string | undefined {
  const { postgresDir, id } = marker;
  if (postgresDir === undefined || path.dirname(postgresDir) === dir) return undefined;
  return path.basename(postgresDir) === id ? postgresDir : undefined;
}

async function confirmed(dir: string, outside: string | undefined): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new SetupError({
      problem: "There is no terminal to ask at. Nothing was deleted.",
      todo: "Add --yes to delete without asking.",
    });
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const also = outside === undefined ? "" : `, and its database in ${outside}`;
  const answer = await terminal.question(
    `Delete everything in ${dir}${also}: accounts, posts, media, keys? Type yes: `,
  );
  terminal.close();
  return answer.trim().toLowerCase() === "yes";
}

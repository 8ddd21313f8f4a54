import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { z } from "zod";

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, "../..");

/** The committed description: what clients were promised. */
export const promiseFile = path.join(root, "docs", "openapi.json");
/** Breaking changes that were made knowingly, each with its reason. */
export const changesFile = path.join(root, "docs", "api-changes.json");

const Changes = z.array(
  z.strictObject({
    /** The sentence that `findBreakingChanges` says. */
    change: z.string(),
    reason: z.string().min(20),
  }),
);

/**
 * What clients rely on: the description of the last commit, or the file itself where this is no clone. Undefined when
 * neither is there yet.
 */
export async function readPromise(): Promise<unknown> {
  const committed = await run("git", ["show", "HEAD:docs/openapi.json"], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
  }).then(
    ({ stdout }) => stdout,
    () => undefined,
  );
  const text = committed ?? (await readCopy());
  return text === undefined ? undefined : JSON.parse(text);
}

/** The text of docs/openapi.json as it is now. */
export function readCopy(): Promise<string | undefined> {
  return readFile(promiseFile, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  });
}

/** The breaking changes that nobody has given a reason for. */
export async function unlistedOf(changes: readonly string[]): Promise<string[]> {
  const listed = await readChanges();
  return changes.filter((change) => !listed.some((one) => one.change === change));
}

/** Lists breaking changes with the reason for which they were made. Throws where it is none. */
export async function listChanges(changes: readonly string[], reason: string): Promise<void> {
  const listed = [...(await readChanges()), ...changes.map((change) => ({ change, reason }))];
  await writeFile(changesFile, `${JSON.stringify(Changes.parse(listed), null, 2)}\n`);
}

async function readChanges(): Promise<z.infer<typeof Changes>> {
  return Changes.parse(JSON.parse(await readFile(changesFile, "utf8")));
}

/** A description as the file holds it: members in a fixed order, so that a comparison shows what changed and no more. */
export function formatDescription(description: unknown): string {
  return `${JSON.stringify(sorted(description), null, 1)}\n`;
}

/** Members by name; but lists, and the parts of an example, stay as they are written. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, member]) => [name, name === "example" ? member : sorted(member)]),
  );
}

import { readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { ProcessRecord } from "./process-identity.ts";
import { stopProcess } from "./stop-process.ts";

/**
 * Ends what an earlier start on this data directory left running because it was killed itself. Only processes whose
 * number and birth are those recorded are touched.
 *
 * @returns their names: `temporal`, `postgres`
 */
export async function endLeftOvers(options: {
  dataDir: string;
  graceMs?: number;
}): Promise<string[]> {
  const { dataDir, graceMs = 8_000 } = options;
  const dir = path.join(dataDir, "run");
  const files = (await readdir(dir)).filter(
    (name) => name.endsWith(".json") && name !== "lock.json",
  );
  const ended = await Promise.all(
    files.map(async (name) => {
      const file = path.join(dir, name);
      const record = parseRecord(await readFile(file, "utf8"));
      const signal = name === "postgres.json" ? "SIGINT" : "SIGTERM";
      const stopped = record !== undefined && (await stopProcess({ record, signal, graceMs }));
      await rm(file, { force: true });
      return stopped ? [path.basename(name, ".json")] : [];
    }),
  );
  return ended.flat();
}

function parseRecord(text: string): ProcessRecord | undefined {
  try {
    return ProcessRecord.parse(JSON.parse(text));
  } catch {
    // Cut short by a crash: it names nobody.
    return undefined;
  }
}

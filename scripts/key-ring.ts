/**
 * `node scripts/key-ring.ts init`: makes KEY_RING_FILE when it is absent.
 * `npm run rotate-keys [-- --data-dir DIR]`: adds a key, makes it active and wraps every data key anew under it.
 * Processes that run on the same file find the new key by themselves; elsewhere bring the file to each machine first.
 * `node scripts/key-ring.ts retire [--data-dir DIR]`: removes every older key, once nothing is wrapped under one.
 * Without KEY_RING_FILE and DATABASE_URL both are those of the Drumbeat that runs on DIR (default `.data`).
 */
import type { MikroORM } from "@mikro-orm/postgresql";
import path from "node:path";
import { parseArgs } from "node:util";
import { addKey, initKeyRing, loadKeyRing, retireKeys } from "#db/vault/key-ring.ts";
import { openOrm } from "#db/orm.ts";
import { rewrapAllDataKeys } from "#db/vault/rotate.ts";
import { findDatabase } from "./lib/find-database.ts";

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { "data-dir": { type: "string" } },
  });
  const [action] = positionals;
  if (action === "init") await init();
  else if (action === "rotate") await rotate(values["data-dir"]);
  else if (action === "retire") await retire(values["data-dir"]);
  else throw new Error("Use: node scripts/key-ring.ts init | rotate | retire [--data-dir DIR]");
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function init(): Promise<void> {
  const file = process.env["KEY_RING_FILE"];
  if (!file) throw new Error("Set KEY_RING_FILE to the path of the key ring.");
  await initKeyRing(file);
  await loadKeyRing(file);
}

async function rotate(dataDir: string | undefined): Promise<void> {
  await withRing(dataDir, async ({ file, orm }) => {
    const id = await addKey(file);
    const count = await rewrapAllDataKeys({ orm, keyRing: await loadKeyRing(file) });
    console.log(
      `Key ${id} is active; ${count} data keys were wrapped anew. No secret needs an older key: npm run retire-keys removes those.`,
    );
  });
}

async function retire(dataDir: string | undefined): Promise<void> {
  await withRing(dataDir, async ({ file, orm }) => {
    // What a rotation that was interrupted has left.
    await rewrapAllDataKeys({ orm, keyRing: await loadKeyRing(file) });
    const ids = await retireKeys(file);
    console.log(
      ids.length === 0
        ? "There is no older key."
        : `Removed ${ids.join(", ")}. Older copies of the key ring are needed for older backups alone.`,
    );
  });
}

async function withRing(
  dataDir: string | undefined,
  work: (found: { file: string; orm: MikroORM }) => Promise<void>,
): Promise<void> {
  const named = dataDir === undefined ? process.env["KEY_RING_FILE"] : undefined;
  const file = named ?? path.resolve(dataDir ?? ".data", "key-ring.json");
  const url = await findDatabase({ dataDir, cwd: process.cwd(), environment: process.env });
  const orm = await openOrm({ url, poolSize: 2 });
  try {
    // Before the ring is changed: a database that can't be reached must not leave a rotation half done.
    await orm.em.fork().execute("select 1");
    await work({ file, orm });
  } finally {
    await orm.close();
  }
}

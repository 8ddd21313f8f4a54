/**
 * `node scripts/key-ring.ts init`: makes KEY_RING_FILE when it is absent.
 * `node scripts/key-ring.ts rotate`: adds a key, makes it active and wraps every data key anew under it. Processes that
 * run on the same file find the new key by themselves; elsewhere bring the file to each machine first.
 * `--data-dir DIR` takes both addresses from a one-machine installation that is running.
 */
import { addKey, initKeyRing, loadKeyRing } from "#db/vault/key-ring.ts";
import { openOrm } from "#db/orm.ts";
import { rewrapDataKeys } from "#db/vault/rotate.ts";

const path = process.env["KEY_RING_FILE"];
if (!path) fail("Set KEY_RING_FILE to the path of the key ring.");
const action = process.argv[2];
if (action === "init") {
  await initKeyRing(path);
  await loadKeyRing(path);
} else if (action === "rotate") {
  const url = process.env["DATABASE_URL"];
  if (!url) fail("Set DATABASE_URL: rotating wraps the data keys in the database anew.");
  const id = await addKey(path);
  const orm = await openOrm({ url, poolSize: 2 });
  try {
    const count = await rewrapDataKeys({ orm, keyRing: await loadKeyRing(path) });
    console.log(`Key ${id} is active; ${count} data keys were wrapped anew.`);
  } finally {
    await orm.close();
  }
} else fail("Use: node scripts/key-ring.ts init | rotate");

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

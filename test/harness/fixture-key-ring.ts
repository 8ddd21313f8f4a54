import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { loadKeyRing, type KeyRing } from "#db/vault/key-ring.ts";

/** 32 bytes that say themselves that they protect nothing. */
const PUBLIC_KEY = "fixture: this key is no secret!!";

const FIXTURE = {
  version: 1,
  active: "fixture",
  keys: { fixture: Buffer.from(PUBLIC_KEY).toString("base64") },
  activePepper: "fixture",
  peppers: { fixture: Buffer.from(PUBLIC_KEY).toString("base64") },
};

/**
 * A key ring that is the same in every run, for recorded histories: production's codec with a key that everybody knows.
 * Nothing but made-up test data is ever encrypted with it.
 */
export async function loadFixtureKeyRing(): Promise<KeyRing> {
  const dir = await mkdtemp(path.join(os.tmpdir(), "drumbeat-ring-"));
  try {
    // Through a file, because a ring is read from a file only, and only from one with this mode.
    const file = path.join(dir, "fixture-key-ring.json");
    await writeFile(file, JSON.stringify(FIXTURE), { mode: 0o600 });
    return await loadKeyRing(file);
  } finally {
    await rm(dir, { recursive: true });
  }
}

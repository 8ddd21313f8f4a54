import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "vitest";
import { dHash, distance } from "./d-hash.ts";

/** What each picture looked like when a person last looked at it. */
const FILE = path.join(import.meta.dirname, "..", "looks.json");

/** Bits of 64; other versions of encoders, scalers and fonts change fewer. */
const TOLERANCE = 8;

async function looks(): Promise<Record<string, string>> {
  return JSON.parse(await readFile(FILE, "utf8")) as Record<string, string>;
}

/**
 * Holds a picture against how it looked before. After a change that is meant, look at the picture, then run the tests once
 * with `GOLDEN_WRITE=1`.
 */
export async function expectLooks(name: string, image: string | Uint8Array): Promise<void> {
  const hash = await dHash(image);
  const known = await looks();
  if (process.env["GOLDEN_WRITE"] === "1") {
    const sorted = Object.entries({ ...known, [name]: hash }).toSorted(([a], [b]) =>
      a < b ? -1 : 1,
    );
    await writeFile(FILE, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
    return;
  }
  const before = known[name];
  expect(before, `looks.json does not tell how "${name}" looks`).toBeDefined();
  expect(
    distance(hash, before ?? hash),
    `"${name}" looks different: ${hash}, before ${before}`,
  ).toBeLessThanOrEqual(TOLERANCE);
}

import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { addKey, initKeyRing, loadKeyRing, retireKeys, UnknownKey } from "./key-ring.ts";

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "drumbeat-ring-"));
  file = path.join(folder, "ring.json");
});
afterEach(() => rm(folder, { recursive: true }));

async function damage(change: (text: string) => string): Promise<string> {
  await initKeyRing(file);
  const text = await readFile(file, "utf8");
  await writeFile(file, change(text));
  return text;
}

/** Every run of eight characters of a key, as it stands in the file. */
function keysIn(text: string): string[] {
  return [...text.matchAll(/"([A-Za-z0-9+/]{43}=)"/g)].map(([, key]) => key ?? "");
}

test("is made for its owner alone, and holds a key and a pepper", async () => {
  await initKeyRing(file);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(keysIn(await readFile(file, "utf8"))).toHaveLength(2);
  const ring = await loadKeyRing(file);
  expect(ring.key(ring.activeId)).toHaveLength(32);
  expect(ring.pepper(ring.activePepperId)).toHaveLength(32);
  expect(await readdir(folder)).toEqual(["ring.json"]);
});

test("is never made anew where there is one", async () => {
  await initKeyRing(file);
  const before = await readFile(file, "utf8");
  await initKeyRing(file);
  expect(await readFile(file, "utf8")).toBe(before);
});

test("ten that make it at once make one, and leave nothing else behind", async () => {
  await Promise.all(Array.from({ length: 10 }, () => initKeyRing(file)));
  expect(await readdir(folder)).toEqual(["ring.json"]);
  const rings = await Promise.all(Array.from({ length: 10 }, () => loadKeyRing(file)));
  expect(new Set(rings.map((ring) => ring.key(ring.activeId).toString("hex"))).size).toBe(1);
});

test("a key that is added becomes the active one; the older and the mode stay", async () => {
  await initKeyRing(file);
  const before = await loadKeyRing(file);
  const wrapped = before.wrap(Buffer.alloc(32, 7), "here");
  const id = await addKey(file);
  const after = await loadKeyRing(file);
  expect(after.activeId).toBe(id);
  expect(after.activePepperId).toBe(before.activePepperId);
  expect(after.unwrap(wrapped, "here")).toEqual(Buffer.alloc(32, 7));
  expect(after.wrappingKeyId(after.wrap(Buffer.alloc(32), "here"))).toBe(id);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(["ring.json"]);
});

test("a wrapped key opens at its place alone", async () => {
  await initKeyRing(file);
  const ring = await loadKeyRing(file);
  const wrapped = ring.wrap(Buffer.alloc(32, 7), "here");
  expect(() => ring.unwrap(wrapped, "there")).toThrow();
  expect(() => ring.unwrap("w2.a.b.c.d", "here")).toThrow("not a wrapped data key");
});

test.each(["nothing", "__proto__", "constructor", "toString"])(
  "an unknown key is named: %s",
  async (id) => {
    await initKeyRing(file);
    const ring = await loadKeyRing(file);
    expect(() => ring.key(id)).toThrow(UnknownKey);
    expect(() => ring.pepper(id)).toThrow(UnknownKey);
    expect(() => ring.key(id)).toThrow(`no key ${id}`);
  },
);

describe("what can't be used says what to do, and quotes nothing of the file", () => {
  test("an absent one", async () => {
    await expect(loadKeyRing(file)).rejects.toThrow(
      `there is no key ring at ${file}; make one with:`,
    );
  });

  test.each([0o640, 0o604, 0o660, 0o644, 0o610])("one that others may use: %o", async (mode) => {
    await initKeyRing(file);
    await chmod(file, mode);
    await expect(loadKeyRing(file)).rejects.toThrow("chmod 600");
  });

  test.each<[string, (text: string) => string]>([
    ["cut", (text) => text.slice(0, -20)],
    ["empty", () => ""],
    ["a key too short", (text) => text.replace(/"[A-Za-z0-9+/]{43}="/, '"c2hvcnQ="')],
    ["no peppers", (text) => text.replace(/,\s*"activePepper"[^]*$/, "}")],
    ["of another version", (text) => text.replace('"version": 1', '"version": 2')],
    ["without its active key", (text) => text.replace(/"active": "[^"]+"/, '"active": "gone"')],
    [
      "without its active pepper",
      (text) => text.replace(/"activePepper": "[^"]+"/, '"activePepper": "gone"'),
    ],
  ])("a damaged one: %s", async (_how, change) => {
    const text = await damage(change);
    const error: unknown = await loadKeyRing(file).catch((thrown: unknown) => thrown);
    const said = error instanceof Error ? `${error.message} ${String(error.cause ?? "")}` : "";
    expect(said).toContain(`the key ring ${file} is damaged`);
    expect(said).toContain("restore it from a backup");
    for (const key of keysIn(text)) expect(said).not.toContain(key.slice(0, 8));
  });
});

test("a ring that was loaded before finds a key that another process added since", async () => {
  await initKeyRing(file);
  const running = await loadKeyRing(file);
  const before = running.activeId;
  const added = await addKey(file);
  const wrapped = (await loadKeyRing(file)).wrap(Buffer.alloc(32, 7), "context");
  expect(running.unwrap(wrapped, "context")).toEqual(Buffer.alloc(32, 7));
  expect(running.activeId).toBe(added);
  expect(running.key(before)).toHaveLength(32);
  expect(() => running.key("k00000000")).toThrow(UnknownKey);
});

test("a ring that was loaded before wraps under the new key as soon as the file was replaced", async () => {
  await initKeyRing(file);
  const running = await loadKeyRing(file);
  const added = await addKey(file);
  expect(running.wrappingKeyId(running.wrap(Buffer.alloc(32, 7), "context"))).toBe(added);
});

test("a ring whose file is damaged or gone meanwhile goes on with what it read", async () => {
  await initKeyRing(file);
  const running = await loadKeyRing(file);
  const wrapped = running.wrap(Buffer.alloc(32, 7), "context");
  await writeFile(file, "{");
  expect(running.unwrap(wrapped, "context")).toEqual(Buffer.alloc(32, 7));
  expect(() => running.key("k00000000")).toThrow(UnknownKey);
  await rm(file);
  expect(running.unwrap(wrapped, "context")).toEqual(Buffer.alloc(32, 7));
});

test("a retired key unwraps nothing, and what Temporal's payloads need of it stays", async () => {
  await initKeyRing(file);
  const ring = await loadKeyRing(file);
  const old = ring.activeId;
  const key = ring.key(old);
  const payloadKey = ring.payloadKey(old);
  const wrapped = ring.wrap(Buffer.alloc(32, 7), "context");
  expect(await retireKeys(file)).toEqual([]);
  const added = await addKey(file);
  expect(await retireKeys(file)).toEqual([old]);
  expect(await retireKeys(file)).toEqual([]);
  for (const reader of [ring, await loadKeyRing(file)]) {
    expect(reader.activeId).toBe(added);
    expect(reader.payloadKey(old)).toEqual(payloadKey);
    expect(() => reader.key(old)).toThrow(UnknownKey);
    expect(() => reader.unwrap(wrapped, "context")).toThrow(UnknownKey);
  }
  expect(await readFile(file, "utf8")).not.toContain(key.toString("base64"));
  await addKey(file);
  expect(await retireKeys(file)).toEqual([added]);
  expect((await loadKeyRing(file)).payloadKey(old)).toEqual(payloadKey);
});

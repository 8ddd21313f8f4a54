import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFileStore } from "#storage/files.ts";
import { blobStoreContract, keys } from "./blob-store-contract.ts";

blobStoreContract({
  name: "the file store",
  async open() {
    const dir = await mkdtemp(join(tmpdir(), "file-store-"));
    return {
      store: createFileStore({ dir }),
      close: () => rm(dir, { recursive: true, force: true }),
    };
  },
});

/** A process that stores ever new blobs under the same keys until it is killed. */
const WRITER = `
  import { createFileStore } from ${JSON.stringify(new URL("../../storage/files.ts", import.meta.url).href)};
  const store = createFileStore({ dir: process.argv[1] });
  for (let i = 0; ; i += 1) {
    const data = Buffer.alloc(3_000_000, i % 256);
    await store.put({ key: "blob/" + (i % 3), data, contentType: "application/octet-stream" });
    if (i === 3) process.stdout.write("going");
  }
`;

describe("the file store as files", () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "file-store-"));
  });
  afterEach(async () => {
    await rm(dir, { recursive: true, force: true });
  });

  it("leaves whole blobs and, once opened again, nothing else when its process is killed while writing", async () => {
    const child = spawn(process.execPath, ["--input-type=module", "--eval", WRITER, dir], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    await once(child.stdout, "data");
    // Wait until a write is under way, so that the kill cuts it.
    while ((await readdir(join(dir, "temp"))).length === 0) await new Promise(setImmediate);
    child.kill("SIGKILL");
    await exited;
    const store = createFileStore({ dir });
    expect(await readdir(join(dir, "temp"))).toEqual([]);
    const found = await keys(store);
    expect(found.length).toBeGreaterThan(0);
    for (const key of found) {
      const data = await readFile(join(dir, "blobs", key));
      expect(data.length).toBe(3_000_000);
      expect(data.every((byte) => byte === data[0])).toBe(true);
    }
  });

  it("keeps the temporary files of living processes and of other machines, and removes old ones", async () => {
    createFileStore({ dir });
    const host = hostname()
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-");
    const id = "00000000-0000-4000-8000-000000000000";
    const mine = `${host}.${process.pid}.${id}`;
    const parents = `${host}.${process.ppid}.${id}`;
    const elsewhere = `other-machine.4000001.${id}`;
    const dead = `${host}.4000001.${id}`;
    const old = `other-machine.4000002.${id}`;
    for (const name of [mine, parents, elsewhere, dead, old])
      await writeFile(join(dir, "temp", name), "half");
    const twoDaysAgo = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000);
    await utimes(join(dir, "temp", old), twoDaysAgo, twoDaysAgo);
    createFileStore({ dir });
    expect((await readdir(join(dir, "temp"))).toSorted()).toEqual(
      [elsewhere, mine, parents].toSorted(),
    );
  });

  it("refuses a key that lies below or above another, and keeps that one", async () => {
    const store = createFileStore({ dir });
    const blob = (key: string) => ({ key, data: Buffer.from(key), contentType: "text/plain" });
    await store.put(blob("a/b"));
    await expect(store.put(blob("a"))).rejects.toThrow("above or below");
    await expect(store.put(blob("a/b/c"))).rejects.toThrow("above or below");
    expect(await keys(store)).toEqual(["a/b"]);
    expect(await readdir(join(dir, "temp"))).toEqual([]);
  });

  it("is readable by its owner only", async () => {
    const store = createFileStore({ dir });
    await store.put({ key: "a/b", data: Buffer.from("x"), contentType: "text/plain" });
    expect((await stat(join(dir, "blobs"))).mode & 0o077).toBe(0);
    expect((await stat(join(dir, "blobs/a/b"))).mode & 0o077).toBe(0);
  });

  it("removes the folders of what was deleted", async () => {
    const store = createFileStore({ dir });
    await store.put({ key: "ws/1/a", data: Buffer.from("x"), contentType: "text/plain" });
    await store.delete("ws/1/a");
    expect(await readdir(join(dir, "blobs"))).toEqual([]);
  });
});

import { createHash } from "node:crypto";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BlobNotFound } from "#storage/contract.ts";
import type { BlobStore } from "#storage/contract.ts";

const text = new TextEncoder();

async function readAll(stream: ReadableStream<Uint8Array>): Promise<Buffer> {
  return Buffer.from(await new Response(stream).arrayBuffer());
}

/** All keys with this prefix. */
export async function keys(store: BlobStore, prefix = "", after?: string): Promise<string[]> {
  const found: string[] = [];
  for await (const key of store.list(prefix, after)) found.push(key);
  return found;
}

/** What every BlobStore does. `open` gives an empty store; it runs before each test. */
export function blobStoreContract(input: {
  name: string;
  open(): Promise<{ store: BlobStore; close(): Promise<void> }>;
}): void {
  describe(`${input.name} keeps the blob store's contract`, () => {
    let store: BlobStore;
    let close: () => Promise<void>;
    let work: string;
    beforeEach(async () => {
      ({ store, close } = await input.open());
      work = await mkdtemp(join(tmpdir(), "blob-contract-"));
    });
    afterEach(async () => {
      await close();
      await rm(work, { recursive: true, force: true });
    });

    const put = (key: string, data: string) =>
      store.put({ key, data: text.encode(data), contentType: "text/plain" });

    it("gives back what was put, whole and by range", async () => {
      await put("ws/1/a.txt", "hello blob");
      expect(String(await readAll(await store.open("ws/1/a.txt")))).toBe("hello blob");
      expect(String(await readAll(await store.open("ws/1/a.txt", { start: 6, length: 4 })))).toBe(
        "blob",
      );
      expect(String(await readAll(await store.open("ws/1/a.txt", { start: 0, length: 1 })))).toBe(
        "h",
      );
      expect(String(await readAll(await store.open("ws/1/a.txt", { start: 10, length: 0 })))).toBe(
        "",
      );
      expect(await store.size("ws/1/a.txt")).toBe(10);
    });

    it("refuses a range that is not inside the blob", async () => {
      await put("a", "hello");
      for (const range of [
        { start: 0, length: 6 },
        { start: 6, length: 0 },
        { start: -1, length: 2 },
        { start: 0.5, length: 1 },
      ]) {
        await expect(store.open("a", range), JSON.stringify(range)).rejects.toThrow(RangeError);
      }
    });

    it("stores and gives back a file of several megabytes, unchanged", async () => {
      const data = Buffer.alloc(5_000_001, "0123456789abcdef");
      await writeFile(join(work, "in"), data);
      await store.putFile({
        key: "big",
        filePath: join(work, "in"),
        contentType: "application/octet-stream",
      });
      expect((await readFile(join(work, "in"))).length).toBe(data.length);
      await store.toFile({ key: "big", filePath: join(work, "out") });
      const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
      expect(sha256(await readFile(join(work, "out")))).toBe(sha256(data));
      expect(sha256(await readAll(await store.open("big", { start: 4_999_990, length: 11 })))).toBe(
        sha256(data.subarray(4_999_990)),
      );
    });

    it("keeps empty blobs", async () => {
      await put("empty", "");
      expect(await store.size("empty")).toBe(0);
      expect((await readAll(await store.open("empty"))).length).toBe(0);
    });

    it("overwrites as a whole; who reads keeps the old blob", async () => {
      await put("k", "the old and longer one");
      const old = await store.open("k");
      await put("k", "new");
      expect(String(await readAll(old))).toBe("the old and longer one");
      expect(String(await readAll(await store.open("k")))).toBe("new");
    });

    it("survives a reader that goes away", async () => {
      await store.put({
        key: "k",
        data: Buffer.alloc(1_000_000, 7),
        contentType: "application/octet-stream",
      });
      const reader = (await store.open("k")).getReader();
      await reader.read();
      await reader.cancel();
      expect(await store.size("k")).toBe(1_000_000);
    });

    it("says so when there is no such blob", async () => {
      await put("a/b", "x");
      for (const key of ["nothing", "a", "a/b/c"]) {
        await expect(store.open(key), key).rejects.toThrow(BlobNotFound);
        await expect(store.toFile({ key, filePath: join(work, "out") })).rejects.toThrow(
          BlobNotFound,
        );
        expect(await store.size(key)).toBeUndefined();
      }
      expect(await readdir(work)).toEqual([]);
    });

    it("deletes; deleting what is not there is success", async () => {
      await put("a/b/c", "x");
      await put("a/d", "y");
      await store.delete("a/b/c");
      await store.delete("a/b/c");
      await store.delete("never/was");
      await store.delete("a");
      expect(await store.size("a/b/c")).toBeUndefined();
      expect(await keys(store, "")).toEqual(["a/d"]);
    });

    it("lists keys by prefix, in order of the whole key", async () => {
      const all = ["a.b", "a-b", "a/b", "a/c/d", "a0", "ab/x", "b"];
      for (const key of all) await put(key, key);
      expect(await keys(store, "")).toEqual(all.toSorted());
      expect(await keys(store, "a/")).toEqual(["a/b", "a/c/d"]);
      expect(await keys(store, "a/c")).toEqual(["a/c/d"]);
      expect(await keys(store, "a")).toEqual(all.filter((key) => key.startsWith("a")).toSorted());
      expect(await keys(store, "zz/")).toEqual([]);
    });

    it("lists on behind a key, whether it is still there or not", async () => {
      const all = ["a.b", "a-b", "a/b", "a/c/d", "a/c/e", "a0", "ab/x", "b"].toSorted();
      for (const key of all) await put(key, key);
      for (const after of [...all, "a", "a/", "a/c", "a/c/", "a/c/dd", "a/d", "zz"]) {
        expect(await keys(store, "", after), after).toEqual(all.filter((key) => key > after));
        const ofFolder = all.filter((key) => key.startsWith("a/") && key > after);
        expect(await keys(store, "a/", after), after).toEqual(ofFolder);
      }
    });

    it.each([
      "",
      "/a",
      "a/",
      "a//b",
      "..",
      "../a",
      "a/../b",
      "a/..",
      "./a",
      "a/.",
      ".hidden",
      "A",
      "a b",
      "a\\b",
      "a\0b",
      "ä",
      "a\n",
      "x".repeat(300),
    ])("refuses the key %j", async (key) => {
      await writeFile(join(work, "in"), "x");
      await expect(put(key, "x")).rejects.toThrow(RangeError);
      await expect(
        store.putFile({ key, filePath: join(work, "in"), contentType: "text/plain" }),
      ).rejects.toThrow(RangeError);
      await expect(store.open(key)).rejects.toThrow(RangeError);
      await expect(store.size(key)).rejects.toThrow(RangeError);
      await expect(store.delete(key)).rejects.toThrow(RangeError);
      await expect(store.toFile({ key, filePath: join(work, "out") })).rejects.toThrow(RangeError);
    });

    it.each(["..", "../", "a/../", "/", "a//", "*"])("refuses to list %j", async (prefix) => {
      await expect(keys(store, prefix)).rejects.toThrow(RangeError);
    });

    it("stores nothing when the file is missing or the work is aborted", async () => {
      const missing = { key: "k", filePath: join(work, "missing"), contentType: "text/plain" };
      await expect(store.putFile(missing)).rejects.toThrow("ENOENT");
      await writeFile(join(work, "in"), "x");
      const aborted = { ...missing, filePath: join(work, "in"), signal: AbortSignal.abort() };
      await expect(store.putFile(aborted)).rejects.toThrow("abort");
      expect(await store.size("k")).toBeUndefined();
      await put("k", "x");
      await expect(
        store.toFile({ key: "k", filePath: join(work, "out"), signal: AbortSignal.abort() }),
      ).rejects.toThrow("abort");
      expect(await readdir(work)).toEqual(["in"]);
    });

    it("takes many puts and deletes below one folder at once", async () => {
      const names = Array.from({ length: 40 }, (_, index) => `same/folder/${index % 8}`);
      await Promise.all(
        names.map(async (key, index) => {
          await put(key, `${index}`);
          if (index % 2 === 1) await store.delete(key);
        }),
      );
      for await (const key of store.list("same/")) await store.delete(key);
      expect(await keys(store, "")).toEqual([]);
    });
  });
}

import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findHolder, openDataDir, readMarker } from "./data-dir.ts";

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(path.join(os.tmpdir(), "data-"));
});
afterEach(() => rm(parent, { recursive: true }));

test("makes a folder that others pass through and nobody else reads", async () => {
  const data = await openDataDir({ dir: path.join(parent, "new") });
  expect(data.isNew).toBe(true);
  expect((await stat(data.dir)).mode & 0o777).toBe(0o711);
  expect((await stat(path.join(data.dir, "logs"))).mode & 0o777).toBe(0o700);
  await data.release();
});

test("is the same folder at the next start", async () => {
  const first = await openDataDir({ dir: parent });
  await first.update({ postgresDir: "/elsewhere" });
  await first.release();
  const second = await openDataDir({ dir: parent });
  expect(second).toMatchObject({
    isNew: false,
    marker: { id: first.marker.id, postgresDir: "/elsewhere" },
  });
  await second.release();
});

test("two at once: the second is told who holds it", async () => {
  const first = await openDataDir({ dir: parent });
  await expect(openDataDir({ dir: parent })).rejects.toThrow(
    `already runs on ${parent} (process ${process.pid})`,
  );
  expect(await findHolder(parent)).toMatchObject({ pid: process.pid });
  await first.release();
  expect(await findHolder(parent)).toBeUndefined();
  await (await openDataDir({ dir: parent })).release();
});

test("many at once: one gets it", async () => {
  await (await openDataDir({ dir: parent })).release();
  // What a killed start leaves: its number, since given to another process.
  await writeFile(
    path.join(parent, "run", "lock.json"),
    JSON.stringify({ pid: process.pid, identity: "an earlier life" }),
  );
  const starts = await Promise.allSettled(
    Array.from({ length: 8 }, () => openDataDir({ dir: parent })),
  );
  expect(starts.filter((start) => start.status === "fulfilled")).toHaveLength(1);
});

test("a lock cut short by a crash is nobody's", async () => {
  await (await openDataDir({ dir: parent })).release();
  await writeFile(path.join(parent, "run", "lock.json"), '{"pid":');
  await (await openDataDir({ dir: parent })).release();
});

test("a folder with something else in it is left alone", async () => {
  await writeFile(path.join(parent, "thesis.txt"), "chapter one");
  await expect(openDataDir({ dir: parent })).rejects.toThrow(
    /not empty and no Drumbeat data directory.*thesis\.txt/,
  );
  expect(await readMarker(parent)).toBeUndefined();
  expect(await readFile(path.join(parent, "thesis.txt"), "utf8")).toBe("chapter one");
});

test("a file in the folder's place is told", async () => {
  await writeFile(path.join(parent, "file"), "");
  await expect(openDataDir({ dir: path.join(parent, "file") })).rejects.toThrow(/cannot be used/);
});

test.runIf(process.platform === "linux")(
  "a place where no folder can be made is told",
  async () => {
    await expect(openDataDir({ dir: "/proc/drumbeat/data" })).rejects.toThrow(
      /\/proc\/drumbeat\/data cannot be used/,
    );
  },
);

test("a marker of another kind is told", async () => {
  await writeFile(path.join(parent, "drumbeat.json"), '{"format": 99}');
  await expect(openDataDir({ dir: parent })).rejects.toThrow(
    /not one that this version of Drumbeat wrote/,
  );
});

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { deflateRawSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { extractZipEntry } from "./extract-zip-entry.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), "zip-"));
});
afterEach(() => rm(dir, { recursive: true }));

/** A ZIP archive as its format says, with nothing that reading does not need. */
function zip(
  files: { name: string; content: Buffer; compress: boolean; extra?: number }[],
): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, compress, extra = 0 } of files) {
    const data = compress ? deflateRawSync(content) : content;
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(name.length, 26);
    header.writeUInt16LE(extra, 28);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(compress ? 8 : 0, 10);
    entry.writeUInt32LE(data.length, 20);
    entry.writeUInt32LE(content.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    directory.push(entry, Buffer.from(name));
    const part = Buffer.concat([header, Buffer.from(name), Buffer.alloc(extra), data]);
    parts.push(part);
    offset += part.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, list, end]);
}

test.each([true, false])("writes the file that is asked for (compressed: %s)", async (compress) => {
  const wanted = Buffer.from("a binary ".repeat(50_000));
  const archive = path.join(dir, "a.whl");
  await writeFile(
    archive,
    zip([
      { name: "a-1.dist-info/RECORD", content: Buffer.from("x"), compress: true },
      { name: "a-1.data/scripts/a", content: wanted, compress, extra: 9 },
    ]),
  );
  const target = path.join(dir, "a");
  await extractZipEntry({ archive, name: (name) => name.endsWith("/scripts/a"), target });
  expect(wanted.equals(await readFile(target))).toBe(true);
});

test("says when it is not there, or no archive at all", async () => {
  const archive = path.join(dir, "a.zip");
  const target = path.join(dir, "a");
  await writeFile(archive, zip([{ name: "b", content: Buffer.from("b"), compress: false }]));
  await expect(extractZipEntry({ archive, name: (name) => name === "a", target })).rejects.toThrow(
    /does not hold/,
  );
  await writeFile(archive, "<html>not found</html>");
  await expect(extractZipEntry({ archive, name: () => true, target })).rejects.toThrow(
    /not a ZIP archive/,
  );
});

import { createWriteStream } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { PassThrough } from "node:stream";
import { createInflateRaw } from "node:zlib";

// Offsets and signatures: APPNOTE.TXT of the ZIP format, sections 4.3.7, 4.3.12 and 4.3.16.
const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER_SIZE = 30;

interface Entry {
  name: string;
  method: number;
  compressedSize: number;
  headerOffset: number;
}

/**
 * Writes one file of a ZIP archive (a Python wheel is one) to `target`, whatever its size in memory. For archives whose
 * hash is known already: no 64-bit sizes, no encryption, and the check sum inside is not looked at.
 *
 * @param options.name tells the entry by its path in the archive; the first that matches is taken
 */
export async function extractZipEntry(options: {
  archive: string;
  name: (path: string) => boolean;
  target: string;
}): Promise<void> {
  const { archive, target } = options;
  const file = await open(archive, "r");
  try {
    const entry = (await readDirectory(file)).find(({ name }) => options.name(name));
    if (!entry) throw new Error(`${archive} does not hold the file that was looked for`);
    if (entry.method !== 0 && entry.method !== 8) {
      throw new Error(`${archive}: compression method ${entry.method} is not supported`);
    }
    const header = await readAt(file, entry.headerOffset, LOCAL_HEADER_SIZE);
    const start =
      entry.headerOffset + LOCAL_HEADER_SIZE + header.readUInt16LE(26) + header.readUInt16LE(28);
    const compressed = file.createReadStream({
      start,
      end: start + Math.max(0, entry.compressedSize - 1),
      autoClose: false,
    });
    await pipeline(
      compressed,
      entry.method === 8 ? createInflateRaw() : new PassThrough(),
      createWriteStream(target, { mode: 0o600 }),
    );
  } finally {
    await file.close();
  }
}

async function readDirectory(file: FileHandle): Promise<Entry[]> {
  const { size } = await file.stat();
  // The end record is 22 bytes and may be followed by a comment of up to 65,535.
  const tailSize = Math.min(size, 22 + 65_535);
  const tail = await readAt(file, size - tailSize, tailSize);
  let end = tail.length - 22;
  while (end >= 0 && tail.readUInt32LE(end) !== END_OF_DIRECTORY) end--;
  if (end < 0) throw new Error("this is not a ZIP archive");

  const count = tail.readUInt16LE(end + 10);
  const directory = await readAt(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  const entries: Entry[] = [];
  for (let at = 0, index = 0; index < count; index++) {
    if (directory.readUInt32LE(at) !== DIRECTORY_ENTRY)
      throw new Error("the archive's directory is damaged");
    const nameSize = directory.readUInt16LE(at + 28);
    entries.push({
      name: directory.toString("utf8", at + 46, at + 46 + nameSize),
      method: directory.readUInt16LE(at + 10),
      compressedSize: directory.readUInt32LE(at + 20),
      headerOffset: directory.readUInt32LE(at + 42),
    });
    at += 46 + nameSize + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead !== length) throw new Error("the archive is cut short");
  return buffer;
}

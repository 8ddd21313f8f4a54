import {
  closeSync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeSync,
} from "node:fs";

export interface Journal {
  /**
   * Writes one entry behind the last one. When this returns, the entry outlives the process; with `sync` it outlives
   * the machine too. When it throws (disk full), the journal is as it was before.
   */
  append(entry: object, options?: { sync?: boolean }): void;
  close(): void;
}

/**
 * Opens an append-only file of JSON lines and gives back what it holds. A last line without its end is the trace of a
 * crash in mid-write: nobody was told that it happened, so it is cut off. Any other unreadable line throws.
 */
export function openJournal(options: { path: string }): { entries: unknown[]; journal: Journal } {
  const fd = openSync(options.path, "a+", 0o600);
  const content = readFileSync(fd);
  let size = content.lastIndexOf("\n") + 1;
  if (size < content.length) ftruncateSync(fd, size);

  const lines = content.subarray(0, size).toString("utf8").split("\n").slice(0, -1);
  const entries = lines.map((line, index) =>
    parseLine({ line, number: index + 1, path: options.path }),
  );

  let closed = false;
  return {
    entries,
    journal: {
      append(entry, { sync = false } = {}) {
        // The descriptor's number may belong to another file by now.
        if (closed) throw new Error(`${options.path} is closed`);
        const bytes = Buffer.from(`${JSON.stringify(entry)}\n`);
        try {
          let written = 0;
          while (written < bytes.length) written += writeSync(fd, bytes, written);
          if (sync) fdatasyncSync(fd);
        } catch (error) {
          // Half a line would spoil the next entry.
          ftruncateSync(fd, size);
          throw error;
        }
        size += bytes.length;
      },
      close() {
        if (closed) return;
        closed = true;
        closeSync(fd);
      },
    },
  };
}

function parseLine(input: { line: string; number: number; path: string }): unknown {
  try {
    return JSON.parse(input.line);
  } catch (error) {
    throw new Error(
      `${input.path} line ${input.number} is not JSON: the file was changed by something else. ` +
        `Restore it, or remove the folder to start with an empty network.`,
      { cause: error },
    );
  }
}

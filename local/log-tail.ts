import { open } from "node:fs/promises";

/** The places in the code are in the log; here they would push the message itself out. */
const STACK_FRAME = /^\s+at /;

/** The last lines that a process wrote since `from` (a byte offset), JSON log lines brought down to their message. */
export async function logTail(options: {
  file: string;
  from?: number;
  lines?: number;
}): Promise<string> {
  const { file, from = 0, lines = 12 } = options;
  const handle = await open(file, "r");
  try {
    const { size } = await handle.stat();
    const start = Math.max(from, size - 64 * 1024);
    const { buffer, bytesRead } = await handle.read(
      Buffer.alloc(Math.max(0, size - start)),
      0,
      Math.max(0, size - start),
      start,
    );
    const text = buffer.subarray(0, bytesRead).toString("utf8");
    return text
      .split("\n")
      .filter((line) => line.trim() !== "" && !STACK_FRAME.test(line))
      .slice(-lines)
      .map(readableLine)
      .join("\n");
  } finally {
    await handle.close();
  }
}

/** A line of pino's JSON as `message: error's message`; any other line as it is. */
export function readableLine(line: string): string {
  if (!line.startsWith("{")) return line;
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== "object" || entry === null || !("msg" in entry)) return line;
    const cause =
      "err" in entry &&
      typeof entry.err === "object" &&
      entry.err !== null &&
      "message" in entry.err
        ? String(entry.err.message)
        : "";
    const message = String(entry.msg);
    return cause === "" || message.includes(cause) ? message : `${message}: ${cause}`;
  } catch {
    // Not JSON after all, or cut: shown as it stands.
    return line;
  }
}

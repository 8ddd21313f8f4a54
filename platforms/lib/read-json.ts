/** An answer longer than this is not read to its end. */
const maxAnswerBytes = 4 * 1024 * 1024;

/** The answer's JSON, or undefined when it is none or far too long. Throws when the connection breaks. */
export async function readJson(response: Response): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    // Not JSON: what that means depends on status and step, and is decided by the caller.
    return undefined;
  }
}

/** Whether a signal ended for lack of time and not because somebody gave up. */
export function isTimeout(reason: unknown): boolean {
  return reason instanceof Error && reason.name === "TimeoutError";
}

import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** The server has to begin its answer within this time: another source is tried rather than waited for. */
const ANSWER_WITHIN_MS = 5_000;
const WHOLE_WITHIN_MS = 10 * 60_000;

/** Fetches a file. Throws with a short reason: `no answer within 5 s`, `HTTP 404`. */
export async function download(options: {
  url: string;
  target: string;
  onProgress?: (text: string) => void;
}): Promise<void> {
  const { url, target, onProgress } = options;
  const abort = new AbortController();
  const answer = setTimeout(() => abort.abort(new Error("no answer within 5 s")), ANSWER_WITHIN_MS);
  const whole = setTimeout(
    () => abort.abort(new Error("not done within 10 minutes")),
    WHOLE_WITHIN_MS,
  );
  try {
    const response = await fetch(url, { signal: abort.signal });
    clearTimeout(answer);
    if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`);
    let received = 0;
    await pipeline(
      Readable.fromWeb(response.body),
      async function* count(chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          received += chunk.length;
          onProgress?.(`${Math.floor(received / 1024 / 1024)} MB`);
          yield chunk;
        }
      },
      createWriteStream(target, { mode: 0o600 }),
    );
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error });
  } finally {
    clearTimeout(answer);
    clearTimeout(whole);
  }
}

/** `fetch` says only "fetch failed": the reason is its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error) return "code" in cause ? String(cause.code) : cause.message;
  return error.message;
}

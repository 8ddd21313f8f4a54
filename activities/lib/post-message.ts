import { cut } from "#domain/cut.ts";

/** What came of a message that was posted to somebody's address. Without a status no answer came. */
export interface Posted {
  httpStatus?: number;
  /** `Retry-After` as it was given. */
  retryAfter: string | null;
  durationMs: number;
  /** What went wrong, in words. */
  error?: string;
  /** The beginning of the answer's body. */
  answer?: string;
}

const usualTimeoutMs = 10_000;
/** So much of an answer is read; nobody needs more, and some never end. */
const readBytes = 64 * 1024;
const keptCharacters = 1_024;

/**
 * Posts a body of JSON to an address that a person named, once: 10 seconds at most, no redirect followed, a little of the
 * answer read. Never throws for what the other side does.
 */
export async function postMessage(input: {
  fetch: typeof fetch;
  url: string;
  headers: Record<string, string>;
  body: string;
  signal?: AbortSignal;
  /** 10 seconds when absent. */
  timeoutMs?: number;
}): Promise<Posted> {
  const startedAt = performance.now();
  const durationMs = () => Math.round(performance.now() - startedAt);
  const { timeoutMs = usualTimeoutMs } = input;
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = input.signal ? AbortSignal.any([timeout, input.signal]) : timeout;
  let response: Response;
  try {
    response = await input.fetch(input.url, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": "Drumbeat", ...input.headers },
      body: input.body,
      redirect: "manual",
      signal,
    });
  } catch (error) {
    input.signal?.throwIfAborted();
    return {
      retryAfter: null,
      durationMs: durationMs(),
      error: timeout.aborted ? tooSlow(timeoutMs) : wordsOf(error),
    };
  }
  // The status has decided already; a body that breaks off changes nothing.
  const answer = await readBeginning(response).catch(() => "");
  const redirected = response.status >= 300 && response.status < 400;
  return {
    httpStatus: response.status,
    retryAfter: response.headers.get("retry-after"),
    durationMs: durationMs(),
    ...(redirected
      ? { error: "It redirects, which is not followed: name the final address." }
      : {}),
    ...(answer === "" ? {} : { answer }),
  };
}

async function readBeginning(response: Response): Promise<string> {
  if (!response.body) return "";
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    chunks.push(chunk);
    bytes += chunk.length;
    // Leaving the loop cancels the rest.
    if (bytes >= readBytes) break;
  }
  return cut(new TextDecoder().decode(Buffer.concat(chunks)), keptCharacters);
}

function tooSlow(timeoutMs: number): string {
  return `No answer within ${timeoutMs / 1000} seconds.`;
}

function wordsOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return "It can't be reached.";
  const code = "code" in cause && typeof cause.code === "string" ? ` (${cause.code})` : "";
  return cut(`${cause.message || "It can't be reached."}${code}`, 300);
}

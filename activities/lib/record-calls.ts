import type { CallSummary } from "#db/entities/delivery-attempt.ts";
import { cut } from "#domain/cut.ts";

/** No attempt keeps more calls than this: a large upload takes hundreds. */
const maximumKept = 20;

/**
 * Fetch that notes each call for the delivery's history: where it went and how it ended; no query, no header and no body,
 * which may hold tokens or content. Of many calls the last are kept.
 */
export function recordCalls(fetch: typeof globalThis.fetch): {
  fetch: typeof globalThis.fetch;
  calls: CallSummary[];
} {
  const calls: CallSummary[] = [];
  const note = (call: CallSummary) => {
    calls.push(call);
    if (calls.length > maximumKept) calls.shift();
  };
  return {
    calls,
    async fetch(input, init) {
      const startedAt = performance.now();
      const about = {
        method: init?.method ?? (input instanceof Request ? input.method : "GET"),
        url: placeOf(input),
        requestBytes: bytesOf(init?.body),
      };
      const durationMs = () => Math.round(performance.now() - startedAt);
      try {
        const answer = await fetch(input, init);
        note({
          ...about,
          status: answer.status,
          responseBytes: numberOf(answer.headers.get("content-length")),
          retryAfter: answer.headers.get("retry-after")?.slice(0, 40) ?? null,
          durationMs: durationMs(),
          failure: null,
        });
        return answer;
      } catch (error) {
        note({
          ...about,
          status: null,
          responseBytes: null,
          retryAfter: null,
          durationMs: durationMs(),
          failure: wordFor(error),
        });
        throw error;
      }
    },
  };
}

/** Host and path, where ids are and secrets are not. */
function placeOf(input: Parameters<typeof globalThis.fetch>[0]): string {
  const url = new URL(input instanceof Request ? input.url : input);
  return cut(`${url.host}${url.pathname}`, 500);
}

function bytesOf(body: unknown): number | null {
  if (typeof body === "string") return Buffer.byteLength(body);
  if (body instanceof Uint8Array || body instanceof ArrayBuffer) return body.byteLength;
  if (body instanceof Blob) return body.size;
  if (body instanceof URLSearchParams) return Buffer.byteLength(body.toString());
  return null;
}

function numberOf(written: string | null): number | null {
  return written !== null && /^\d{1,15}$/.test(written) ? Number(written) : null;
}

/** The system's own short word (ECONNRESET), else what kind of error it is. */
function wordFor(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ("code" in at && typeof at.code === "string") return at.code.slice(0, 60);
    if (at.cause === undefined) return at.name.slice(0, 60);
  }
  return "unknown";
}

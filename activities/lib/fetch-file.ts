import { createWriteStream } from "node:fs";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { UploadProblem } from "#db/entities/upload.ts";

const mostRedirects = 3;

/** From when on, and how fast on average at least, an address must send. */
export interface Pace {
  afterMs: number;
  bytesPerSecond: number;
}

/** Slower than any line that a file of gigabytes comes over; whoever drips would hold a place among few for hours. */
const usualPace: Pace = { afterMs: 60_000, bytesPerSecond: 64 * 1024 };

/** An address from which no file can be had, through no fault of ours; asking again would not help, or only later. */
export class FetchRefused extends Error {
  override name = "FetchRefused";
  readonly problem: UploadProblem;
  /** Whether it may be had later. */
  readonly passing: boolean;

  constructor(problem: UploadProblem, { passing }: { passing: boolean }) {
    super(problem.detail);
    this.problem = problem;
    this.passing = passing;
  }
}

/**
 * Fetches a file from an address that somebody gave us, by a fetch that reaches public addresses alone; each redirect is
 * a call of its own, and passes the same guard. The size is counted as it comes, whatever the other side says, and after
 * decompression; and so is the time, from the first call on.
 *
 * Gives the type that the other side says it has. Throws FetchRefused, and the signal's reason; errors of the local disk
 * as they are.
 */
export async function fetchFile(input: {
  fetch: typeof fetch;
  url: string;
  filePath: string;
  maximumBytes: number;
  /** How long it may take in all. Milliseconds. */
  withinMs: number;
  /** Default: 64 kB a second from the first minute on. */
  pace?: Pace;
  signal: AbortSignal;
}): Promise<{ declaredType: string | null }> {
  const watch = watchPace(input);
  try {
    return await fetchWhole({
      ...input,
      signal: AbortSignal.any([input.signal, watch.signal]),
      onBytes: watch.count,
    });
  } finally {
    watch.stop();
  }
}

/** A signal that ends with FetchRefused what takes too long or is too slow. */
function watchPace(input: { withinMs: number; pace?: Pace }): {
  signal: AbortSignal;
  count: (bytes: number) => void;
  stop: () => void;
} {
  const { withinMs, pace = usualPace } = input;
  const controller = new AbortController();
  const start = performance.now();
  let bytes = 0;
  const look = () => {
    const elapsedMs = performance.now() - start;
    if (elapsedMs >= withinMs) controller.abort(tooLong());
    else if (elapsedMs >= pace.afterMs && bytes < (pace.bytesPerSecond * elapsedMs) / 1_000)
      controller.abort(tooSlow(pace));
  };
  const timer = setInterval(look, Math.max(10, Math.min(1_000, withinMs / 4, pace.afterMs / 4)));
  look();
  return {
    signal: controller.signal,
    count: (more) => (bytes += more),
    stop: () => clearInterval(timer),
  };
}

async function fetchWhole(input: {
  fetch: typeof fetch;
  url: string;
  filePath: string;
  maximumBytes: number;
  signal: AbortSignal;
  onBytes: (bytes: number) => void;
}): Promise<{ declaredType: string | null }> {
  const { filePath, maximumBytes, signal, onBytes } = input;
  signal.throwIfAborted();
  const answer = await follow(input);
  const claimed = Number(answer.headers.get("content-length") ?? 0);
  if (claimed > maximumBytes) throw tooLarge(maximumBytes);
  if (!answer.body) throw refusal("empty", "The address answers with nothing.");
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      onBytes(chunk.length);
      if (bytes > maximumBytes) done(tooLarge(maximumBytes));
      else done(null, chunk);
    },
  });
  try {
    await pipeline(
      Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]),
      counted,
      createWriteStream(filePath, { flags: "wx", mode: 0o600 }),
      { signal },
    );
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof FetchRefused || isDiskError(error)) throw error;
    throw unreachable();
  }
  return { declaredType: answer.headers.get("content-type") };
}

async function follow(input: {
  fetch: typeof fetch;
  url: string;
  signal: AbortSignal;
}): Promise<Response> {
  let url = new URL(input.url);
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    const answer = await ask(input, url.href);
    const location = answer.headers.get("location");
    if (answer.status < 300 || answer.status >= 400 || location === null) {
      if (answer.ok) return answer;
      await answer.body?.cancel();
      const passing = answer.status >= 500 || answer.status === 429 || answer.status === 408;
      throw refusal("source_refused", `The address answers with ${answer.status}.`, { passing });
    }
    await answer.body?.cancel();
    const next = URL.parse(location, url.href);
    const downgraded = url.protocol === "https:" && next?.protocol !== "https:";
    if (!next || !/^https?:$/.test(next.protocol) || downgraded || next.username || next.password)
      throw refusal("address_refused", "The address leads on to one that nothing is fetched from.");
    url = next;
  }
  throw refusal("address_refused", `The address leads on more than ${mostRedirects} times.`);
}

async function ask(
  { fetch, signal }: { fetch: typeof globalThis.fetch; signal: AbortSignal },
  url: string,
): Promise<Response> {
  try {
    return await fetch(url, {
      redirect: "manual",
      signal,
      headers: { Accept: "image/*, video/*, audio/*", "Accept-Encoding": "identity" },
    });
  } catch (error) {
    signal.throwIfAborted();
    if (isRefused(error))
      throw refusal("address_refused", "The address is private, or leads to one that is.");
    throw unreachable();
  }
}

/** Whether the guard refused it; undici hands on what stopped a connection as the cause. */
function isRefused(error: unknown): boolean {
  for (let one = error; one instanceof Error; one = one.cause)
    if (one.name === "EgressRefused") return true;
  return false;
}

function isDiskError(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    (error.code === "ENOSPC" || error.code === "EDQUOT")
  );
}

function unreachable(): FetchRefused {
  return refusal("source_refused", "The address can't be reached, or broke off.", {
    passing: true,
  });
}

function tooSlow({ bytesPerSecond }: Pace): FetchRefused {
  const detail = `The address sends less than ${bytesPerSecond / 1024} kB a second. Give a faster one, or send the file itself.`;
  return refusal("source_refused", detail, { passing: true });
}

function tooLong(): FetchRefused {
  const detail =
    "Fetching the file took too long, over all tries. Give a faster address, or send the file itself.";
  return refusal("source_refused", detail);
}

function tooLarge(maximumBytes: number): FetchRefused {
  return refusal("too_large", `The file is too large: at most ${maximumBytes} bytes.`);
}

function refusal(code: string, detail: string, { passing } = { passing: false }): FetchRefused {
  return new FetchRefused({ code, detail }, { passing });
}

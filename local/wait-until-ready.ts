import { setTimeout as sleep } from "node:timers/promises";
import { SetupError } from "../scripts/lib/setup-error.mjs";

/** Usual while it starts; a fault only once the time is over. */
const noAnswer = "it does not answer";

/**
 * Waits until the API says that everything works: 200 and not degraded, which means that PostgreSQL, Temporal and
 * polling workers are there.
 */
export async function waitUntilReady(options: {
  apiUrl: string;
  signal: AbortSignal;
  timeoutMs?: number;
  report?: (detail: string) => void;
  logs: string;
}): Promise<void> {
  const { apiUrl, signal, timeoutMs = 90_000, report, logs } = options;
  const deadline = performance.now() + timeoutMs;
  let last = noAnswer;
  while (performance.now() < deadline && !signal.aborted) {
    last = await ask(`${apiUrl}/readyz`);
    if (last === "") return;
    report?.(last === noAnswer ? "starting" : last);
    await sleep(100, undefined, { signal }).catch(() => undefined);
  }
  signal.throwIfAborted();
  throw new SetupError({
    problem: `Drumbeat did not become ready within ${timeoutMs / 1000} s: ${last}.`,
    tried: [`asking ${apiUrl}/readyz`],
    todo: `Read the logs in ${logs}.`,
  });
}

/** @returns what is missing; empty when nothing is */
async function ask(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(3_000) });
    const body: unknown = await response.json();
    const fields = typeof body === "object" && body !== null ? body : {};
    const status = "status" in fields ? String(fields.status) : "";
    if (response.status !== 200) return `the API answers ${response.status}`;
    return status === "degraded" ? "waiting for the workers" : "";
  } catch {
    // Refused, reset or not JSON: it is not up yet, and the loop's end says so.
    return noAnswer;
  }
}

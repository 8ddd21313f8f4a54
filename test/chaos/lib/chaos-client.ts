import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

export interface Answer<Body = Record<string, unknown>> {
  status: number;
  body: Body;
  /** When it was there, epoch ms. */
  at: number;
  /** How often the request was made. */
  tries: number;
}

/** A person's client that takes no silence for an answer. */
export interface ChaosClient {
  /** Makes the request, with one Idempotency-Key, again and again until it is answered. */
  ask<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Answer<Body>>;
  /** Requests that were made again. */
  repeated(): number;
}

const patienceMs = 12_000;
/** From a quarter of a second to a whole one. */
const pauseMs = (tries: number) => Math.min(1_000, 250 * tries);

/**
 * A client with a session's cookie. A 5xx and a 409 `request_in_progress` are no answers: what became of the request is
 * open. Ends with an error when `signal` says so.
 */
export function chaosClient(options: {
  origin: string;
  cookie: string;
  signal: AbortSignal;
}): ChaosClient {
  const { origin, cookie, signal } = options;
  let repeated = 0;
  const once = async (method: string, path: string, key: string, body: unknown) => {
    const answer = await fetch(`${origin}${path}`, {
      method,
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
      headers: {
        Cookie: cookie,
        ...(method === "GET" ? {} : { "Idempotency-Key": key }),
        ...(body === undefined || body instanceof FormData
          ? {}
          : { "Content-Type": "application/json" }),
      },
      ...(body === undefined
        ? {}
        : { body: body instanceof FormData ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    const json = answer.headers.get("content-type")?.includes("json") === true;
    return { status: answer.status, body: (json ? JSON.parse(text) : {}) as { code?: string } };
  };
  return {
    repeated: () => repeated,
    async ask<Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>> {
      const key = randomUUID();
      for (let tries = 1; ; tries += 1) {
        signal.throwIfAborted();
        try {
          const answer = await once(method, path, key, body);
          if (answer.status < 500 && answer.body.code !== "request_in_progress")
            return { status: answer.status, body: answer.body as Body, at: Date.now(), tries };
        } catch (error) {
          if (signal.aborted) throw error;
          // No answer: the API is gone, or the connection to it.
        }
        if (method !== "GET") repeated += 1;
        await sleep(pauseMs(tries));
      }
    },
  };
}

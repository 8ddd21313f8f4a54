import { Agent } from "undici";

export interface Load {
  requestsPerSecond: number;
  /** Milliseconds. */
  p99: number;
}

export interface Shot {
  method: "GET" | "POST";
  path: string;
  headers: Record<string, string>;
  body?: () => string;
}

/**
 * Sends the same kind of request from `clients` clients at once, each as soon as its last one was answered, until
 * `count` were. Throws when one is not answered with `status`.
 */
export async function load(options: {
  origin: string;
  shot: Shot;
  clients: number;
  count: number;
  status: number;
}): Promise<Load> {
  const { origin, shot, clients, count, status } = options;
  const agent = new Agent({ connections: clients });
  const times: number[] = [];
  let left = count;
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (left > 0) {
        left -= 1;
        const askedAt = performance.now();
        const answer = await agent.request({
          origin,
          path: shot.path,
          method: shot.method,
          headers: shot.headers,
          body: shot.body?.() ?? null,
        });
        const text = await answer.body.text();
        if (answer.statusCode !== status)
          throw new Error(
            `${shot.method} ${shot.path}: ${answer.statusCode} ${text.slice(0, 300)}`,
          );
        times.push(performance.now() - askedAt);
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  await agent.close();
  times.sort((a, b) => a - b);
  return {
    requestsPerSecond: count / seconds,
    p99: times[Math.floor(times.length * 0.99)] ?? 0,
  };
}

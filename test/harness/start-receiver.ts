import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  /** Takes the message and says nothing. */
  silent?: true;
}

export interface Receiver {
  url: string;
  /** For EGRESS_ALLOW. */
  hostAndPort: string;
  /** What came, in order. */
  received: Received[];
  /** What it answers from now on; the last one for ever. */
  answers(...next: Answer[]): void;
  close(): Promise<void>;
}

/** Somebody's server on loopback that takes what is posted to it. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  let queue: Answer[] = [{}];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      const answer = (queue.length > 1 ? queue.shift() : queue[0]) ?? {};
      if (answer.silent) return;
      response.writeHead(answer.status ?? 200, answer.headers);
      response.end(answer.body ?? "");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const hostAndPort = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${hostAndPort}/hook`,
    hostAndPort,
    received,
    answers: (...next) => {
      queue = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

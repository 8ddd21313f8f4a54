import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Logger } from "pino";
import { registry } from "./metrics.ts";

/** Whether the process does its work, with what is worth knowing about it. */
export interface Readiness {
  ready: boolean;
  [fact: string]: unknown;
}

export interface PrivateServer {
  port: number;
  close(): Promise<void>;
}

/**
 * Listens for those who watch over this process, on an address of their own: `/metrics` for Prometheus, `/livez`, and
 * `/readyz`, which is 503 while the process does not do its work. It asks nobody who they are.
 */
export async function startPrivateServer(options: {
  host: string;
  port: number;
  readiness: () => Promise<Readiness>;
  /** More lines in Prometheus' format. */
  moreMetrics?: () => Promise<string>;
  logger: Logger;
}): Promise<PrivateServer> {
  const { host, readiness, moreMetrics, logger } = options;
  const answers: Record<string, (response: ServerResponse) => Promise<void>> = {
    "/livez": async (response) => sendJson(response, 200, { status: "ok" }),
    "/readyz": async (response) => {
      const found = await readiness();
      sendJson(response, found.ready ? 200 : 503, found);
    },
    "/metrics": async (response) => {
      const [own, more = ""] = await Promise.all([registry.metrics(), moreMetrics?.()]);
      response.writeHead(200, { "Content-Type": registry.contentType }).end(own + more);
    },
  };
  const server = createServer((request, response) => {
    const answer = answers[request.url?.split("?")[0] ?? ""];
    if (!answer || (request.method !== "GET" && request.method !== "HEAD")) {
      sendJson(response, 404, { has: Object.keys(answers) });
      return;
    }
    answer(response).catch((error: unknown) => {
      logger.error({ err: error, path: request.url }, "the private port could not answer");
      if (!response.headersSent) sendJson(response, 500, { status: "failed" });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port: options.port }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}

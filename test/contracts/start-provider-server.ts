import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the stand-in for a provider answers. */
export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  /** Sent as JSON; bytes as they are. */
  body?: unknown;
}

export interface Ask {
  method: string;
  /** As the caller wrote it. */
  url: URL;
  headers: IncomingMessage["headers"];
  /** Parsed; the fields of a form as text, files as `File`. */
  body: Record<string, unknown>;
}

export interface Route {
  method: string;
  /** The whole address without its query; its groups are handed to `answer`. */
  url: RegExp;
  answer(ask: Ask, groups: Record<string, string>): Answer | "hang";
}

export interface ProviderServer {
  /** Where a request to the provider's own address is really sent. */
  route(url: URL): URL;
  /** The next requests, whatever they are, are answered so. */
  answerNext(...answers: (Answer | "hang")[]): void;
  /** Throws where a request fitted no route. */
  close(): Promise<void>;
}

/**
 * Starts a server on a free port of the loopback that stands in for a provider at its own addresses: the host is the
 * first part of the path. What fits no route is refused, so that a wrong path or method never passes for a right one.
 */
export async function startProviderServer(routes: readonly Route[]): Promise<ProviderServer> {
  const strays: string[] = [];
  let next: (Answer | "hang")[] = [];
  const server = createServer((request, response) => {
    void serve(request, response).catch((error: unknown) => {
      send(response, { status: 500, body: { error: String(error) } });
    });
  });
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(`https:/${request.url ?? "/"}`);
    const place = `${url.origin}${url.pathname}`;
    const body = await readBody(request);
    const route = routes.find((one) => one.method === request.method && one.url.test(place));
    if (route === undefined) {
      strays.push(`${request.method} ${place}`);
      send(response, { status: 501, body: { detail: "no such path" } });
      return;
    }
    const ask = { method: route.method, url, headers: request.headers, body };
    const answer =
      next.shift() ??
      route.answer(ask, { ...route.url.exec(place)?.groups } as Record<string, string>);
    if (answer !== "hang") send(response, answer);
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    route: (url) => new URL(`http://127.0.0.1:${port}/${url.host}${url.pathname}${url.search}`),
    answerNext: (...answers) => {
      next = answers;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (strays.length > 0) throw new Error(`There is no such call: ${strays.join(", ")}`);
    },
  };
}

function send(response: ServerResponse, { status = 200, headers = {}, body }: Answer): void {
  if (body instanceof Uint8Array) {
    response
      .writeHead(status, { "content-type": "application/octet-stream", ...headers })
      .end(body);
    return;
  }
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(body === undefined ? "" : JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  if (bytes.length === 0) return {};
  const type = request.headers["content-type"] ?? "";
  if (!type.startsWith("multipart/form-data"))
    return JSON.parse(bytes.toString("utf8")) as Record<string, unknown>;
  const form = await new Response(bytes, { headers: { "content-type": type } }).formData();
  return Object.fromEntries(form);
}

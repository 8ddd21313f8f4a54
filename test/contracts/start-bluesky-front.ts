import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What becomes of a request instead of being passed on. */
export type FrontFault = (input: {
  request: IncomingMessage;
  response: ServerResponse;
  /** Passes the request on; gives the answer, which the caller does not see unless it is told. */
  accept: () => Promise<Response>;
}) => Promise<void> | void;

export interface BlueskyFront {
  url: string;
  /** Where everything is passed on to; set once the server behind it listens. */
  target: string;
  /** Decides per request; undefined passes it on. */
  choose: (request: {
    method: string;
    token: string;
    search: URLSearchParams;
  }) => FrontFault | undefined;
  close(): Promise<void>;
}

/** A proxy on loopback before a real server, for what a healthy server can't show: it breaks calls, and counts nothing. */
export async function startBlueskyFront(): Promise<BlueskyFront> {
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const front: BlueskyFront = {
    url: `http://localhost:${port}`,
    target: "",
    choose: () => undefined,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", front.url);
    const fault = front.choose({
      method: pathname.replace("/xrpc/", ""),
      token: request.headers.authorization?.replace("Bearer ", "") ?? "",
      search: searchParams,
    });
    if (fault === undefined) {
      const answer = await passOn(request);
      response.writeHead(answer.status, headersOf(answer));
      response.end(new Uint8Array(await answer.arrayBuffer()));
      return;
    }
    await fault({ request, response, accept: () => passOn(request) });
  }

  async function passOn(request: IncomingMessage): Promise<Response> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk as Uint8Array);
    const body = Buffer.concat(chunks);
    const headers = new Headers();
    for (const name of ["authorization", "content-type", "accept"]) {
      const value = request.headers[name];
      if (typeof value === "string") headers.set(name, value);
    }
    return fetch(`${front.target}${request.url ?? "/"}`, {
      method: request.method ?? "GET",
      headers,
      ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
    });
  }

  return front;
}

/** Headers without those that spoke of the body as it was on the wire; `fetch` has decoded it since. */
function headersOf(answer: Response): Record<string, string> {
  const wire = [
    "connection",
    "content-encoding",
    "content-length",
    "keep-alive",
    "transfer-encoding",
  ];
  return Object.fromEntries([...answer.headers].filter(([name]) => !wire.includes(name)));
}

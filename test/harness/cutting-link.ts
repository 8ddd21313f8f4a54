import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export interface CuttingLink {
  /** `127.0.0.1:<port>` */
  host: string;
  close(): Promise<void>;
}

/**
 * A link to a server on loopback that goes dead, for good and for every connection over it, once so many bytes have gone
 * to the server: what a client's death in the middle of a request looks like from there.
 */
export async function startCuttingLink(to: {
  port: number;
  afterBytes: number;
}): Promise<CuttingLink> {
  const sockets = new Set<Socket>();
  let sent = 0;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    return socket;
  };
  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const listener = createServer((client) => {
    keep(client);
    if (sent >= to.afterBytes) return void client.destroy();
    const server = keep(connect(to.port, "127.0.0.1"));
    server.pipe(client);
    server.on("close", () => client.destroy());
    client.on("close", () => server.end());
    client.on("data", (bytes) => {
      sent += bytes.length;
      // What was taken in goes out before the end does.
      server.write(bytes, () => {
        if (sent >= to.afterBytes) cutAll();
      });
    });
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  return {
    host: `127.0.0.1:${(listener.address() as AddressInfo).port}`,
    async close() {
      cutAll();
      listener.close();
      await once(listener, "close");
    },
  };
}

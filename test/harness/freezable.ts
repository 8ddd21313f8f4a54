import net, { type AddressInfo } from "node:net";

export interface Freezable {
  url: string;
  /** From now on nothing is carried, on connections that stand and on new ones, without a word to either side. */
  freeze(): void;
  /** Carries again, on new connections. */
  thaw(): void;
  close(): Promise<void>;
}

/** A way to the database that can stop carrying anything. */
export async function freezable(target: string): Promise<Freezable> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<net.Socket>();
  let frozen = false;
  const server = net.createServer((near) => {
    keep(near);
    if (frozen) {
      near.pause();
      return;
    }
    const far = net.connect(Number(port), hostname);
    keep(far);
    near.pipe(far).pipe(near);
  });
  const keep = (socket: net.Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
  };
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = new URL(target);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    freeze() {
      frozen = true;
      for (const socket of sockets) socket.unpipe().pause();
    },
    thaw() {
      frozen = false;
    },
    close: () =>
      new Promise((done) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => done());
      }),
  };
}

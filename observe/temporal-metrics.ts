import { createServer, type AddressInfo } from "node:net";

/** A port of this machine's own that nobody listens on just now. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: "127.0.0.1", port: 0 }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  return port;
}

/** What Temporal's own part of this worker counts, as it tells Prometheus; it serves that on a port of its own only. */
export async function readTemporalMetrics(port: number): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`, {
    signal: AbortSignal.timeout(2_000),
  });
  if (!answer.ok) throw new Error(`Temporal's metrics answered ${answer.status}`);
  return answer.text();
}

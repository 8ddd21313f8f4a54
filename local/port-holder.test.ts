import net from "node:net";
import { expect, test } from "vitest";
import { describePortHolder, listeningInodes } from "./port-holder.ts";

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000 100 0 0 10 0
   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0000 20 4 30 10 -1
   2: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0000 100 0 0 10 0
`;

test("finds the socket that listens on a port, not those connected through it", () => {
  expect(listeningInodes(TABLE, 8080)).toEqual(["4711"]);
  expect(listeningInodes(TABLE, 80)).toEqual([]);
  expect(listeningInodes("", 8080)).toEqual([]);
});

test("names the process that listens", async () => {
  const server = net.createServer();
  const port = await new Promise<number>((resolve) =>
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    }),
  );
  expect(await describePortHolder(port)).toContain(`(process ${process.pid})`);
  await new Promise((resolve) => server.close(resolve));
  expect(await describePortHolder(port)).toMatch(/another process/);
});

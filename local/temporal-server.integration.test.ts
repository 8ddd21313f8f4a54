import { mkdir, mkdtemp, readdir, readFile, readlink, rm } from "node:fs/promises";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { testServices } from "#test/harness/services.ts";
import { startTemporalServer } from "./temporal-server.ts";

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === "object" && address ? address.port : 0;
}

/** Addresses on which the process listens, as Linux writes them: in hexadecimal. */
async function listenersOf(pid: number): Promise<{ address: string; port: number }[]> {
  const folder = `/proc/${pid}/fd`;
  const links = await Promise.all(
    (await readdir(folder)).map((name) => readlink(path.join(folder, name)).catch(() => "")),
  );
  const inodes = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
  const tables = await Promise.all(
    ["tcp", "tcp6"].map((name) => readFile(`/proc/${pid}/net/${name}`, "utf8")),
  );
  return tables
    .flatMap((table) => table.trim().split("\n").slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === "0A" && inodes.has(fields[9] ?? ""))
    .map((fields) => {
      const [address = "", port = ""] = (fields[1] ?? "").split(":");
      return { address, port: Number.parseInt(port, 16) };
    });
}

test.skipIf(process.platform !== "linux")(
  "Temporal and its UI listen on loopback and nowhere else",
  async () => {
    const dir = await mkdtemp(path.join(tmpdir(), "drumbeat-loopback-"));
    for (const folder of ["run", "logs"]) await mkdir(path.join(dir, folder));
    const [port, uiPort] = [await freePort(), await freePort()];
    const server = await startTemporalServer({
      executable: testServices().temporalCliPath,
      dataDir: dir,
      port,
      uiPort,
      persistent: false,
    });
    try {
      const record = await readFile(path.join(dir, "run", "temporal.json"), "utf8");
      const { pid } = z.object({ pid: z.number() }).parse(JSON.parse(record));
      const listeners = await listenersOf(pid);
      expect(listeners.map((one) => one.port)).toEqual(expect.arrayContaining([port, uiPort]));
      // 127.0.0.1 in the order of its bytes, alone or within IPv6.
      for (const { address } of listeners)
        expect(["0100007F", "0000000000000000FFFF00000100007F"]).toContain(address);
    } finally {
      await server.stop({ graceMs: 5_000 });
      await rm(dir, { recursive: true, force: true });
    }
  },
);

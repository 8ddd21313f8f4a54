import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { choosePorts, keepPorts } from "./keep-ports.ts";

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), "ports-"));
});
afterEach(() => rm(dataDir, { recursive: true }));

const host = "127.0.0.1";

test("chooses free ports, each once, and keeps what is kept", async () => {
  const draws = [20_001, 20_001, 20_002, 20_003, 20_004, 20_005, 20_006, 20_007, 20_008, 20_009];
  const ports = await choosePorts({
    kept: { temporal: 20_003 },
    isFree: async (port) => port !== 20_002,
    draw: () => draws.shift() ?? 0,
  });
  expect(ports).toEqual({
    api: 20_001,
    postgres: 20_004,
    temporal: 20_003,
    temporalUi: 20_005,
    sandboxNetwork: 20_006,
    apiMetrics: 20_007,
    workerMetrics: 20_008,
    mediaWorkerMetrics: 20_009,
  });
});

test("says so when nothing is free", async () => {
  await expect(choosePorts({ kept: {}, isFree: async () => false })).rejects.toThrow(
    /No free port/,
  );
});

test("a second start gets the same ports", async () => {
  const first = await keepPorts({ dataDir, host });
  expect(await keepPorts({ dataDir, host })).toEqual(first);
  expect((await stat(path.join(dataDir, "ports.json"))).mode & 0o777).toBe(0o600);
});

test("a port that is asked for is kept from then on", async () => {
  const first = await keepPorts({ dataDir, host });
  const other = await keepPorts({ dataDir: await mkdtemp(path.join(dataDir, "other-")), host });
  await keepPorts({ dataDir, host, api: other.api });
  expect(await keepPorts({ dataDir, host })).toEqual({ ...first, api: other.api });
});

test("a kept port that is taken fails, naming who holds it, and keeps the file", async () => {
  const ports = await keepPorts({ dataDir, host });
  const holder = net.createServer();
  await new Promise<void>((resolve) => holder.listen(ports.api, host, resolve));
  try {
    await expect(keepPorts({ dataDir, host })).rejects.toThrow(
      new RegExp(
        `Port ${ports.api} is needed for the API, but .+ \\(process ${process.pid}\\) holds it`,
      ),
    );
    expect(JSON.parse(await readFile(path.join(dataDir, "ports.json"), "utf8"))).toEqual(ports);
    await expect(keepPorts({ dataDir, host, skip: new Set(["api"]) })).resolves.toEqual(ports);
  } finally {
    await new Promise((resolve) => holder.close(resolve));
  }
});

test("an address that this machine does not have is told", async () => {
  await expect(keepPorts({ dataDir, host: "192.0.2.1" })).rejects.toThrow(
    /192\.0\.2\.1.*EADDRNOTAVAIL/,
  );
});

test("a damaged file is named", async () => {
  await writeFile(path.join(dataDir, "ports.json"), '{"api": "x"');
  await expect(keepPorts({ dataDir, host })).rejects.toThrow(/ports\.json cannot be read/);
});

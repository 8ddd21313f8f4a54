import { request } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { initKeyRing } from "#db/vault/key-ring.ts";
import { findFreePort } from "../../observe/temporal-metrics.ts";
import { register } from "../harness/client.ts";
import { createTestDatabase, type TestDatabase } from "../harness/database.ts";
import { eventually } from "../harness/installation.ts";
import { openEventSource } from "../harness/open-event-source.ts";
import { testServices } from "../harness/services.ts";
import { spawnProgram, type Program } from "../harness/spawn-program.ts";

let dir: string;
let database: TestDatabase;
const programs: Program[] = [];

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), "drumbeat-stop-"));
  await initKeyRing(path.join(dir, "key-ring.json"));
  database = await createTestDatabase();
});

afterAll(async () => {
  for (const program of programs) await program.end();
  await database?.drop();
  await rm(dir, { recursive: true, force: true });
});

/** The API as a process of its own, and somebody who signed in there. */
async function startApiProgram() {
  const [port, metricsPort] = [await findFreePort(), await findFreePort()];
  const program = spawnProgram("api/server.ts", {
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: testServices().temporalAddress,
    KEY_RING_FILE: path.join(dir, "key-ring.json"),
    STORAGE_DIR: path.join(dir, "storage"),
    API_PORT: String(port),
    METRICS_PORT: String(metricsPort),
  });
  programs.push(program);
  await eventually(
    "the API's start",
    async () => program.said("the API is listening"),
    (said) => said === 1,
  );
  const origin = `http://127.0.0.1:${port}`;
  const email = `ada-${port}@example.org`;
  const cookie = await register(origin, { name: "Ada", email, password: "correct-horse-battery" });
  return { program, origin, cookie, watch: `http://127.0.0.1:${metricsPort}` };
}

/** A request whose body never comes to its end. */
function hang(origin: string, cookie: string): Promise<void> {
  return new Promise((resolve) => {
    const hanging = request(`${origin}/v1/agents`, {
      method: "POST",
      headers: { cookie, "content-type": "application/json", "content-length": "1000" },
    });
    hanging.on("error", () => undefined);
    hanging.write("{", () => resolve());
  });
}

it("tells its streams when to come back, and ends with nothing left open", async () => {
  const { program, origin, cookie, watch } = await startApiProgram();
  const stream = await openEventSource(`${origin}/v1/events`, { cookie });
  await stream.next(({ event }) => event === "ready");
  expect((await fetch(`${watch}/readyz`)).status).toBe(200);
  expect(await (await fetch(`${watch}/metrics`)).text()).toMatch(/^drumbeat_open_streams 1$/m);
  program.signal("SIGTERM");
  await stream.ended;
  expect(stream.retries).toEqual([2_000, 1_000]);
  expect(await program.ended).toEqual({ code: 0, signal: null });
  expect(program.said("stopped")).toBe(1);
});

it("is not ready any more while requests are still under way, and a second signal ends it at once", async () => {
  const { program, origin, cookie, watch } = await startApiProgram();
  await hang(origin, cookie);
  program.signal("SIGTERM");
  const answer = await eventually(
    "draining",
    async () => (await fetch(`${watch}/readyz`)).json() as Promise<{ ready: boolean }>,
    ({ ready }) => !ready,
  );
  expect(answer).toEqual({ ready: false, code: "stopping" });
  const startedAt = performance.now();
  program.signal("SIGTERM");
  expect(await program.ended).toEqual({ code: 1, signal: null });
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});

it("a private port that is taken is told, and ends the process", async () => {
  const program = spawnProgram("api/server.ts", {
    DATABASE_URL: database.url,
    KEY_RING_FILE: path.join(dir, "key-ring.json"),
    STORAGE_DIR: path.join(dir, "storage"),
    API_PORT: "0",
    METRICS_PORT: String(await takenPort()),
  });
  programs.push(program);
  expect((await program.ended).code).toBe(1);
  expect(JSON.stringify(program.log)).toContain("EADDRINUSE");
});

/** A port on which a server of this test's own listens. */
async function takenPort(): Promise<number> {
  const server = createServer().unref();
  await new Promise<void>((resolve) => server.listen({ host: "127.0.0.1", port: 0 }, resolve));
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

import net, { type AddressInfo } from "node:net";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { buildApp } from "#api/app.ts";
import { openOrm } from "#db/orm.ts";
import { freezable } from "../harness/freezable.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { person, type Caller } from "./callers.ts";

let api: TestApi;
let owner: Caller;
/** What the API warned of. */
const warnings: string[] = [];

beforeAll(async () => {
  const logger = pino({ level: "warn" }, { write: (line: string) => void warnings.push(line) });
  api = await startApi({ logger });
  owner = await person(api);
});

afterAll(async () => {
  await api?.close();
});

const ready = (app = api.app) => app.inject({ url: "/readyz" });
const unavailable = { status: 503, code: "database_unavailable" };

describe("readiness", () => {
  it("is full with a database and an engine", async () => {
    const answer = await ready();
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ status: "ok", engine: "ready" });
    expect((await api.app.inject({ url: "/livez" })).json()).toEqual({ status: "ok" });
  });

  it("is degraded without the engine, and what can be accepted is", async () => {
    api.setEngine("delayed");
    const answer = await ready();
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ status: "degraded", engine: "delayed" });
    api.setEngine("ready");
  });

  it("asks the database once, however many ask it at a time", async () => {
    const fork = vi.spyOn(api.context.orm.em, "fork");
    try {
      const answers = await Promise.all(Array.from({ length: 50 }, () => ready()));
      expect(answers.map((answer) => answer.statusCode)).toEqual(Array(50).fill(200));
      expect(fork).toHaveBeenCalledOnce();
    } finally {
      fork.mockRestore();
    }
  });

  /** The API with a database at this address; asks it, and gives the answers and how long they took. */
  async function askAt(url: string) {
    const orm = await openOrm({ url, poolSize: 2 });
    const app = await buildApp({ ...api.context, orm });
    try {
      const startedAt = performance.now();
      const [readiness, read, live] = await Promise.all([
        ready(app),
        app.inject({ url: "/v1/me", headers: owner.headers }),
        app.inject({ url: "/livez" }),
      ]);
      return { readiness, read, live, milliseconds: performance.now() - startedAt };
    } finally {
      await app.close();
      await orm.close(true);
    }
  }

  function expectUnavailable(found: Awaited<ReturnType<typeof askAt>>): void {
    expect(found.readiness.json()).toMatchObject(unavailable);
    for (const answer of [found.readiness, found.read])
      expect(answer.headers["retry-after"]).toBe("5");
    expect(found.readiness.headers["content-type"]).toBe("application/problem+json");
    expect(found.read.json()).toMatchObject(unavailable);
    expect(found.live.statusCode).toBe(200);
    expect(found.milliseconds).toBeLessThan(8_000);
  }

  it("is none where nobody listens", async () => {
    const free = await listen();
    await free.close();
    const url = new URL(api.database.url);
    url.port = String(free.port);
    expectUnavailable(await askAt(url.href));
  });

  it("is none, and soon, where a server takes connections and never answers", async () => {
    const silent = await listen();
    const url = new URL(api.database.url);
    url.port = String(silent.port);
    try {
      expectUnavailable(await askAt(url.href));
    } finally {
      await silent.close();
    }
  }, 15_000);

  it("is none, and soon, where a connection that stood goes silent", async () => {
    const link = await freezable(api.database.url);
    const orm = await openOrm({ url: link.url, poolSize: 1 });
    const app = await buildApp({ ...api.context, orm });
    try {
      expect((await ready(app)).statusCode).toBe(200);
      link.freeze();
      const startedAt = performance.now();
      expect((await ready(app)).json()).toMatchObject(unavailable);
      expect(performance.now() - startedAt).toBeLessThan(4_500);
    } finally {
      await link.close();
      await app.close();
      await orm.close(true);
    }
  });

  it("is none with a password that is wrong, and says nothing of it", async () => {
    const url = new URL(api.database.url);
    url.password = "not-the-password";
    const found = await askAt(url.href);
    expectUnavailable(found);
    expect(found.readiness.body + found.read.body).not.toMatch(/password|drumbeat_service/);
    expect(warnings.join("")).not.toContain("not-the-password");
  });
});

it("a database that goes away is told as such, and the process lives on", async () => {
  const other = await startApi();
  const someone = await person(other);
  try {
    // Ends the connections of the pool, which stand idle, and removes the database under them.
    await other.database.drop();
    const startedAt = performance.now();
    for (let round = 0; round < 3; round += 1) {
      expect((await ready(other.app)).json()).toMatchObject(unavailable);
      expect((await someone.call("GET", "/v1/me")).json()).toMatchObject(unavailable);
      expect((await other.app.inject({ url: "/livez" })).statusCode).toBe(200);
    }
    expect(performance.now() - startedAt).toBeLessThan(8_000);
  } finally {
    await other.close();
  }
});

/** A server that takes connections and says nothing. */
async function listen(): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((done) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => done());
      }),
  };
}

import { once } from "node:events";
import net, { type AddressInfo } from "node:net";
import Fastify from "fastify";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { addProblems } from "#api/plugins/problems.ts";
import { addTimeLimits } from "#api/plugins/time-limits.ts";
import { openOrm } from "#db/orm.ts";
import { buildApp } from "#api/app.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { freezable } from "../harness/freezable.ts";
import { anyAddress, person, program } from "./callers.ts";

const wide = { address: 1_000_000, session: 1_000_000, key: 1_000_000 };

let api: TestApi;

beforeAll(async () => {
  api = await startApi();
});

afterAll(async () => {
  await api?.close();
});

/** The same installation with other limits. */
async function limited(limits: Partial<typeof wide>): Promise<TestApi> {
  const app = await buildApp({ ...api.context, rateLimits: { ...wide, ...limits } });
  await app.ready();
  return { ...api, app };
}

describe("a rate limit", () => {
  it("tells what is left, refuses beyond it with when to come back, and starts anew", async () => {
    const owner = await person(api);
    const small = await limited({ session: 3 });
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
    try {
      const ask = () => small.app.inject({ url: "/v1/me", headers: owner.headers });
      for (const left of [2, 1, 0]) {
        const answer = await ask();
        expect(answer.statusCode).toBe(200);
        expect(answer.headers["ratelimit-policy"]).toBe(
          '"address";q=1000000;w=60, "session";q=3;w=60',
        );
        expect(answer.headers["ratelimit"]).toMatch(new RegExp(`"session";r=${left};t=60$`));
      }
      vi.advanceTimersByTime(20_000);
      const refused = await ask();
      expect(refused.json()).toMatchObject({
        status: 429,
        code: "rate_limited",
        detail: expect.stringContaining("Wait 40 seconds."),
      });
      expect(refused.headers["retry-after"]).toBe("40");
      expect(refused.headers["ratelimit"]).toMatch(/"session";r=0;t=40$/);
      vi.advanceTimersByTime(40_000);
      expect((await ask()).statusCode).toBe(200);
    } finally {
      vi.useRealTimers();
      await small.app.close();
    }
  });

  it("is each key's and each session's own", async () => {
    const owner = await person(api);
    const [one, two] = [
      await program(api, owner, ["posts:read"]),
      await program(api, owner, ["posts:read"]),
    ];
    const small = await limited({ key: 1, session: 1 });
    try {
      const ask = async (who: { headers: Record<string, string> }) =>
        (await small.app.inject({ url: "/v1/posts", headers: who.headers })).statusCode;
      expect([await ask(one), await ask(one), await ask(two), await ask(owner)]).toEqual([
        200, 429, 200, 200,
      ]);
    } finally {
      await small.app.close();
    }
  });

  it("holds for an address whoever it says it is, before the database is asked", async () => {
    const small = await limited({ address: 2 });
    const [mine, other] = [anyAddress(), anyAddress()];
    try {
      const ask = async (remoteAddress: string, headers = {}) =>
        (await small.app.inject({ url: "/v1/me", remoteAddress, headers })).statusCode;
      expect(await ask(mine)).toBe(401);
      expect(await ask(mine, { authorization: "Bearer x" })).toBe(401);
      expect(await ask(mine, { authorization: "Bearer y" })).toBe(429);
      expect(await ask(other)).toBe(401);
      const health = await small.app.inject({ url: "/livez", remoteAddress: mine });
      expect(health.statusCode).toBe(200);
    } finally {
      await small.app.close();
    }
  });
});

describe("a request that does not come to an end", () => {
  it("is given up where its body trickles in", async () => {
    const app = Fastify();
    addProblems(app);
    addTimeLimits(app, { bodyMs: 50 });
    let handled = 0;
    app.post("/", async () => {
      handled += 1;
      return {};
    });
    await app.listen({ port: 0, host: "127.0.0.1" });
    try {
      const answer = await talk(portOf(app.server), [
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
      ]);
      expect(answer).toMatch(/^HTTP\/1\.1 408 /);
      expect(answer).toContain('"code":"body_too_slow"');
      expect(handled).toBe(0);
    } finally {
      await app.close();
    }
  });

  it.each([
    [
      "headers that are too large",
      `GET / HTTP/1.1\r\nHost: x\r\nA: ${"a".repeat(20_000)}\r\n\r\n`,
      431,
    ],
    ["what is no HTTP", "HELO there\r\n\r\n", 400],
  ])("is a problem document for %s", async (_, text, status) => {
    const app = await buildApp(api.context);
    await app.listen({ port: 0, host: "127.0.0.1" });
    try {
      const answer = await talk(portOf(app.server), [text]);
      expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect(answer).toContain("application/problem+json");
      expect(JSON.parse(answer.split("\r\n\r\n")[1] ?? "")).toMatchObject({ status });
    } finally {
      await app.close();
    }
  });
});

describe("a database that falls silent", () => {
  it("is a clear 503 on every kind of request, in bounded time, and is used again once it speaks", async () => {
    const link = await freezable(api.database.url);
    const orm = await openOrm({ url: link.url, poolSize: 2, queryTimeoutMs: 300 });
    const app = await buildApp({ ...api.context, orm });
    const owner = await person(api);
    const ask = () => app.inject({ url: "/v1/posts", headers: owner.headers });
    try {
      expect((await ask()).statusCode).toBe(200);
      link.freeze();
      const startedAt = performance.now();
      const answers = await Promise.all([ask(), ask()]);
      expect(performance.now() - startedAt).toBeLessThan(6_500);
      for (const answer of answers)
        expect(answer.json()).toMatchObject({ status: 503, code: "database_unavailable" });
      link.thaw();
      await vi.waitFor(async () => expect((await ask()).statusCode).toBe(200), 10_000);
    } finally {
      await link.close();
      await app.close();
      await orm.close(true);
    }
  }, 30_000);
});

function portOf(server: net.Server): number {
  return (server.address() as AddressInfo).port;
}

/** Says something on a connection and returns all that comes back until it is closed. */
async function talk(port: number, lines: string[]): Promise<string> {
  const socket = net.connect(port, "127.0.0.1");
  let heard = "";
  socket.on("data", (bytes) => {
    heard += bytes.toString();
  });
  socket.on("error", () => undefined);
  for (const line of lines) socket.write(line);
  await once(socket, "close");
  return heard;
}

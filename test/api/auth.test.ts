import { createHash, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  AuditEvent,
  CreditEntry,
  Session,
  Throttle,
  User,
  WorkspaceDetails,
} from "#db/entities/index.ts";
import { inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import { buildApp } from "#api/app.ts";
import { hashPassword } from "#api/lib/password.ts";
import { registerUser } from "#api/lib/register-user.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { asSuperuser } from "../harness/tenant-rows.ts";
import { anyAddress, elsewhere, person, type Caller } from "./callers.ts";

const password = "correct horse battery";
const day = 24 * 60 * 60 * 1000;

let api: TestApi;
let owner: Caller & { email: string };
/** How far the API's clock is ahead. Milliseconds. */
let ahead = 0;

beforeAll(async () => {
  api = await startApi({ now: () => new Date(Date.now() + ahead) });
  owner = await person(api);
});

afterAll(async () => {
  await api?.close();
});

const outside = (from = api) => outsideWorkspaces(from.context.orm);

const register = (from: TestApi, body: object, headers: Record<string, string> = {}) =>
  from.app.inject({ method: "POST", url: "/v1/auth/register", payload: body, headers });

const login = (body: object, from = api, remoteAddress = "127.0.0.1") =>
  from.app.inject({ method: "POST", url: "/v1/auth/login", payload: body, remoteAddress });

const me = (caller: Caller) => caller.call("GET", "/v1/me");

describe("registering", () => {
  it("makes a person, a workspace of their own with 1,000 credits, and a session", async () => {
    const body = { name: " Bo ", email: "Bo@Example.com", password };
    const answer = await register(api, body);
    expect(answer.statusCode).toBe(201);
    const { user, workspace } = answer.json();
    expect(answer.json()).toEqual({
      user: { id: expect.any(String), name: "Bo", email: "bo@example.com" },
      workspace: { id: expect.any(String), name: "Bo's workspace" },
    });
    expect(answer.cookies).toEqual([
      {
        name: "sid",
        value: expect.stringMatching(/^[\w-]{43}$/),
        path: "/",
        httpOnly: true,
        sameSite: "Lax",
        maxAge: (30 * day) / 1000,
      },
    ]);
    const em = inWorkspace(api.context.orm, workspace.id);
    expect(await em.findOneOrFail(WorkspaceDetails, { id: workspace.id })).toMatchObject({
      credits: 1_000,
    });
    expect(await em.find(CreditEntry, {})).toMatchObject([{ kind: "grant", amount: 1_000 }]);
    expect(await em.find(AuditEvent, {})).toMatchObject([
      { action: "user.registered", actor: `user:${user.id}`, sequence: 1 },
    ]);
    const cookie = `sid=${answer.cookies[0]?.value}`;
    const asked = await api.app.inject({ url: "/v1/me", headers: { cookie } });
    expect(asked.json()).toMatchObject({
      user: { id: user.id },
      workspace: { id: workspace.id, credits: 1_000 },
      role: "owner",
      operator: false,
    });
  });

  it("stores neither the password nor the session's token", async () => {
    const token = owner.headers["cookie"]?.split("=")[1] ?? "";
    const sessions = await outside().find(Session, {});
    expect(sessions.map((one) => one.tokenHash)).toContain(
      createHash("sha256").update(token).digest("hex"),
    );
    const user = await outside().findOneOrFail(
      User,
      { email: owner.email },
      { populate: ["passwordHash"] },
    );
    expect(user.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]+\$[\w+/]+$/);
  });

  it("refuses an address that has an account, in whatever case", async () => {
    const body = { name: "x", email: owner.email.toUpperCase(), password };
    const answer = await register(api, body);
    expect(answer.json()).toMatchObject({ status: 409, code: "email_taken" });
  });

  it.each([
    [{ name: "", email: "a@example.com", password }, "/name"],
    [{ name: "nul\u0000", email: "a@example.com", password }, "/name"],
    [{ name: "half \ud800", email: "a@example.com", password }, "/name"],
    [{ name: "a", email: "no address", password }, "/email"],
    [{ name: "a", email: "a@example.com", password: "short" }, "/password"],
    [{ name: "a", email: "a@example.com", password: "x".repeat(201) }, "/password"],
    [{ name: "a", email: "a@example.com" }, "/password"],
  ])("refuses %j", async (body, pointer) => {
    const answer = await register(api, body);
    expect(answer.headers["content-type"]).toBe("application/problem+json");
    expect(answer.json()).toMatchObject({
      type: "urn:drumbeat:problem:invalid_request",
      status: 422,
      code: "invalid_request",
      requestId: answer.headers["x-request-id"],
      errors: [{ pointer }],
    });
  });

  it("sets a cookie that is bound to the host where the product is reached over https", async () => {
    const other = await startApi({ publicUrl: "https://drumbeat.example" });
    try {
      const answer = await register(other, { name: "Bo", email: "bo@example.com", password });
      expect(answer.cookies).toMatchObject([
        { name: "__Host-sid", path: "/", secure: true, httpOnly: true, sameSite: "Lax" },
      ]);
      expect(answer.cookies[0]).not.toHaveProperty("domain");
      expect(answer.headers["strict-transport-security"]).toContain("max-age");
      const [cookie] = answer.cookies;
      const asked = (name: string) =>
        other.app.inject({ url: "/v1/me", headers: { cookie: `${name}=${cookie?.value}` } });
      expect((await asked("__Host-sid")).statusCode).toBe(200);
      const out = await other.app.inject({
        method: "POST",
        url: "/v1/auth/logout",
        headers: { cookie: `__Host-sid=${cookie?.value}` },
      });
      // A browser takes this cookie away only by words that it would take to set it.
      expect(out.cookies).toMatchObject([
        { name: "__Host-sid", value: "", path: "/", secure: true, expires: new Date(0) },
      ]);
      expect((await asked("sid")).statusCode).toBe(401);
    } finally {
      await other.close();
    }
  });
});

describe("who may register", () => {
  it("first: one person, the demo's apart, however many come at once; they are the operator", async () => {
    const first = await startApi({ registration: "first" });
    try {
      await registerUser({
        orm: first.context.orm,
        registration: "first",
        name: "Demo",
        email: "demo@example.com",
        password,
        seeded: true,
      });
      // All three have looked, and none has written: whoever then writes must not rely on an old look.
      const answers = await asSuperuser(first.database, async (client) => {
        await client.query("begin");
        await client.query('lock table "user" in share row exclusive mode');
        const asked = ["a", "b", "c"].map((name) =>
          register(first, { name, email: `${name}@example.com`, password }),
        );
        await vi.waitFor(
          async () => {
            const { rows } = await client.query<{ waiting: number }>(
              "select count(distinct pid)::int as waiting from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())",
            );
            expect(rows).toEqual([{ waiting: 3 }]);
          },
          { timeout: 10_000, interval: 20 },
        );
        await client.query("commit");
        return Promise.all(asked);
      });
      expect(answers.map((answer) => answer.statusCode).sort()).toEqual([201, 403, 403]);
      const refused = answers.filter((answer) => answer.statusCode === 403);
      for (const answer of refused) {
        expect(answer.json()).toMatchObject({ code: "registration_closed" });
        expect(answer.cookies).toEqual([]);
      }
      const users = await outside(first).find(User, {}, { orderBy: { seeded: "asc" } });
      expect(users).toMatchObject([
        { operator: true, seeded: false },
        { operator: false, seeded: true },
      ]);
      const late = await register(first, { name: "d", email: "d@example.com", password });
      expect(late.json()).toMatchObject({ status: 403, code: "registration_closed" });
    } finally {
      await first.close();
    }
  });

  it("open: anybody, and the first real person is the operator", async () => {
    const users = await outside().find(User, {}, { orderBy: { id: "asc" } });
    expect(users.length).toBeGreaterThan(1);
    expect(users.filter((user) => user.operator).map((user) => user.email)).toEqual([owner.email]);
    expect((await me(owner)).json()).toMatchObject({ operator: true });
  });

  it("closed: nobody, whether or not the address is known", async () => {
    const { app, context } = api;
    const before = context.registration;
    context.registration = "closed";
    try {
      for (const email of [owner.email, "nobody@example.com"]) {
        const answer = await app.inject({
          method: "POST",
          url: "/v1/auth/register",
          payload: { name: "x", email, password },
        });
        expect(answer.json()).toMatchObject({ status: 403, code: "registration_closed" });
      }
    } finally {
      context.registration = before;
    }
  });
});

describe("signing in and out", () => {
  it("gives each sign-in a session of its own, and ends just the one that signs out", async () => {
    const here = await elsewhere(api, owner);
    const there = await elsewhere(api, owner);
    expect(here.headers).not.toEqual(there.headers);
    expect(here.workspaceId).toBe(owner.workspaceId);
    const out = await here.call("POST", "/v1/auth/logout");
    expect(out.statusCode).toBe(204);
    expect(out.cookies).toMatchObject([{ name: "sid", value: "", path: "/" }]);
    expect((await me(here)).json()).toMatchObject({ status: 401, code: "unauthenticated" });
    expect((await me(there)).statusCode).toBe(200);
    expect((await here.call("POST", "/v1/auth/logout")).statusCode).toBe(401);
  });

  it("answers a known and an unknown address alike", async () => {
    const body = { password: "wrong wrong" };
    const known = await login({ email: owner.email, ...body }, api, "10.1.0.1");
    const unknown = await login({ email: "nobody@example.com", ...body }, api, "10.1.0.1");
    const facts = (answer: typeof known) => {
      const { requestId: _, ...problem } = answer.json();
      const headers = Object.keys(answer.headers).sort();
      return { status: answer.statusCode, problem, headers, cookies: answer.cookies };
    };
    expect(facts(known)).toEqual(facts(unknown));
    expect(known.json()).toMatchObject({ status: 401, code: "wrong_credentials" });
  });

  it("takes the address in any case and the password in any Unicode form", async () => {
    await register(api, { name: "Zoë", email: "zoe@example.com", password: "Zo\u00eb's password" });
    const answer = await login({ email: "ZOE@example.com", password: "Zoe\u0308's password" });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ user: { email: "zoe@example.com" } });
  });
});

describe("a session", () => {
  async function fresh(): Promise<Caller> {
    ahead = 0;
    return elsewhere(api, owner);
  }

  it("ends when it was idle for a week, and goes on while it is used", async () => {
    const used = await fresh();
    const idle = await elsewhere(api, owner);
    ahead = 6 * day;
    expect((await me(used)).statusCode).toBe(200);
    ahead = 8 * day;
    expect((await me(used)).statusCode).toBe(200);
    expect((await me(idle)).json()).toMatchObject({ status: 401, code: "unauthenticated" });
    ahead = 0;
  });

  it("ends after thirty days, however busy it is", async () => {
    const busy = await fresh();
    for (let days = 5; days < 30; days += 5) {
      ahead = days * day;
      expect((await me(busy)).statusCode, `${days} days`).toBe(200);
    }
    ahead = 30 * day;
    expect((await me(busy)).statusCode).toBe(401);
    ahead = 0;
  });

  it("is written at most once a minute for having been used", async () => {
    const caller = await fresh();
    const token = caller.headers["cookie"]?.split("=")[1] ?? "";
    const tokenHash = createHash("sha256").update(token).digest("hex");
    const seen = async () =>
      (await outside().findOneOrFail(Session, { tokenHash })).lastSeenAt.getTime();
    const first = await seen();
    ahead = 30_000;
    await me(caller);
    expect(await seen()).toBe(first);
    ahead = 90_000;
    await me(caller);
    expect(await seen()).toBeGreaterThan(first);
    ahead = 0;
  });

  it("is refused at once when it is revoked, or its person is no member any more", async () => {
    const caller = await fresh();
    const someone = await person(api);
    await outside().nativeUpdate(
      Session,
      {
        tokenHash: createHash("sha256")
          .update(caller.headers["cookie"]?.split("=")[1] ?? "")
          .digest("hex"),
      },
      { revokedAt: new Date() },
    );
    expect((await me(caller)).statusCode).toBe(401);
    expect((await me(someone)).statusCode).toBe(200);
    await inWorkspace(api.context.orm, someone.workspaceId).execute("delete from member");
    expect((await me(someone)).statusCode).toBe(401);
    expect((await login({ email: someone.email, password })).json()).toMatchObject({
      status: 403,
      code: "no_workspace",
    });
  });

  it.each(["", "x", "%00", "a".repeat(5_000)])("is not what %j says", async (value) => {
    const answer = await api.app.inject({ url: "/v1/me", headers: { cookie: `sid=${value}` } });
    expect(answer.json()).toMatchObject({ status: 401, code: "unauthenticated" });
    expect(answer.headers["www-authenticate"]).toBe("Bearer");
  });
});

describe("registering", () => {
  const from = (address: string, name = randomUUID()) =>
    api.app.inject({
      method: "POST",
      url: "/v1/auth/register",
      remoteAddress: address,
      payload: { name, email: `${name}@example.com`, password },
    });

  it("is throttled by address, whatever comes of it, and says when to come back", async () => {
    const name = randomUUID();
    // The first makes the account, the others find it taken.
    const answers = await Promise.all(Array.from({ length: 22 }, () => from("10.3.0.1", name)));
    const statuses = answers.map((answer) => answer.statusCode).sort();
    expect(statuses).toEqual([201, ...Array<number>(19).fill(409), 429, 429]);
    const refused = await from("10.3.0.1");
    expect(refused.json()).toMatchObject({ status: 429, code: "too_many_tries" });
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(3_000);
    expect((await from("10.3.0.2")).statusCode).toBe(201);
  });

  it("hashes nothing where registration is closed", async () => {
    const closed = await startApi({ registration: "closed" });
    // Hashes are made in the order of their asking: one more would be the last of them.
    let left = 20;
    const hashes = Array.from({ length: left }, () =>
      hashPassword(password).then(() => (left -= 1)),
    );
    try {
      const answer = await register(closed, { name: "x", email: "x@example.com", password });
      expect(answer.json()).toMatchObject({ status: 403, code: "registration_closed" });
      expect(left).toBeGreaterThan(0);
    } finally {
      await Promise.all(hashes);
      await closed.close();
    }
  });
});

describe("guessing", () => {
  const tries = (count: number, email: string, address: string) =>
    Promise.all(
      Array.from({ length: count }, () => login({ email, password: "wrong wrong" }, api, address)),
    );

  it("is throttled after ten tries, also when they come at once, and says when to come back", async () => {
    const guessed = await person(api);
    const answers = await tries(14, guessed.email, "10.2.0.1");
    const statuses = answers.map((answer) => answer.statusCode);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(4);
    const last = await login({ email: guessed.email, password }, api, "10.2.0.1");
    expect(last.json()).toMatchObject({ status: 429, code: "too_many_tries" });
    const wait = Number(last.headers["retry-after"]);
    expect(wait).toBe(last.json().retryAfter);
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(300);
    // Whoever knows the password is not kept out by those who guess elsewhere.
    const own = await login({ email: guessed.email, password }, api, "10.2.0.2");
    expect(own.statusCode).toBe(200);
    await outside().nativeUpdate(Throttle, {}, { resetAt: new Date(Date.now() - 1) });
    const later = await login({ email: guessed.email, password }, api, "10.2.0.1");
    expect(later.statusCode).toBe(200);
  });

  it("is throttled alike for an address that nobody has", async () => {
    const [known, unknown] = [await person(api), "nobody-else@example.com"];
    const of = async (email: string, address: string) =>
      (await tries(12, email, address)).map((answer) => answer.statusCode).sort();
    expect(await of(unknown, "10.3.0.1")).toEqual(await of(known.email, "10.3.0.2"));
  });

  it("is forgotten by a sign-in, which counts for nothing itself", async () => {
    const { email } = await person(api);
    await tries(9, email, "10.4.0.1");
    expect((await login({ email, password }, api, "10.4.0.1")).statusCode).toBe(200);
    const address = createHash("sha256").update("sign-in-address|10.4.0.1").digest("hex");
    expect(await outside().findOneOrFail(Throttle, { key: address })).toMatchObject({ points: 9 });
    const again = await tries(10, email, "10.4.0.1");
    expect(again.map((answer) => answer.statusCode)).toEqual(Array(10).fill(401));
  });

  it("is throttled alike from every address of one network of IPv6", async () => {
    const email = `${randomUUID()}@example.com`;
    for (let host = 1; host <= 10; host += 1) await tries(1, email, `2001:db8:7:7::${host}`);
    expect((await tries(1, email, "2001:db8:7:7:a:b:c:d"))[0]?.statusCode).toBe(429);
    expect((await tries(1, email, "2001:db8:7:8::1"))[0]?.statusCode).toBe(401);
  });

  it("over many accounts is throttled by the address it comes from", async () => {
    const key = createHash("sha256").update("sign-in-address|10.5.0.1").digest("hex");
    const resetAt = new Date(Date.now() + 60_000);
    await outside().upsert(Throttle, { key, points: 100, resetAt });
    const [one] = await tries(1, "someone@example.com", "10.5.0.1");
    expect(one?.statusCode).toBe(429);
    expect(Number(one?.headers["retry-after"])).toBeLessThanOrEqual(60);
  });
});

describe("requests that carry a cookie", () => {
  const own = "http://127.0.0.1:8080";
  const create = (headers: Record<string, string>, who = owner.headers) =>
    api.app.inject({
      method: "POST",
      url: "/v1/api-keys",
      headers: { ...who, ...headers },
      payload: { name: "k", scopes: ["posts:read"] },
    });

  it.each<[string, Record<string, string>, number]>([
    ["neither, as a program", {}, 201],
    ["our Origin", { origin: own }, 201],
    ["our Origin and site", { origin: own, "sec-fetch-site": "same-origin" }, 201],
    ["Sec-Fetch-Site: same-origin", { "sec-fetch-site": "same-origin" }, 201],
    ["another Origin", { origin: "https://evil.example" }, 403],
    [
      "another Origin that says same-origin",
      { origin: "https://evil.example", "sec-fetch-site": "same-origin" },
      403,
    ],
    ["another port", { origin: "http://127.0.0.1:8081" }, 403],
    ["another scheme", { origin: "https://127.0.0.1:8080" }, 403],
    ["our Origin as a prefix", { origin: `${own}.evil.example` }, 403],
    ["an opaque Origin", { origin: "null" }, 403],
    ["an empty Origin", { origin: "" }, 403],
    ["Sec-Fetch-Site: cross-site", { "sec-fetch-site": "cross-site" }, 403],
    ["Sec-Fetch-Site: same-site", { "sec-fetch-site": "same-site" }, 403],
    ["Sec-Fetch-Site: none", { "sec-fetch-site": "none" }, 403],
  ])("with %s (%j) are answered with %i", async (_name, headers, status) => {
    const answer = await create(headers);
    expect(answer.statusCode, answer.body).toBe(status);
    if (status === 403) expect(answer.json()).toMatchObject({ code: "foreign_origin" });
  });

  it("may read from anywhere that a browser lets them", async () => {
    const headers = { ...owner.headers, origin: "https://evil.example" };
    const answer = await api.app.inject({ url: "/v1/me", headers });
    expect(answer.statusCode).toBe(200);
    // Which is nowhere: no answer of ours may be read by another site.
    expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
  });

  it("can't sign somebody in from another site", async () => {
    for (const url of ["/v1/auth/login", "/v1/auth/register"]) {
      const answer = await api.app.inject({
        method: "POST",
        url,
        headers: { origin: "https://evil.example" },
        payload: { name: "x", email: owner.email, password },
      });
      expect(answer.json()).toMatchObject({ status: 403, code: "foreign_origin" });
    }
  });

  const form = "--x\r\ncontent-disposition: form-data; name=a\r\n\r\nb\r\n--x--\r\n";
  it.each([
    ["text/plain", '{"name":"k","scopes":["posts:read"]}'],
    ["text/plain;charset=UTF-8", "{}"],
    ["application/x-www-form-urlencoded", "name=k"],
    ["multipart/form-data; boundary=x", form],
    ["application/xml", "<a/>"],
    ["application/jsonp", "{}"],
    ["", "{}"],
  ])("and a body of type %j are refused", async (type, payload) => {
    for (const url of ["/v1/api-keys", `/v1/posts/${crypto.randomUUID()}/cancel`]) {
      const headers = { ...owner.headers, "content-type": type };
      const answer = await api.app.inject({ method: "POST", url, headers, payload });
      expect(answer.json(), `${url} ${answer.body}`).toMatchObject({
        status: 415,
        code: "unsupported_media_type",
      });
    }
  });

  it("and JSON are taken, with a charset too, and nothing at all where nothing is needed", async () => {
    const json = await create({ "content-type": "application/json; charset=utf-8" });
    expect(json.statusCode).toBe(201);
    const cancel = await owner.call("POST", `/v1/posts/${crypto.randomUUID()}/cancel`);
    expect(cancel.statusCode).toBe(404);
  });

  it("and JSON are refused on the upload's route", async () => {
    const answer = await owner.call("POST", "/v1/assets", { body: { file: "x" } });
    expect(answer.statusCode).toBe(415);
  });

  it("need all this, and those of a key none of it", async () => {
    const made = await owner.call("POST", "/v1/api-keys", {
      body: { name: "k", scopes: ["api-keys:write", "posts:read"] },
    });
    const bearer = { authorization: `Bearer ${made.json().key}` };
    const from = { origin: "https://elsewhere.example", "sec-fetch-site": "cross-site" };
    expect((await create(from, bearer)).statusCode).toBe(201);
    // A key decides even where a cookie comes along.
    expect((await create(from, { ...bearer, ...owner.headers })).statusCode).toBe(201);
    const broken = await create(from, { ...owner.headers, authorization: "Bearer x" });
    expect(broken.statusCode).toBe(401);
  });
});

describe("an account that is tried from everywhere", () => {
  it("answers later and later, alike for one that does not exist, and lets its owner in", async () => {
    const waits: number[] = [];
    const app = await buildApp({
      ...api.context,
      pause: async (milliseconds) => void waits.push(milliseconds),
    });
    const owner = await person(api);
    const attempt = async (email: string, password: string) => {
      const answer = await app.inject({
        method: "POST",
        url: "/v1/auth/login",
        remoteAddress: anyAddress(),
        payload: { email, password },
      });
      return { status: answer.statusCode, waited: waits.at(-1) };
    };
    try {
      for (const email of [owner.email, `${randomUUID()}@example.com`]) {
        for (let tries = 1; tries <= 50; tries += 1) {
          const waited = Math.min(5_000, Math.max(0, tries - 20) * 250);
          expect(await attempt(email, "wrong password")).toEqual({ status: 401, waited });
        }
      }
      expect(await attempt(owner.email, "correct horse battery")).toEqual({
        status: 200,
        waited: 5_000,
      });
    } finally {
      await app.close();
    }
  }, 120_000);
});

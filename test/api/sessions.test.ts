import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { AuditEvent, Session } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { anyAddress, elsewhere, password, person, type Caller } from "./callers.ts";

const minute = 60_000;
const day = 24 * 60 * minute;

let api: TestApi;
let owner: Caller & { email: string };
/** How far the API's clock is ahead. Milliseconds. */
let ahead = 0;

beforeAll(async () => {
  api = await startApi({ now: () => new Date(Date.now() + ahead) });
});

afterAll(async () => {
  await api?.close();
});

beforeEach(async () => {
  ahead = 0;
  owner = await person(api);
});

const me = (who: Caller) => who.call("GET", "/v1/me");

interface Listed {
  id: string;
  current: boolean;
}

const sessions = async (by: Caller) =>
  (await by.call("GET", "/v1/sessions")).json<{ data: Listed[] }>().data;

const actions = async () =>
  (
    await inWorkspace(api.context.orm, owner.workspaceId).find(
      AuditEvent,
      {},
      { orderBy: { sequence: "asc" } },
    )
  ).map((line) => line.action);

async function current(who: Caller): Promise<string> {
  const mine = (await sessions(who)).find((session) => session.current);
  if (!mine) throw new Error("no current session");
  return mine.id;
}

describe("a person's sessions", () => {
  it("are listed with where they are from, and no one else's", async () => {
    await person(api);
    const there = await elsewhere(api, owner);
    const list = (await owner.call("GET", "/v1/sessions")).json();
    expect(list.data).toHaveLength(2);
    expect(list.data[1]).toEqual({
      id: expect.any(String),
      current: true,
      workspace: { id: owner.workspaceId, name: "Ada's workspace" },
      userAgent: "lightMyRequest",
      address: expect.stringMatching(/^2001:db8:/),
      createdAt: expect.any(String),
      lastSeenAt: expect.any(String),
    });
    expect(list.data[0]).toMatchObject({ current: false });
    expect((await sessions(there))[0]).toMatchObject({ current: true });
  });

  it("are not listed once they have ended, by themselves or by somebody", async () => {
    const idle = await elsewhere(api, owner);
    ahead = 5 * day;
    expect((await me(owner)).statusCode).toBe(200);
    ahead = 8 * day;
    expect(await sessions(owner)).toHaveLength(1);
    expect((await me(idle)).statusCode).toBe(401);
  });

  it("end one by one, at once, and are audited", async () => {
    const there = await elsewhere(api, owner);
    const id = await current(there);
    const end = () => owner.call("DELETE", `/v1/sessions/${id}`);
    expect((await end()).statusCode).toBe(204);
    expect((await me(there)).json()).toMatchObject({ status: 401, code: "unauthenticated" });
    expect((await me(owner)).statusCode).toBe(200);
    expect((await end()).statusCode).toBe(204);
    expect(await actions()).toEqual(["user.registered", "user.signed-in", "session.ended"]);
  });

  it("are one's own alone", async () => {
    const other = await person(api);
    for (const id of [await current(other), newId()]) {
      const answer = await owner.call("DELETE", `/v1/sessions/${id}`);
      expect(answer.json()).toMatchObject({ status: 404, code: "not_found" });
    }
    expect((await me(other)).statusCode).toBe(200);
  });

  it("end all at once, with or without the one that asks", async () => {
    const others = [await elsewhere(api, owner), await elsewhere(api, owner)];
    const stranger = await person(api);
    expect((await owner.call("DELETE", "/v1/sessions?except=current")).statusCode).toBe(204);
    for (const other of others) expect((await me(other)).statusCode).toBe(401);
    expect((await me(owner)).statusCode).toBe(200);
    const again = await elsewhere(api, owner);
    expect((await owner.call("DELETE", "/v1/sessions")).statusCode).toBe(204);
    for (const ended of [owner, again]) expect((await me(ended)).statusCode).toBe(401);
    expect((await me(stranger)).statusCode).toBe(200);
    expect((await stranger.call("DELETE", "/v1/sessions?except=none")).statusCode).toBe(422);
  });

  it("give way to the next one in the same browser", async () => {
    const payload = { email: owner.email, password };
    const again = await api.app.inject({
      method: "POST",
      url: "/v1/auth/login",
      headers: owner.headers,
      payload,
    });
    expect(again.statusCode).toBe(200);
    expect((await me(owner)).statusCode).toBe(401);
  });
});

describe("giving the password anew", () => {
  const stepUp = (by: Caller, given: string, remoteAddress = anyAddress()) =>
    api.app.inject({
      method: "POST",
      url: "/v1/auth/step-up",
      headers: by.headers,
      remoteAddress,
      payload: { password: given },
    });
  const makeKey = (headers: Record<string, string>) =>
    api.app.inject({
      method: "POST",
      url: "/v1/api-keys",
      headers,
      payload: { name: "k", scopes: ["posts:read"] },
    });

  it("is needed for a key when it was given more than ten minutes ago", async () => {
    ahead = 10 * minute - 5_000;
    expect((await makeKey(owner.headers)).statusCode).toBe(201);
    ahead = 10 * minute + 5_000;
    const refused = await makeKey(owner.headers);
    expect(refused.json()).toMatchObject({ status: 403, code: "step_up_needed" });
    expect(refused.json().detail).toContain("/v1/auth/step-up");
    const answer = await stepUp(owner, password);
    expect(answer.statusCode, answer.body).toBe(204);
    const [cookie] = answer.cookies;
    expect((await makeKey({ cookie: `sid=${cookie?.value}` })).statusCode).toBe(201);
    expect(await actions()).toContain("user.stepped-up");
  });

  it("changes the session's token, and neither its end nor its place in the list", async () => {
    const id = await current(owner);
    ahead = 6 * day;
    expect((await me(owner)).statusCode).toBe(200);
    const answer = await stepUp(owner, password);
    expect(answer.cookies).toMatchObject([
      { name: "sid", path: "/", httpOnly: true, sameSite: "Lax" },
    ]);
    expect(answer.cookies[0]?.maxAge).toBeLessThanOrEqual((24 * day) / 1_000);
    expect((await me(owner)).json()).toMatchObject({ status: 401, code: "unauthenticated" });
    const renewed = { ...owner.headers, cookie: `sid=${answer.cookies[0]?.value}` };
    const list = await api.app.inject({ url: "/v1/sessions", headers: renewed });
    expect(list.json().data).toMatchObject([{ id, current: true }]);
    const row = await outsideWorkspaces(api.context.orm).findOneOrFail(Session, { id });
    expect(row.expiresAt.getTime() - row.createdAt.getTime()).toBe(30 * day);
  });

  it("works once for a token, however many come at once", async () => {
    const answers = await Promise.all([1, 2, 3].map(() => stepUp(owner, password)));
    expect(answers.map((answer) => answer.statusCode).sort()).toEqual([204, 401, 401]);
  });

  it("wrongly changes nothing, is audited, and is throttled like signing in", async () => {
    const address = anyAddress();
    const wrong = await stepUp(owner, "wrong wrong", address);
    expect(wrong.json()).toMatchObject({ status: 403, code: "wrong_password" });
    expect(wrong.cookies).toEqual([]);
    expect((await me(owner)).statusCode).toBe(200);
    expect(await actions()).toContain("user.step-up-failed");
    for (let count = 1; count < 10; count += 1) await stepUp(owner, "wrong wrong", address);
    const refused = await stepUp(owner, password, address);
    expect(refused.json()).toMatchObject({ status: 429, code: "too_many_tries" });
    const payload = { email: owner.email, password };
    const login = await api.app.inject({
      method: "POST",
      url: "/v1/auth/login",
      remoteAddress: address,
      payload,
    });
    expect(login.statusCode).toBe(429);
  });
});

describe("the audit log", () => {
  it("tells of signing in and out, and of who failed to, without an e-mail address", async () => {
    const there = await elsewhere(api, owner);
    await there.call("POST", "/v1/auth/logout");
    const remoteAddress = anyAddress();
    for (const email of [owner.email, "nobody@example.com"]) {
      const payload = { email, password: "wrong wrong" };
      await api.app.inject({ method: "POST", url: "/v1/auth/login", remoteAddress, payload });
    }
    await vi.waitFor(async () => {
      expect(await actions()).toEqual([
        "user.registered",
        "user.signed-in",
        "user.signed-out",
        "user.sign-in-failed",
      ]);
    });
    const rows = inWorkspace(api.context.orm, owner.workspaceId);
    const lines = await rows.find(AuditEvent, { action: "user.sign-in-failed" });
    expect(lines).toMatchObject([{ actor: "system", address: remoteAddress }]);
    expect(lines[0]?.subject).toMatch(/^user:/);
    expect(JSON.stringify(await rows.find(AuditEvent, {}))).not.toContain("@example.com");
  });
});

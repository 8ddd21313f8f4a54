import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildApp, type App } from "#api/app.ts";
import { openOrm } from "#db/orm.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { elsewhere, guest, person, program, type Caller } from "./callers.ts";

/** One process, where rights are taken, and another on the same database, where they are used. */
let here: TestApi;
let there: App;
let thereOrm: Awaited<ReturnType<typeof openOrm>>;
let owner: Caller & { email: string };
/** How far the other process's clock is ahead. Milliseconds. */
let ahead = 0;

beforeAll(async () => {
  here = await startApi();
  thereOrm = await openOrm({ url: here.database.url, poolSize: 4 });
  there = await buildApp({
    ...here.context,
    orm: thereOrm,
    now: () => new Date(Date.now() + ahead),
  });
  owner = await person(here);
});

afterAll(async () => {
  await there?.close();
  await thereOrm?.close();
  await here?.close();
});

async function ask(who: Caller, url: string): Promise<{ status: number; code?: string }> {
  const answer = await there.inject({ url, headers: who.headers });
  const { code } = answer.json<{ code?: string }>();
  return { status: answer.statusCode, ...(code === undefined ? {} : { code }) };
}

const membersOf = async (role: string) =>
  (await owner.call("GET", "/v1/members"))
    .json<{ data: { id: string; role: string; user: { email: string } }[] }>()
    .data.filter((member) => member.role === role);

describe("the very next request to another process is refused", () => {
  it("with a key that was revoked", async () => {
    const robot = await program(here, owner, ["posts:read"]);
    expect(await ask(robot, "/v1/posts")).toEqual({ status: 200 });
    const keys = await owner.call("GET", "/v1/api-keys");
    const [newest] = keys.json<{ data: { id: string }[] }>().data;
    expect((await owner.call("DELETE", `/v1/api-keys/${newest?.id}`)).statusCode).toBe(204);
    expect(await ask(robot, "/v1/posts")).toEqual({ status: 401, code: "key_revoked" });
  });

  it("with a session that was ended, and with all of them", async () => {
    const [one, two] = [await elsewhere(here, owner), await elsewhere(here, owner)];
    expect(await ask(one, "/v1/me")).toEqual({ status: 200 });
    expect((await one.call("POST", "/v1/auth/logout")).statusCode).toBe(204);
    expect(await ask(one, "/v1/me")).toEqual({ status: 401, code: "unauthenticated" });
    expect((await owner.call("DELETE", "/v1/sessions?except=current")).statusCode).toBe(204);
    expect(await ask(two, "/v1/me")).toEqual({ status: 401, code: "unauthenticated" });
    expect(await ask(owner, "/v1/me")).toEqual({ status: 200 });
  });

  it("to somebody who was demoted, to their key, and to both once they are removed", async () => {
    const admin = await guest(here, owner, "admin");
    const robot = await program(here, admin, ["api-keys:read"]);
    for (const who of [admin, robot])
      expect(await ask(who, "/v1/api-keys")).toEqual({ status: 200 });
    const [member] = await membersOf("admin");
    const demoted = await owner.call("PATCH", `/v1/members/${member?.id}`, {
      body: { role: "viewer" },
    });
    expect(demoted.statusCode, demoted.body).toBe(200);
    for (const who of [admin, robot])
      expect(await ask(who, "/v1/api-keys")).toEqual({ status: 403, code: "missing_scope" });
    expect(await ask(admin, "/v1/posts")).toEqual({ status: 200 });
    expect((await owner.call("DELETE", `/v1/members/${member?.id}`)).statusCode).toBe(204);
    for (const who of [admin, robot])
      expect((await ask(who, "/v1/posts")).status, who.headers["cookie"]).toBe(401);
  });

  it("with a key or a session whose time is over", async () => {
    const made = await owner.call("POST", "/v1/api-keys", {
      body: {
        name: "short",
        scopes: ["posts:read"],
        expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
      },
    });
    const { key } = made.json<{ key: string }>();
    const robot = { ...owner, headers: { authorization: `Bearer ${key}` } };
    expect(await ask(robot, "/v1/posts")).toEqual({ status: 200 });
    try {
      ahead = 3_600_000;
      expect(await ask(robot, "/v1/posts")).toEqual({ status: 401, code: "key_expired" });
      expect(await ask(owner, "/v1/me")).toEqual({ status: 200 });
      ahead = 31 * 24 * 3_600_000;
      expect(await ask(owner, "/v1/me")).toEqual({ status: 401, code: "unauthenticated" });
    } finally {
      ahead = 0;
    }
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiKeyDetails } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import { keyScopes } from "#domain/permissions.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { guest, person, program, type Caller } from "./callers.ts";
import { onDatabase } from "./rows.ts";

let api: TestApi;
let owner: Caller & { email: string };

beforeAll(async () => {
  api = await startApi();
});

afterAll(async () => {
  await api?.close();
});

beforeEach(async () => {
  owner = await person(api);
});

const db = () => inWorkspace(api.context.orm, owner.workspaceId);

/** Makes the requests one after the other while nobody can write to the audit log, so that all are half done at once. */
async function halfDone<Answer>(...requests: (() => Promise<Answer>)[]): Promise<Answer[]> {
  const answers = await onDatabase(api, async (query) => {
    await query("begin");
    await query("select pg_advisory_xact_lock(hashtextextended($1, 7))", [owner.workspaceId]);
    const underWay: Promise<Answer>[] = [];
    for (const request of requests) {
      underWay.push(request());
      await vi.waitFor(async () => {
        // Within a transaction it is looked at once only.
        await query("select pg_stat_clear_snapshot()");
        const { rows } = await query(
          "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        );
        expect(rows).toHaveLength(underWay.length);
      }, 5_000);
    }
    await query("commit");
    return underWay;
  });
  return Promise.all(answers);
}

describe("revoking a key while a key that it made makes another", () => {
  it("ends all three, and neither request waits for the other for ever", async () => {
    const made = (by: Caller, name: string, scopes: string[]) =>
      by.call("POST", "/v1/api-keys", { body: { name, scopes } });
    const first = await program(api, owner, ["api-keys:write", "posts:read"]);
    const { key } = (await made(first, "second", ["api-keys:write", "posts:read"])).json();
    const makeThird = () =>
      api.app.inject({
        method: "POST",
        url: "/v1/api-keys",
        headers: { authorization: `Bearer ${key}` },
        payload: { name: "third", scopes: ["posts:read"] },
      });
    // That it is used is noted once a minute, in its row.
    await api.app.inject({ url: "/v1/me", headers: { authorization: `Bearer ${key}` } });
    const { id } = await db().findOneOrFail(ApiKeyDetails, { name: "test" });
    const [revoked, third] = await halfDone(
      () => owner.call("DELETE", `/v1/api-keys/${id}`),
      makeThird,
    );
    expect(revoked?.statusCode, revoked?.body).toBe(204);
    expect(third?.json()).toMatchObject({ status: 401, code: "key_revoked" });
    expect(await db().count(ApiKeyDetails, { revokedAt: null })).toBe(0);
  });
});

describe("revoking a key that invites", () => {
  const readers = keyScopes.filter(
    (scope) => scope.endsWith(":read") && !/^(audit|api-keys)/.test(scope),
  );
  const invite = (by: Caller) =>
    by.call("POST", "/v1/invitations", { body: { email: "bo@example.com", role: "viewer" } });
  const revoke = async () => {
    const { id } = await db().findOneOrFail(ApiKeyDetails, { name: "test" });
    return owner.call("DELETE", `/v1/api-keys/${id}`);
  };

  it("revokes its links too, and no others", async () => {
    const key = await program(api, owner, ["members:write", ...readers]);
    const { link } = (await invite(key)).json<{ link: string }>();
    const body = { email: "cy@example.com", role: "viewer" };
    expect((await owner.call("POST", "/v1/invitations", { body })).statusCode).toBe(201);
    expect((await revoke()).statusCode).toBe(204);
    const { data } = (await owner.call("GET", "/v1/invitations")).json();
    expect(data).toMatchObject([{ email: "cy@example.com" }]);
    const token = link.split("/").at(-1);
    const seen = await owner.call("POST", "/v1/invitations/preview", { body: { token } });
    expect(seen.json()).toMatchObject({ status: 404, code: "invitation_not_valid" });
  });

  it("leaves no link of the very last moment", async () => {
    const key = await program(api, owner, ["members:write", ...readers]);
    await key.call("GET", "/v1/me");
    const [revoked, invited] = await halfDone(revoke, () => invite(key));
    expect(revoked?.statusCode).toBe(204);
    expect(invited?.json()).toMatchObject({ status: 401, code: "key_revoked" });
    expect((await owner.call("GET", "/v1/invitations")).json().data).toEqual([]);
  });
});

describe("removing a member who is making a key", () => {
  it("leaves no key behind that would live again when they come back", async () => {
    const admin = await guest(api, owner, "admin");
    const { data } = (await owner.call("GET", "/v1/members")).json<{
      data: { id: string; user: { email: string } }[];
    }>();
    const member = data.find(({ user }) => user.email === admin.email);
    const body = { name: "late", scopes: ["posts:read"] };
    const [removed, made] = await halfDone(
      () => owner.call("DELETE", `/v1/members/${member?.id}`),
      () => admin.call("POST", "/v1/api-keys", { body }),
    );
    expect(removed?.statusCode, removed?.body).toBe(204);
    expect(made?.json()).toMatchObject({ status: 401, code: "unauthenticated" });
    expect(await db().count(ApiKeyDetails, {})).toBe(0);
  });
});

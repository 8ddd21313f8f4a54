import { createHmac } from "node:crypto";
import { crc32 } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { apiKeyPattern, newApiKey, parseApiKey, verifyApiKey } from "#api/lib/api-key.ts";
import { ApiKey, ApiKeyDetails, AuditEvent, Member } from "#db/entities/index.ts";
import { inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import { keyScopes } from "#domain/permissions.ts";
import type { MemberRole } from "#domain/states.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { person, type Caller } from "./callers.ts";
import { onDatabase } from "./rows.ts";

const day = 24 * 60 * 60 * 1000;

let api: TestApi;
let owner: Caller;
/** How far the API's clock is ahead. Milliseconds. */
let ahead = 0;

beforeAll(async () => {
  api = await startApi({ now: () => new Date(Date.now() + ahead) });
  owner = await person(api);
});

afterAll(async () => {
  await api?.close();
});

beforeEach(() => {
  ahead = 0;
});

interface Made {
  id: string;
  key: string;
  prefix: string;
  lastFour: string;
  expiresAt: string;
}

async function make(body: object = {}, by = owner): Promise<Made> {
  const answer = await by.call("POST", "/v1/api-keys", {
    body: { name: "a key", scopes: ["posts:read"], ...body },
  });
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json<Made>();
}

const use = (key: string, url = "/v1/posts") =>
  api.app.inject({ url, headers: { authorization: `Bearer ${key}` } });

const own = () => inWorkspace(api.context.orm, owner.workspaceId);

describe("a new key", () => {
  it("is shown once, with what tells it apart later", async () => {
    const made = await make({ name: " Zapier ", scopes: ["posts:read", "posts:read"] });
    expect(made).toMatchObject({
      name: "Zapier",
      scopes: ["posts:read"],
      status: "active",
      lastUsedAt: null,
    });
    expect(made.key).toMatch(apiKeyPattern);
    expect(made.key.startsWith(`${made.prefix}_`)).toBe(true);
    expect(made.key.endsWith(made.lastFour)).toBe(true);
    const expires = Date.parse(made.expiresAt) - Date.now();
    expect(Math.round(expires / day)).toBe(90);
    const { key, ...shown } = made;
    const list = await owner.call("GET", "/v1/api-keys");
    expect(list.json().data).toContainEqual(shown);
    expect(list.body).not.toContain(key);
  });

  it("is nowhere in the database; its verifier is an HMAC under the pepper", async () => {
    const { key, prefix } = await make();
    const everything = await onDatabase(api, async (query) => {
      const tables = await query(
        "select table_name as name from information_schema.tables where table_schema = 'public'",
      );
      const rows: string[] = [];
      for (const { name } of tables.rows)
        rows.push(JSON.stringify((await query(`select * from "${String(name)}"`)).rows));
      return rows.join("\n");
    });
    expect(everything).toContain(prefix);
    // The secret between the prefix and the checksum.
    expect(everything).not.toContain(key.slice(prefix.length + 1, -6));
    const id = prefix.slice(-12);
    const { keyRing } = api.context;
    expect(await outsideWorkspaces(api.context.orm).findOneOrFail(ApiKey, { id })).toMatchObject({
      workspaceId: owner.workspaceId,
      pepperId: keyRing.activePepperId,
      verifier: createHmac("sha256", keyRing.pepper(keyRing.activePepperId))
        .update(key)
        .digest("hex"),
    });
  });

  it("is written to the audit log by whoever makes it", async () => {
    const { id } = await make();
    const line = await own().findOneOrFail(AuditEvent, { subject: id });
    expect(line).toMatchObject({ action: "api-key.created", address: "127.0.0.1" });
    expect(line.actor).toMatch(/^user:/);
  });

  it.each([
    [{ name: "" }, "/name"],
    [{ scopes: [] }, "/scopes"],
    [{ scopes: ["posts:everything"] }, "/scopes/0"],
    [{ scopes: ["posts:approve"] }, "/scopes/0"],
    [{ expiresAt: "tomorrow" }, "/expiresAt"],
    [{ expiresAt: "2020-01-01T00:00:00Z" }, "/expiresAt"],
    [{ expiresAt: "9999-12-31T23:59:59-14:00" }, "/expiresAt"],
    [{ workspaceId: "x" }, ""],
  ])("is refused with %j", async (body, pointer) => {
    const answer = await owner.call("POST", "/v1/api-keys", {
      body: { name: "k", scopes: ["posts:read"], ...body },
    });
    expect(answer.json(), answer.body).toMatchObject({ status: 422, errors: [{ pointer }] });
  });

  it("can't do more than the key that makes it", async () => {
    const { key } = await make({ scopes: ["api-keys:write", "posts:read"] });
    const ask = (scopes: string[]) =>
      api.app.inject({
        method: "POST",
        url: "/v1/api-keys",
        headers: { authorization: `Bearer ${key}` },
        payload: { name: "child", scopes },
      });
    expect((await ask(["posts:read"])).statusCode).toBe(201);
    const beyond = await ask(["posts:read", "posts:publish"]);
    expect(beyond.json()).toMatchObject({ status: 403, code: "missing_scope" });
  });
});

describe("a key that a key made", () => {
  const child = (key: string, body: object = {}) =>
    api.app.inject({
      method: "POST",
      url: "/v1/api-keys",
      headers: { authorization: `Bearer ${key}` },
      payload: { name: "child", scopes: ["api-keys:write", "posts:read"], ...body },
    });
  const maker = (body: object = {}) => make({ scopes: ["api-keys:write", "posts:read"], ...body });

  it("expires no later than it", async () => {
    const expiresAt = new Date(Date.now() + day).toISOString();
    const { key } = await maker({ expiresAt });
    expect((await child(key)).json()).toMatchObject({ expiresAt });
    const sooner = new Date(Date.now() + day / 2).toISOString();
    expect((await child(key, { expiresAt: sooner })).json()).toMatchObject({ expiresAt: sooner });
    const later = new Date(Date.now() + 2 * day).toISOString();
    expect((await child(key, { expiresAt: later })).json()).toMatchObject({
      status: 422,
      errors: [{ pointer: "/expiresAt", detail: expect.stringContaining(expiresAt) }],
    });
  });

  it("is revoked with it, and so are those that it made itself", async () => {
    const first = await maker();
    const second: Made = (await child(first.key)).json();
    const third: Made = (await child(second.key)).json();
    const other = await maker();
    for (const { key } of [first, second, third]) expect((await use(key)).statusCode).toBe(200);
    await owner.call("DELETE", `/v1/api-keys/${first.id}`);
    for (const { id, key } of [first, second, third]) {
      expect((await use(key)).json()).toMatchObject({ status: 401, code: "key_revoked" });
      expect(await own().count(AuditEvent, { subject: id, action: "api-key.revoked" })).toBe(1);
    }
    expect((await use(other.key)).statusCode).toBe(200);
  });

  it("is not made while it is being revoked", async () => {
    const { id, key } = await maker();
    // Its use is noted once a minute: the next request does not wait for that.
    expect((await use(key)).statusCode).toBe(200);
    const answer = await onDatabase(api, async (query) => {
      await query("begin");
      await query("update api_key_details set revoked_at = now() where id = $1", [id]);
      const asked = child(key);
      // A promise of inject's is lazy: this sends it.
      const answered = asked.then((one) => one);
      await vi.waitFor(async () => {
        expect((await query("select 1 from pg_locks where not granted")).rows).not.toEqual([]);
      });
      await query("commit");
      return answered;
    });
    expect(answer.json()).toMatchObject({ status: 401, code: "key_revoked" });
  });
});

describe("a key's form", () => {
  it("is checked by its CRC, so that a typo never reaches the database", async () => {
    const { key } = await make();
    const body = key.slice(0, -6);
    let crc = 0;
    for (const letter of key.slice(-6)) {
      const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
      crc = crc * 62 + alphabet.indexOf(letter);
    }
    expect(crc).toBe(crc32(body));
    const fork = vi.spyOn(api.context.orm.em, "fork");
    for (let at = 0; at < key.length; at += 3) {
      const typo = key.slice(0, at) + (key[at] === "x" ? "y" : "x") + key.slice(at + 1);
      const answer = await use(typo);
      expect(answer.json(), typo).toMatchObject({ status: 401, code: "invalid_key" });
    }
    for (const odd of ["", "x", key.slice(1), `${key}0`, `${key} ${key}`, "é"]) {
      const answer = await use(odd);
      expect(answer.json(), odd).toMatchObject({ status: 401, code: "invalid_key" });
    }
    expect(fork).not.toHaveBeenCalled();
    fork.mockRestore();
    expect((await use(key)).statusCode).toBe(200);
  });

  it("does not make a key", async () => {
    const { key } = newApiKey(api.context.keyRing);
    expect(parseApiKey(key)).toEqual({ id: key.slice(14, 26) });
    expect((await use(key)).json()).toMatchObject({ status: 401, code: "invalid_key" });
    const real = await make();
    // The id of a real key with another secret and a checksum that fits.
    const forged = newApiKey(api.context.keyRing);
    const stored = await outsideWorkspaces(api.context.orm).findOneOrFail(ApiKey, {
      id: real.prefix.slice(-12),
    });
    const { keyRing } = api.context;
    expect(verifyApiKey({ keyRing, presented: forged.key, stored })).toBe(false);
    expect(verifyApiKey({ keyRing, presented: real.key, stored })).toBe(true);
    expect(verifyApiKey({ keyRing, presented: real.key, stored: null })).toBe(false);
  });

  it.each(["Basic dXNlcjpwYXNz", "Bearer", "bearer x y", "Token abc"])(
    "is not %j",
    async (authorization) => {
      const answer = await api.app.inject({ url: "/v1/posts", headers: { authorization } });
      expect(answer.json()).toMatchObject({ status: 401, code: "invalid_key" });
      expect(answer.headers["www-authenticate"]).toBe("Bearer");
    },
  );
});

describe("a key that ends", () => {
  it("is refused on the very next request once it is revoked", async () => {
    const { id, key } = await make();
    expect((await use(key)).statusCode).toBe(200);
    expect((await owner.call("DELETE", `/v1/api-keys/${id}`)).statusCode).toBe(204);
    expect((await use(key)).json()).toMatchObject({ status: 401, code: "key_revoked" });
    expect((await owner.call("DELETE", `/v1/api-keys/${id}`)).statusCode).toBe(204);
    expect(await own().count(AuditEvent, { subject: id, action: "api-key.revoked" })).toBe(1);
    const { data } = (await owner.call("GET", "/v1/api-keys")).json();
    expect(data).toContainEqual(expect.objectContaining({ id, status: "revoked" }));
  });

  it("is refused from the moment at which it expires", async () => {
    const expiresAt = new Date(Date.now() + day).toISOString();
    const { id, key } = await make({ expiresAt });
    ahead = day - 60_000;
    expect((await use(key)).statusCode).toBe(200);
    ahead = day;
    expect((await use(key)).json()).toMatchObject({ status: 401, code: "key_expired" });
    ahead = 2 * day;
    const { data } = (await owner.call("GET", "/v1/api-keys")).json();
    expect(data).toContainEqual(expect.objectContaining({ id, status: "expired" }));
  });

  it("may revoke itself where it may revoke", async () => {
    const { id, key } = await make({ scopes: ["api-keys:write"] });
    const headers = { authorization: `Bearer ${key}` };
    const revoke = () => api.app.inject({ method: "DELETE", url: `/v1/api-keys/${id}`, headers });
    expect((await revoke()).statusCode).toBe(204);
    expect((await revoke()).statusCode).toBe(401);
  });
});

describe("a key and whoever made it", () => {
  const ruling: string[] = [
    "api-keys:read",
    "api-keys:write",
    "members:write",
    "workspace:write",
    "audit:read",
    "webhooks:read",
    "webhooks:write",
  ];

  it.each<[MemberRole | "nobody", string[]]>([
    ["admin", [...keyScopes]],
    ["editor", keyScopes.filter((scope) => !ruling.includes(scope))],
    ["approver", keyScopes.filter((scope) => scope.endsWith(":read") && !ruling.includes(scope))],
    ["viewer", keyScopes.filter((scope) => scope.endsWith(":read") && !ruling.includes(scope))],
    ["nobody", []],
  ])("is held to what the %s may do at present", async (role, expected) => {
    const someone = await person(api);
    const { key } = await make({ scopes: keyScopes }, someone);
    const em = inWorkspace(api.context.orm, someone.workspaceId);
    if (role === "nobody") await em.nativeDelete(Member, {});
    else await em.nativeUpdate(Member, {}, { role });
    const me = (await use(key, "/v1/me")).json();
    expect(me.user).toBeNull();
    // Approving comes with publishing.
    expect(me.scopes.filter((scope: string) => scope !== "posts:approve")).toEqual(expected);
    expect(me.scopes.includes("posts:approve")).toBe(expected.includes("posts:publish"));
    expect((await use(key, "/v1/posts")).statusCode).toBe(role === "nobody" ? 403 : 200);
    const made = await api.app.inject({
      method: "POST",
      url: "/v1/api-keys",
      headers: { authorization: `Bearer ${key}` },
      payload: { name: "k", scopes: ["posts:read"] },
    });
    expect(made.statusCode).toBe(role === "admin" ? 201 : 403);
  });
});

it("lists keys in pages, newest first", async () => {
  const someone = await person(api);
  const ids: string[] = [];
  for (let count = 0; count < 5; count += 1) ids.unshift((await make({}, someone)).id);
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor ? `&cursor=${cursor}` : "";
    const page = (await someone.call("GET", `/v1/api-keys?limit=2${query}`)).json();
    seen.push(...page.data.map((one: { id: string }) => one.id));
    cursor = page.nextCursor;
  } while (cursor);
  expect(seen).toEqual(ids);
});

it("notes when a key was used last, at most once a minute", async () => {
  const { id, key } = await make();
  const used = async () => (await own().findOneOrFail(ApiKeyDetails, { id })).lastUsedAt?.getTime();
  expect(await used()).toBeUndefined();
  await use(key);
  const first = await used();
  expect(first).toBeGreaterThan(0);
  ahead = 30_000;
  await use(key);
  expect(await used()).toBe(first);
  ahead = 70_000;
  await use(key);
  expect(await used()).toBeGreaterThan(first ?? 0);
});

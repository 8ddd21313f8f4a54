import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildApp } from "#api/app.ts";
import { AuditEvent } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { guest, password, person, program, type Caller } from "./callers.ts";
import { addAsset, addChannel } from "./rows.ts";

let api: TestApi;
let owner: Caller & { email: string };
let channelId: string;

beforeAll(async () => {
  api = await startApi();
  owner = await person(api);
  ({ channelId } = await addChannel(api, owner.workspaceId));
});

afterAll(async () => {
  await api?.close();
});

const ahoy = { content: { text: "Ahoy" } };

/** Has a post accepted; gives its id. */
async function send(more: object): Promise<string> {
  const body = { ...ahoy, targets: [{ channelId }], ...more };
  const answer = await owner.call("POST", "/v1/posts", { body });
  expect(answer.statusCode, answer.body).toBe(202);
  return answer.json<{ id: string }>().id;
}

/** A post whose settings are this JSON, letter for letter. */
const postWith = (settings: string) =>
  api.app.inject({
    method: "POST",
    url: "/v1/posts",
    headers: {
      ...owner.headers,
      "content-type": "application/json",
      "idempotency-key": crypto.randomUUID(),
    },
    payload: `{"content":{"text":"Ahoy"},"targets":[{"channelId":"${channelId}","settings":{"a":${settings}}}]}`,
  });

describe("a body that no database and no hash can take", () => {
  it.each([
    ["nested deeper than any stack", "[".repeat(100_000) + "]".repeat(100_000)],
    ["with a number beyond all numbers", "1e999"],
  ])("%s is refused with where it is", async (_name, settings) => {
    const answer = await postWith(settings);
    expect(answer.json()).toMatchObject({
      status: 422,
      code: "invalid_request",
      errors: [{ pointer: expect.stringMatching(/^\/targets\/0\/settings\/a/) }],
    });
  });
});

describe("an id in capitals", () => {
  it("is the same id, in an address as in a body", async () => {
    const id = await send({ targets: [{ channelId: channelId.toUpperCase() }] });
    expect((await owner.call("GET", `/v1/posts/${id.toUpperCase()}`)).json()).toMatchObject({ id });
    const listed = await owner.call("GET", `/v1/posts?channelId=${channelId.toUpperCase()}`);
    expect(listed.json().data).toHaveLength(1);
  });

  it("names the member who leaves, which needs no right", async () => {
    const viewer = await guest(api, owner, "viewer");
    const { data } = (await viewer.call("GET", "/v1/members")).json<{
      data: { id: string; user: { email: string } }[];
    }>();
    const own = data.find(({ user }) => user.email === viewer.email);
    const answer = await viewer.call("DELETE", `/v1/members/${own?.id.toUpperCase()}`);
    expect(answer.statusCode, answer.body).toBe(204);
  });

  it("names an asset that a post uses, which stays", async () => {
    const asset = await addAsset(api, owner.workspaceId);
    await send({ assets: [{ id: asset.toUpperCase(), altText: "A ship" }] });
    const answer = await owner.call("DELETE", `/v1/assets/${asset.toUpperCase()}`);
    expect(answer.json()).toMatchObject({ status: 409, code: "asset_in_use" });
  });

  it("names a channel that may not be named twice", async () => {
    const targets = [{ channelId }, { channelId: channelId.toUpperCase() }];
    const answer = await owner.call("POST", "/v1/posts", { body: { ...ahoy, targets } });
    expect(answer.json()).toMatchObject({
      status: 422,
      errors: [{ pointer: "/targets/1/channelId" }],
    });
  });
});

describe("an address that a proxy was told", () => {
  it("may be any text: it is cut to what the audit log holds", async () => {
    const app = await buildApp({ ...api.context, trustProxy: true });
    try {
      const answer = await app.inject({
        method: "POST",
        url: "/v1/auth/login",
        headers: { "x-forwarded-for": "x".repeat(500) },
        payload: { email: owner.email, password },
      });
      expect(answer.statusCode, answer.body).toBe(200);
      const rows = inWorkspace(api.context.orm, owner.workspaceId);
      const line = await rows.findOneOrFail(AuditEvent, { action: "user.signed-in" });
      expect(line.address).toBe("x".repeat(64));
    } finally {
      await app.close();
    }
  });
});

describe("a time at the edge of time", () => {
  it.each(["0000-01-01T00:00:00Z", "0000-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])(
    "%s does not narrow the audit log",
    async (at) => {
      const answer = await owner.call("GET", `/v1/audit-events?from=${encodeURIComponent(at)}`);
      expect(answer.json()).toMatchObject({ status: 422, errors: [{ pointer: "/from" }] });
    },
  );

  it.each([
    "posts?from=0000-01-01T00:00:00Z",
    "posts?to=9999-12-31T23:59:59-23:59",
    "usage?to=0001-01-05T00:00:00Z",
  ])("is refused: %s", async (path) => {
    expect((await owner.call("GET", `/v1/${path}`)).statusCode).toBe(422);
  });

  it.each(["0000-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59"])("%s ends no key", async (at) => {
    const body = { name: "k", scopes: ["posts:read"], expiresAt: at };
    const answer = await owner.call("POST", "/v1/api-keys", { body });
    expect(answer.statusCode, answer.body).toBe(422);
  });
});

describe("lists where one value is meant", () => {
  it.each([
    "/v1/posts?status=scheduled&status=failed",
    "/v1/posts?externalId=a&externalId=b",
    "/v1/audit-events?actor=a&actor=b",
    "/v1/audit-events?from=2027-01-01T00:00:00Z&from=2027-01-01T00:00:00Z",
    "/v1/events?subject=a&subject=b",
    "/v1/members?limit=1&limit=2",
    "/v1/members?cursor=a&cursor=b",
    "/v1/members?limit=1e999",
    "/v1/audit-events?cursor=LTE",
    `/v1/notifications?cursor=${Buffer.from(`|${"-".repeat(36)}`).toString("base64url")}`,
    `/v1/notifications?cursor=${Buffer.from(`-200000-01-01T00:00:00.0|${"0".repeat(36)}`).toString("base64url")}`,
    `/v1/audit-events?cursor=${Buffer.from("999999999").toString("base64url")}`,
  ])("%s is answered without fault", async (url) => {
    expect((await owner.call("GET", url)).statusCode).toBeLessThan(500);
  });

  it("is refused in the header that names a request", async () => {
    const key = await program(api, owner, ["posts:write"]);
    // As Node joins a header that came twice.
    const headers = { "idempotency-key": "a, b" };
    const body = { ...ahoy, targets: [{ channelId }] };
    const answer = await key.call("POST", "/v1/posts", { body, headers });
    expect(answer.json()).toMatchObject({ status: 400, code: "invalid_idempotency_key" });
  });
});

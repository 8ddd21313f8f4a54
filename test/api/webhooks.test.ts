import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AuditEvent, IdempotencyRecord } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import { keyScopes } from "#domain/permissions.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { guest, person, program, type Caller } from "./callers.ts";

const url = "https://8.8.8.8/hook";
const minute = 60_000;

let api: TestApi;
let owner: Caller;
let ahead = 0;

beforeAll(async () => {
  api = await startApi({ now: () => new Date(Date.now() + ahead) });
  owner = await person(api);
});

afterAll(async () => {
  await api?.close();
});

interface Shown {
  id: string;
  secret?: string;
  eventTypes: string[];
}

async function add(by = owner, body: object = {}): Promise<Shown> {
  const answer = await by.call("POST", "/v1/webhooks", { body: { url, ...body } });
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json();
}

describe("a webhook", () => {
  it("is made, shown, changed and removed; its secret is in the first answer alone", async () => {
    const headers = { "idempotency-key": "make-a-webhook" };
    const body = { url, description: "the newsroom", eventTypes: ["post.*", "post.*"] };
    const made = await owner.call("POST", "/v1/webhooks", { body, headers });
    expect(made.statusCode, made.body).toBe(201);
    const { secret, ...shown } = made.json<Shown>();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(shown).toMatchObject({
      url,
      description: "the newsroom",
      eventTypes: ["post.*"],
      status: "active",
      problem: null,
      failingSince: null,
      previousSecretUntil: null,
      createdBy: expect.stringMatching(/^user:/),
    });
    expect(made.headers["location"]).toBe(`/v1/webhooks/${shown.id}`);
    const again = await owner.call("POST", "/v1/webhooks", { body, headers });
    expect(again.json()).toEqual(shown);
    const own = inWorkspace(api.context.orm, owner.workspaceId);
    expect(JSON.stringify(await own.find(IdempotencyRecord, {}))).not.toContain(secret);

    const at = `/v1/webhooks/${shown.id}`;
    expect((await owner.call("GET", at)).json()).toEqual(shown);
    const list = await owner.call("GET", "/v1/webhooks");
    expect(list.json()).toEqual({ data: [shown], nextCursor: null });

    const rotated = await owner.call("POST", `${at}/rotate-secret`);
    expect(rotated.json<Shown>().secret).not.toBe(secret);
    const until = Date.parse(rotated.json().previousSecretUntil);
    expect(until).toBeGreaterThan(Date.now() + 23.9 * 60 * minute);

    const changed = await owner.call("PATCH", at, {
      body: { description: null, eventTypes: ["*"], url: "https://8.8.4.4/x" },
    });
    expect(changed.json()).toMatchObject({
      description: null,
      eventTypes: ["*"],
      url: "https://8.8.4.4/x",
    });
    expect((await owner.call("DELETE", at)).statusCode).toBe(204);
    for (const answer of [
      await owner.call("GET", at),
      await owner.call("DELETE", at),
      await owner.call("GET", `${at}/deliveries`),
    ])
      expect(answer.statusCode).toBe(404);
    const lines = await own.find(AuditEvent, { subject: `webhook:${shown.id}` });
    expect(lines.map(({ action }) => action)).toEqual([
      "webhook.created",
      "webhook.secret-rotated",
      "webhook.changed",
      "webhook.removed",
    ]);
  });

  it.each([
    [{ url: "no address" }],
    [{ url: "https://user:password@8.8.8.8/" }],
    [{ url: "https://no-such-host.invalid/" }],
    [{ url: "http://8.8.8.8/" }],
    [{ url: "https://8.8.8.8:22/" }],
    [{ url: "https://[::1]/" }],
    [{ url: "https://[::ffff:10.0.0.1]/" }],
    [{ url, eventTypes: [] }],
    [{ url, eventTypes: ["posts"] }],
    [{ url, eventTypes: ["step.running"] }],
  ])("is not made of %j", async (body) => {
    const answer = await owner.call("POST", "/v1/webhooks", { body });
    expect(answer.statusCode, answer.body).toBe(422);
    expect(answer.json<{ errors: object[] }>().errors.length).toBeGreaterThan(0);
  });

  it("is one of twenty at most, also when many are made at once", async () => {
    const busy = await person(api);
    const answers = await Promise.all(
      Array.from({ length: 25 }, () => busy.call("POST", "/v1/webhooks", { body: { url } })),
    );
    const codes = answers.map((answer) => answer.statusCode);
    expect(codes.filter((code) => code === 201)).toHaveLength(20);
    expect(codes.filter((code) => code === 409)).toHaveLength(5);
    expect(answers.find((answer) => answer.statusCode === 409)?.json()).toMatchObject({
      code: "too_many_webhooks",
    });
  });

  it("is another workspace's own", async () => {
    const { id } = await add();
    const tested = await owner.call("POST", `/v1/webhooks/${id}/test`);
    const { deliveryId } = tested.json<{ deliveryId: string }>();
    const stranger = await person(api);
    const own = await add(stranger);
    for (const [method, path] of [
      ["GET", ""],
      ["PATCH", ""],
      ["DELETE", ""],
      ["POST", "/rotate-secret"],
      ["POST", "/test"],
      ["GET", "/deliveries"],
      ["POST", `/deliveries/${deliveryId}/redeliver`],
    ] as const) {
      const body = method === "PATCH" ? { body: { status: "disabled" } } : {};
      const answer = await stranger.call(method, `/v1/webhooks/${id}${path}`, body);
      expect(answer.statusCode, `${method} ${path}`).toBe(404);
    }
    const mixed = `/v1/webhooks/${own.id}/deliveries/${deliveryId}/redeliver`;
    expect((await stranger.call("POST", mixed)).statusCode).toBe(404);
  });
});

describe("the log", () => {
  it("is paged, the newest first, and narrowed by status", async () => {
    const { id } = await add();
    const sent: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      const tested = await owner.call("POST", `/v1/webhooks/${id}/test`);
      sent.push(tested.json<{ deliveryId: string }>().deliveryId);
    }
    const read = async (query: string) =>
      (await owner.call("GET", `/v1/webhooks/${id}/deliveries?${query}`)).json<{
        data: { id: string; temporalUrl: string; eventId: string }[];
        nextCursor: string | null;
      }>();
    const first = await read("limit=2");
    expect(first.data.map((row) => row.id)).toEqual(sent.toReversed().slice(0, 2));
    expect(first.data[0]?.temporalUrl).toContain(
      encodeURIComponent(`webhook/${first.data[0]?.eventId}/${id}`),
    );
    const second = await read(`limit=2&cursor=${first.nextCursor}`);
    expect(second).toMatchObject({ data: [{ id: sent[0] }], nextCursor: null });
    expect((await read("status=pending")).data).toHaveLength(3);
    expect((await read("status=delivered")).data).toHaveLength(0);
  });
});

describe("rights", () => {
  it("are those of who rules the workspace, with their password given of late", async () => {
    const editor = await guest(api, owner, "editor");
    expect((await editor.call("GET", "/v1/webhooks")).statusCode).toBe(403);
    const { id } = await add();
    ahead = 11 * minute;
    for (const [method, path, body] of [
      ["POST", "/v1/webhooks", { url }],
      ["PATCH", `/v1/webhooks/${id}`, { url }],
      ["POST", `/v1/webhooks/${id}/rotate-secret`, undefined],
    ] as const) {
      const answer = await owner.call(method, path, body ? { body } : {});
      expect(answer.json(), path).toMatchObject({ code: "step_up_needed" });
    }
    expect((await owner.call("GET", "/v1/webhooks")).statusCode).toBe(200);
    ahead = 0;
  });

  it("of a key end where its other scopes end: no webhook tells it what it can't read", async () => {
    const key = await program(api, owner, ["webhooks:write", "posts:read"]);
    const make = (eventTypes?: string[]) =>
      key.call("POST", "/v1/webhooks", { body: { url, ...(eventTypes ? { eventTypes } : {}) } });
    for (const types of [undefined, ["*"], ["post.*", "agent.*"], ["connection.expired"]])
      expect((await make(types)).json(), String(types)).toMatchObject({ code: "missing_scope" });
    const made = await make(["post.*", "target.failed"]);
    expect(made.statusCode, made.body).toBe(201);
    const change = (id: string, body: object) => key.call("PATCH", `/v1/webhooks/${id}`, { body });
    expect((await change(made.json().id, { eventTypes: ["run.*"] })).statusCode).toBe(403);
    expect((await change(made.json().id, { url })).statusCode).toBe(200);
    // Somebody else's, which tells of more: it must not be sent elsewhere.
    const { id } = await add();
    expect((await change(id, { url })).statusCode).toBe(403);
    const all = await program(api, owner, [...keyScopes]);
    expect((await all.call("PATCH", `/v1/webhooks/${id}`, { body: { url } })).statusCode).toBe(200);
  });
});

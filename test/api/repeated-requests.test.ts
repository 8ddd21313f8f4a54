import { randomUUID } from "node:crypto";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createStripe } from "#api/payments/stripe.ts";
import { Connection, IdempotencyRecord, Post } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { startStripe, type StripeServer } from "../harness/start-stripe.ts";
import { formOf, guest, person, program, type Caller } from "./callers.ts";
import { addAgent, addAsset, addChannel, addRun, checksumOf, endPost, sealPost } from "./rows.ts";

/** One request that changes something, and what it is sent with. */
interface Request {
  url: string;
  body?: object;
  who?: Caller;
  headers?: Record<string, string>;
  payload?: Buffer;
}

let api: TestApi;
let stripe: StripeServer;
let owner: Caller;
let channelId: string;
let connectionId: string;

beforeAll(async () => {
  stripe = await startStripe();
  const { secretKey, webhookSecret, origin: baseUrl } = stripe;
  const report = () => undefined;
  api = await startApi({
    platformApp: () => ({ baseUrl: "http://network.example" }),
    payments: createStripe({ secretKey, webhookSecret, baseUrl, fetch, report }),
  });
  owner = await person(api);
  ({ channelId, connectionId } = await addChannel(api, owner.workspaceId));
});

afterAll(async () => {
  await api?.close();
  await stripe?.close();
});

const own = () => inWorkspace(api.context.orm, owner.workspaceId);
const schedule = { mode: "at", at: "2099-01-01T00:00:00Z" };
const hook = "https://8.8.8.8/hook";
const agent = { days: ["mon"], times: ["09:00"], timeZone: "Europe/Berlin" };

async function made(url: string, body: object): Promise<string> {
  const answer = await owner.call("POST", url, { body });
  expect(answer.statusCode, answer.body).toBeLessThan(300);
  return answer.json<{ id: string }>().id;
}
const post = (approval = "none") =>
  made("/v1/posts", { content: { text: "hello" }, targets: [{ channelId }], schedule, approval });

async function awaiting(): Promise<{ id: string; contentHash: string }> {
  const id = await post("required");
  await sealPost(api, await own().findOneOrFail(Post, { id }));
  const { contentHash } = await own().findOneOrFail(Post, { id });
  return { id, contentHash: contentHash ?? "" };
}

async function ended(end: "published" | "failed" | "unconfirmed") {
  const id = await post();
  const row = await own().findOneOrFail(Post, { id });
  await sealPost(api, row);
  return { id, ...(await endPost(api, row, end)) };
}

const newAgent = (status: "active" | "paused" = "active") =>
  addAgent(api, owner.workspaceId, { channelId, status });

const series = () => ({
  content: { text: "hello" },
  targets: [{ channelId }],
  rrule: "FREQ=DAILY",
  start: "2099-01-01T09:00",
  timeZone: "UTC",
});

/** Every route that takes an Idempotency-Key; one that is not here fails the test below. */
const requests: Record<string, () => Promise<Request>> = {
  "POST /v1/posts": async () => ({
    url: "/v1/posts",
    body: { content: { text: "hello" }, targets: [{ channelId }], schedule },
  }),
  "POST /v1/posts/bulk": async () => ({
    url: "/v1/posts/bulk",
    body: { posts: [{ content: { text: "hello" }, targets: [{ channelId }], schedule }] },
  }),
  "POST /v1/posts/import": async () => ({
    url: "/v1/posts/import",
    headers: { "content-type": "text/csv" },
    payload: Buffer.from(`text,channels,at\nhello,${channelId},2099-01-01T00:00:00Z`),
  }),
  "PATCH /v1/posts/{id}": async () => ({
    url: `/v1/posts/${await post()}`,
    body: { content: { text: "other" } },
  }),
  "POST /v1/posts/{id}/cancel": async () => ({ url: `/v1/posts/${await post()}/cancel` }),
  "POST /v1/posts/{id}/publish-now": async () => ({ url: `/v1/posts/${await post()}/publish-now` }),
  "POST /v1/posts/{id}/retry": async () => ({
    url: `/v1/posts/${(await ended("failed")).id}/retry`,
    body: {},
  }),
  "POST /v1/posts/{id}/resolve": async () => {
    const { id, targetId } = await ended("unconfirmed");
    return { url: `/v1/posts/${id}/resolve`, body: { targetId, outcome: "send_again" } };
  },
  "POST /v1/posts/{id}/take-down": async () => ({
    url: `/v1/posts/${(await ended("published")).id}/take-down`,
    body: {},
  }),
  "POST /v1/posts/{id}/approve": async () => {
    const { id, contentHash } = await awaiting();
    return { url: `/v1/posts/${id}/approve`, body: { contentHash } };
  },
  "POST /v1/posts/{id}/reject": async () => ({
    url: `/v1/posts/${(await awaiting()).id}/reject`,
    body: { reason: "no" },
  }),
  "POST /v1/series": async () => ({ url: "/v1/series", body: series() }),
  "PATCH /v1/series/{id}": async () => ({
    url: `/v1/series/${await made("/v1/series", series())}`,
    body: { catchUp: 3 },
  }),
  "POST /v1/series/{id}/pause": async () => ({
    url: `/v1/series/${await made("/v1/series", series())}/pause`,
  }),
  "POST /v1/series/{id}/resume": async () => {
    const id = await made("/v1/series", series());
    await owner.call("POST", `/v1/series/${id}/pause`);
    return { url: `/v1/series/${id}/resume` };
  },
  "POST /v1/series/{id}/end": async () => ({
    url: `/v1/series/${await made("/v1/series", series())}/end`,
  }),
  "POST /v1/generations": async () => ({
    url: "/v1/generations",
    body: { kind: "text", prompt: "A line" },
  }),
  "POST /v1/generations/{id}/again": async () => ({
    url: `/v1/generations/${await made("/v1/generations", { kind: "text", prompt: "A" })}/again`,
    body: {},
    another: { prompt: "B" },
  }),
  "POST /v1/generations/{id}/cancel": async () => ({
    url: `/v1/generations/${await made("/v1/generations", { kind: "text", prompt: "A" })}/cancel`,
  }),
  "POST /v1/agents": async () => ({
    url: "/v1/agents",
    body: { name: "a", brief: "b", channelIds: [channelId], schedule: agent },
  }),
  "POST /v1/agents/{id}/run": async () => ({ url: `/v1/agents/${await newAgent()}/run` }),
  "POST /v1/agents/{id}/pause": async () => ({ url: `/v1/agents/${await newAgent()}/pause` }),
  "POST /v1/agents/{id}/resume": async () => ({
    url: `/v1/agents/${await newAgent("paused")}/resume`,
  }),
  "POST /v1/runs/{id}/cancel": async () => {
    const run = await addRun(api, owner.workspaceId, {
      agentId: await newAgent(),
      status: "running",
    });
    return { url: `/v1/runs/${run}/cancel` };
  },
  "POST /v1/api-keys": async () => ({
    url: "/v1/api-keys",
    body: { name: "robot", scopes: ["posts:read"] },
  }),
  "POST /v1/connections": async () => ({ url: "/v1/connections", body: { platform: "sandbox" } }),
  "POST /v1/connections/{id}/refresh": async () => ({
    url: `/v1/connections/${connectionId}/refresh`,
  }),
  "POST /v1/connections/{id}/confirm": async () => {
    const robot = await program(api, owner, ["connections:write"]);
    const begun = await robot.call("POST", "/v1/connections", { body: { platform: "sandbox" } });
    const { id } = begun.json<{ id: string }>();
    await own().nativeUpdate(
      Connection,
      { id },
      { authorizedAt: new Date(), name: "Ada", remoteAccountId: "ada" },
    );
    return { url: `/v1/connections/${id}/confirm`, who: robot };
  },
  "PATCH /v1/channels/{id}": async () => ({
    url: `/v1/channels/${(await addChannel(api, owner.workspaceId)).channelId}`,
    body: { requiresApproval: true },
  }),
  "POST /v1/assets": async () => {
    const data = await sharp({ create: { width: 8, height: 8, channels: 3, background: "red" } })
      .png()
      .toBuffer();
    // The boundary differs each time in a browser too: what counts is the file.
    const form = await formOf([{ name: "red.png", data }]);
    return {
      url: "/v1/assets",
      headers: { "content-type": form.contentType },
      payload: form.data,
    };
  },
  "POST /v1/assets/import": async () => ({
    url: "/v1/assets/import",
    body: { url: "https://8.8.8.8/harbour.mp4" },
  }),
  "PATCH /v1/assets/{id}": async () => ({
    url: `/v1/assets/${await addAsset(api, owner.workspaceId)}`,
    body: { class: "library" },
  }),
  "POST /v1/invitations": async () => ({
    url: "/v1/invitations",
    body: { email: `${randomUUID()}@example.com`, role: "editor" },
  }),
  "PATCH /v1/members/{id}": async () => {
    await guest(api, owner, "editor");
    const members = await owner.call("GET", "/v1/members");
    const editor = members
      .json<{ data: { id: string; role: string }[] }>()
      .data.find(({ role }) => role === "editor");
    return { url: `/v1/members/${editor?.id}`, body: { role: "viewer" } };
  },
  "POST /v1/notifications/seen": async () => ({ url: "/v1/notifications/seen", body: {} }),
  "POST /v1/notification-settings/test": async () => {
    const url = "/v1/notification-settings";
    await owner.call("PUT", url, { body: { chatUrl: hook } });
    return { url: `${url}/test`, body: { way: "chat" } };
  },
  "POST /v1/credits/checkout": async () => ({
    url: "/v1/credits/checkout",
    body: { pack: "small" },
  }),
  "POST /v1/webhooks": async () => ({ url: "/v1/webhooks", body: { url: hook } }),
  "PATCH /v1/webhooks/{id}": async () => ({
    url: `/v1/webhooks/${await made("/v1/webhooks", { url: hook })}`,
    body: { eventTypes: ["post.*"] },
  }),
  "POST /v1/webhooks/{id}/rotate-secret": async () => ({
    url: `/v1/webhooks/${await made("/v1/webhooks", { url: hook })}/rotate-secret`,
  }),
  "POST /v1/webhooks/{id}/test": async () => ({
    url: `/v1/webhooks/${await made("/v1/webhooks", { url: hook })}/test`,
  }),
  "POST /v1/webhooks/{id}/deliveries/{deliveryId}/redeliver": async () => {
    const url = `/v1/webhooks/${await made("/v1/webhooks", { url: hook })}`;
    const tested = await owner.call("POST", `${url}/test`);
    return { url: `${url}/deliveries/${tested.json().deliveryId}/redeliver` };
  },
  "PATCH /v1/workspace": async () => ({ url: "/v1/workspace", body: { name: "Harbour & Co" } }),
};

/** What is in the first answer alone. */
const secrets = ["key", "link", "authorizationUrl", "secret"];

function send(name: string, request: Request, key: string) {
  return api.app.inject({
    method: name.split(" ")[0] as "POST",
    url: request.url,
    headers: {
      ...(request.who ?? owner).headers,
      ...request.headers,
      "idempotency-key": key,
    },
    ...(request.payload ? { payload: request.payload } : {}),
    ...(request.body ? { payload: request.body } : {}),
  });
}

interface Operation {
  parameters?: { name?: string; $ref?: string }[];
}

it("the table names every operation that the description says takes an Idempotency-Key", async () => {
  const description = (await api.app.inject({ url: "/openapi.json" })).json<{
    paths: Record<string, Record<string, Operation>>;
  }>();
  const takes = (operation: Operation) =>
    /idempotency-?key/i.test(JSON.stringify(operation.parameters ?? []));
  const named = Object.entries(description.paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, operation]) => takes(operation))
      .map(([method]) => `${method.toUpperCase()} ${path}`),
  );
  expect(named.sort()).toEqual(Object.keys(requests).sort());
});

describe("a request that is repeated with its key", () => {
  it.each(Object.keys(requests))("changes nothing the second time: %s", async (name) => {
    const request = await (requests[name] as () => Promise<Request>)();
    const key = randomUUID();
    const first = await send(name, request, key);
    expect(first.statusCode, first.body).toBeLessThan(300);
    expect(first.headers["idempotent-replayed"]).toBeUndefined();
    const before = await checksumOf(api, owner.workspaceId);
    const again = await send(name, request, key);
    expect(again.statusCode, again.body).toBe(first.statusCode);
    expect(again.headers["idempotent-replayed"]).toBe("true");
    expect(again.headers["location"]).toBe(first.headers["location"]);
    const shown = Object.fromEntries(
      Object.entries(first.json<Record<string, unknown>>()).filter(
        ([member]) => !secrets.includes(member),
      ),
    );
    expect(again.json()).toEqual(shown);
    expect(await checksumOf(api, owner.workspaceId)).toEqual(before);
  });

  it("that stands for another file is refused", async () => {
    const key = randomUUID();
    const upload = async (background: string, name: string) => {
      const image = sharp({ create: { width: 8, height: 8, channels: 3, background } });
      const form = await formOf([{ name, data: await image.png().toBuffer() }]);
      const headers = { "content-type": form.contentType };
      return send("POST /v1/assets", { url: "/v1/assets", headers, payload: form.data }, key);
    };
    const first = await upload("red", "a.png");
    expect(first.statusCode, first.body).toBe(201);
    // A browser draws another boundary each time: that is no other request.
    expect((await upload("red", "a.png")).headers["idempotent-replayed"]).toBe("true");
    expect((await upload("blue", "a.png")).json()).toMatchObject({
      code: "idempotency_key_reused",
    });
  });
});

it("of what was cancelled no kept answer holds a copy, and the keys stay taken", async () => {
  const text = `secret plan ${randomUUID()}`;
  const body = { content: { text }, targets: [{ channelId }], schedule };
  const create = { url: "/v1/posts", body };
  const first = await send("POST /v1/posts", create, "create-it");
  const { id } = first.json<{ id: string }>();
  const edit = { url: `/v1/posts/${id}`, body: { content: { text: `${text}!` } } };
  expect((await send("PATCH /v1/posts/{id}", edit, "edit-it")).statusCode).toBe(200);
  const cancel = { url: `/v1/posts/${id}/cancel` };
  const cancelled = await send("POST cancel", cancel, "cancel-it");
  expect(cancelled.json()).toMatchObject({ status: "cancelled", engine: "ready" });

  const kept = await own().find(IdempotencyRecord, { subjectId: id });
  expect(kept.map(({ key }) => key).sort()).toEqual(["cancel-it", "create-it", "edit-it"]);
  expect(JSON.stringify(kept)).not.toContain(text);

  const again = await send("POST /v1/posts", create, "create-it");
  expect([again.headers["idempotent-replayed"], again.json()]).toEqual(["true", first.json()]);
  for (const answer of [
    await send("POST cancel", cancel, "cancel-it"),
    await send("PATCH /v1/posts/{id}", edit, "edit-it"),
  ]) {
    expect(answer.statusCode).toBe(200);
    expect(answer.headers["idempotent-replayed"]).toBe("true");
    expect(answer.json()).toMatchObject({ id, status: "cancelled", engine: "ready" });
  }
});

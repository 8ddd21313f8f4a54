import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Event, Outbox, WebhookDelivery, WebhookEndpoint } from "#db/entities/index.ts";
import { inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import { recordEvent } from "#db/record-event.ts";
import { openSecrets } from "#db/vault/open.ts";
import { webhookPausesMs } from "#domain/next-webhook-move.ts";
import { person, type Caller } from "#test/api/callers.ts";
import { addChannel } from "#test/api/rows.ts";
import { activityDeps, runActivity } from "#test/harness/activity-deps.ts";
import { startApi, type TestApi } from "#test/harness/start-api.ts";
import { startReceiver, type Receiver } from "#test/harness/start-receiver.ts";
import { createAddressCheck, createGuardedFetch } from "../egress.ts";
import type { ActivityDeps } from "./deps.ts";
import { createWebhookActivities } from "./webhooks.ts";

const hour = 3_600_000;
const day = 24 * hour;

let api: TestApi;
let receiver: Receiver;
let deps: ActivityDeps;
let owner: Caller;
let webhook: { id: string; secret: string };
/** How far the clock is ahead. Milliseconds. */
let ahead = 0;
const now = () => new Date(Date.now() + ahead);

beforeAll(async () => {
  receiver = await startReceiver();
  const allow = [receiver.hostAndPort];
  api = await startApi({ now, checkAddress: createAddressCheck({ allow }) });
  deps = await activityDeps(api, { fetch: createGuardedFetch({ allow }), now });
});

afterAll(async () => {
  await api?.close();
  await receiver?.close();
});

beforeEach(async () => {
  ahead = 0;
  receiver.answers({});
  receiver.received.length = 0;
  owner = await person(api);
  webhook = await add();
});

const db = () => inWorkspace(api.context.orm, owner.workspaceId);

async function add(body: object = {}): Promise<{ id: string; secret: string }> {
  const answer = await owner.call("POST", "/v1/webhooks", { body: { url: receiver.url, ...body } });
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json();
}

const subjectId = "00000000-0000-4000-8000-000000000001";

/** Something happens; the id of what is to be delivered. */
async function happen(type = "agent.halted"): Promise<string> {
  const { workspaceId } = owner;
  await db().transactional((em) =>
    recordEvent(em, { workspaceId, type, subjectKind: "agent", subjectId }),
  );
  return (await latest()).id;
}

const latest = () =>
  db().findOneOrFail(
    WebhookDelivery,
    { endpointId: webhook.id },
    { orderBy: { sequence: "desc" }, populate: ["body"] },
  );
const endpoint = () => db().findOneOrFail(WebhookEndpoint, { id: webhook.id });

const attempt = (deliveryId: string, over: Partial<ActivityDeps> = {}, round = "0") =>
  runActivity(createWebhookActivities({ ...deps, ...over }).attemptWebhook, {
    workspaceId: owner.workspaceId,
    deliveryId,
    round,
    now: now().getTime(),
  });

const verify = (index: number, secret = webhook.secret) => {
  const { body, headers } = receiver.received[index] ?? { body: "", headers: {} };
  return new Webhook(secret).verify(body, headers as Record<string, string>);
};

describe("a message", () => {
  it("is what happened, signed so that the library of the standard takes it", async () => {
    const { channelId } = await addChannel(api, owner.workspaceId);
    const text = "nobody's business";
    const made = await owner.call("POST", "/v1/posts", {
      body: {
        content: { text },
        targets: [{ channelId }],
        schedule: { mode: "at", at: "2099-01-01T00:00:00Z" },
        externalId: "campaign-7",
      },
    });
    expect(made.statusCode, made.body).toBe(202);
    const delivery = await latest();
    expect(await attempt(delivery.id)).toEqual({ kind: "done", status: "delivered" });
    expect(verify(0)).toEqual({
      type: "post.preparing",
      timestamp: delivery.occurredAt.toISOString(),
      data: expect.objectContaining({
        kind: "post",
        id: made.json().id,
        status: "preparing",
        version: 1,
        externalId: "campaign-7",
        targets: [
          expect.objectContaining({ channelId, status: "pending", remoteUrl: null, error: null }),
        ],
      }),
    });
    const event = await db().findOneOrFail(Event, { subjectId: made.json().id });
    expect(receiver.received[0]?.headers["webhook-id"]).toBe(event.id);
    expect(receiver.received[0]?.body).not.toContain(text);
    expect(receiver.received[0]?.body).not.toContain(webhook.secret);
    const row = await latest();
    expect(row).toMatchObject({
      status: "delivered",
      tries: 1,
      attempts: [{ httpStatus: 200 }],
    });
    expect(row.finishedAt).toBeInstanceOf(Date);
    // Delivered is delivered.
    expect(await attempt(row.id)).toEqual({ kind: "done", status: "delivered" });
    expect(receiver.received).toHaveLength(1);
  });

  it("goes to those who want it, each by a workflow of its own, and to nobody else", async () => {
    const [posts, one, other] = [
      await add({ eventTypes: ["post.*"] }),
      await add({ eventTypes: ["run.failed", "agent.halted"] }),
      await add({ eventTypes: ["agent.active"] }),
    ];
    await outsideWorkspaces(api.context.orm).nativeDelete(Outbox, {});
    await happen("agent.halted");
    const stranger = await person(api);
    const rows = await db().find(WebhookDelivery, {}, { orderBy: { sequence: "asc" } });
    expect(new Set(rows.map((row) => row.endpointId))).toEqual(new Set([webhook.id, one.id]));
    expect([posts.id, other.id]).not.toContain(rows[0]?.endpointId);
    const messages = await outsideWorkspaces(api.context.orm).find(Outbox, {});
    expect(messages.map(({ workflowId, input }) => [workflowId, input]).toSorted()).toEqual(
      rows
        .map((row) => [
          `webhook/${row.eventId}/${row.endpointId}`,
          { deliveryId: row.id, round: "0" },
        ])
        .toSorted(),
    );
    for (const type of ["step.running", "generation.progress"]) await happen(type);
    expect(await db().count(WebhookDelivery, {})).toBe(2);
    expect(await inWorkspace(api.context.orm, stranger.workspaceId).count(WebhookDelivery)).toBe(0);
  });

  it("is not written where what it tells of was not", async () => {
    const { workspaceId } = owner;
    const broken = db().transactional(async (em) => {
      await recordEvent(em, { workspaceId, type: "agent.halted", subjectKind: "agent", subjectId });
      throw new Error("rolled back");
    });
    await expect(broken).rejects.toThrow("rolled back");
    expect(await db().count(WebhookDelivery, {})).toBe(0);
  });
});

describe("what is not taken", () => {
  it.each([
    [
      { status: 500, body: "out of order" },
      { httpStatus: 500, answer: "out of order" },
    ],
    [{ status: 404 }, { httpStatus: 404 }],
    [
      { status: 302, headers: { location: "https://example.com/" } },
      { httpStatus: 302, error: expect.stringMatching(/redirects/) },
    ],
  ])("is tried again: %j", async (answer, noted) => {
    receiver.answers(answer, {});
    const id = await happen();
    const before = now().getTime();
    const progress = await attempt(id);
    expect(progress).toMatchObject({ kind: "wait", tries: 1 });
    const until = progress.kind === "wait" ? progress.until : 0;
    expect(until - before).toBeGreaterThanOrEqual(5_000);
    expect(until - before).toBeLessThan(7_000);
    expect(await latest()).toMatchObject({ status: "pending", tries: 1, attempts: [noted] });
    // A repeated activity, and one that is woken too early, finds that it is not time.
    expect(await attempt(id)).toEqual(progress);
    expect(receiver.received).toHaveLength(1);

    ahead = 7_000;
    expect(await attempt(id)).toEqual({ kind: "done", status: "delivered" });
    const [first, second] = receiver.received;
    expect(second?.body).toBe(first?.body);
    expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
    expect(Number(second?.headers["webhook-timestamp"])).toBeGreaterThanOrEqual(
      Number(first?.headers["webhook-timestamp"]) + 6,
    );
  });

  it("is tried again when Retry-After says", async () => {
    receiver.answers({ status: 429, headers: { "retry-after": "90" } });
    const before = now().getTime();
    const progress = await attempt(await happen());
    expect(progress.kind === "wait" && progress.until - before).toBeGreaterThanOrEqual(90_000);
  });

  it("is given up after a day, and says so", async () => {
    receiver.answers({ status: 503 });
    const id = await happen();
    const startedAt = now().getTime();
    let progress = await attempt(id);
    while (progress.kind === "wait") {
      ahead = progress.until - Date.now() + 1_000;
      progress = await attempt(id);
    }
    expect(progress).toEqual({ kind: "done", status: "failed" });
    expect(receiver.received).toHaveLength(webhookPausesMs.length + 1);
    const row = await latest();
    expect(row.attempts).toHaveLength(webhookPausesMs.length + 1);
    expect((row.finishedAt?.getTime() ?? 0) - startedAt).toBeGreaterThan(23 * hour);
    expect((row.finishedAt?.getTime() ?? 0) - startedAt).toBeLessThan(29 * hour);
    expect((await endpoint()).status).toBe("active");
  });
});

describe("a private address", () => {
  it.each(["http://127.0.0.1:8099/", "https://localhost/x", "https://10.0.0.7/", "ftp://8.8.8.8/"])(
    "%s is refused where it is named",
    async (url) => {
      const answer = await owner.call("POST", "/v1/webhooks", { body: { url } });
      expect(answer.statusCode, answer.body).toBe(422);
      const change = await owner.call("PATCH", `/v1/webhooks/${webhook.id}`, { body: { url } });
      expect(change.statusCode, change.body).toBe(422);
    },
  );

  it.each(["http://127.0.0.1:8099/", "https://localhost/"])(
    "%s is refused where it is sent to: the name may have changed its mind since",
    async (url) => {
      await db().nativeUpdate(WebhookEndpoint, { id: webhook.id }, { url });
      expect(await attempt(await happen())).toMatchObject({ kind: "wait" });
      expect((await latest()).attempts).toMatchObject([
        { error: expect.stringMatching(/refused/) },
      ]);
      expect(receiver.received).toHaveLength(0);
    },
  );
});

describe("a worker that dies", () => {
  it("between sending and noting has the same message sent again, under the same id", async () => {
    const id = await happen();
    const killed = attempt(id, {
      now: () => {
        // What follows the sending begins with a look at the clock.
        if (receiver.received.length > 0) throw new Error("killed");
        return now();
      },
    });
    await expect(killed).rejects.toThrow("killed");
    expect(receiver.received).toHaveLength(1);
    expect(await latest()).toMatchObject({ status: "pending", tries: 0, attempts: [] });
    expect(await attempt(id)).toEqual({ kind: "done", status: "delivered" });
    expect(receiver.received).toHaveLength(2);
    expect(receiver.received[1]?.body).toBe(receiver.received[0]?.body);
    expect(receiver.received[1]?.headers["webhook-id"]).toBe(
      receiver.received[0]?.headers["webhook-id"],
    );
  });
});

describe("a rotated secret", () => {
  it("signs beside the one before for a day, then alone", async () => {
    const old = webhook.secret;
    const rotated = await owner.call("POST", `/v1/webhooks/${webhook.id}/rotate-secret`);
    const { secret } = rotated.json<{ secret: string }>();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(secret).not.toBe(old);
    await attempt(await happen());
    for (const one of [old, secret]) expect(verify(0, one)).toBeDefined();

    ahead = day - 60_000;
    await attempt(await happen());
    expect(String(receiver.received[1]?.headers["webhook-signature"]).split(" ")).toHaveLength(2);
    ahead = day + 60_000;
    await attempt(await happen());
    expect(String(receiver.received[2]?.headers["webhook-signature"]).split(" ")).toHaveLength(1);
  });

  it("is stored sealed, for its own row and version alone", async () => {
    await owner.call("POST", `/v1/webhooks/${webhook.id}/rotate-secret`);
    const row = await db().findOneOrFail(
      WebhookEndpoint,
      { id: webhook.id },
      { populate: ["$infer"] },
    );
    const stored = await db().execute<object[]>("select * from webhook_endpoint");
    expect(JSON.stringify(stored)).not.toContain(webhook.secret.slice(6));
    const open = (version: number, ownerId = row.id) =>
      openSecrets({
        keyRing: api.context.keyRing,
        context: { workspaceId: owner.workspaceId, ownerId, field: "webhook", version },
        sealed: (stored[0] as { previous_sealed_secret: string }).previous_sealed_secret,
        wrappedKey: (stored[0] as { previous_wrapped_key: string }).previous_wrapped_key,
      });
    expect(open(1)).toEqual({ secret: webhook.secret });
    expect(() => open(2)).toThrow();
    expect(() => open(1, subjectId)).toThrow();
  });
});

describe("an endpoint", () => {
  it("that answers 410 is disabled, and what waits for it ends", async () => {
    const [waits, gone] = [await happen(), await happen()];
    receiver.answers({ status: 410 });
    expect(await attempt(gone)).toEqual({ kind: "done", status: "failed" });
    expect(await endpoint()).toMatchObject({
      status: "disabled",
      problem: expect.stringMatching(/410/),
    });
    expect(await attempt(waits)).toEqual({ kind: "done", status: "disabled" });
    expect(await db().count(Event, { type: "webhook.disabled" })).toBe(1);
    await happen();
    expect(await db().count(WebhookDelivery, {})).toBe(2);
    expect(receiver.received).toHaveLength(1);
  });

  it("that took nothing for three days is disabled; one that took something is not", async () => {
    receiver.answers({ status: 500 });
    const first = await happen();
    await attempt(first);
    ahead = 2 * day;
    const id = await happen();
    await db().nativeUpdate(WebhookDelivery, { id }, { tries: webhookPausesMs.length });
    expect(await attempt(id)).toEqual({ kind: "done", status: "failed" });
    expect((await endpoint()).status).toBe("active");
    receiver.answers({});
    await attempt(await happen());
    expect((await endpoint()).failingSince).toBeNull();

    receiver.answers({ status: 500 });
    await attempt(await happen());
    ahead = 6 * day;
    const last = await happen();
    await db().nativeUpdate(WebhookDelivery, { id: last }, { tries: webhookPausesMs.length });
    expect(await attempt(last)).toEqual({ kind: "done", status: "failed" });
    expect(await endpoint()).toMatchObject({ status: "disabled" });
  });

  it("that is removed ends what waits for it, and its workflows are told", async () => {
    receiver.answers({ status: 500 });
    const id = await happen();
    const { eventId } = await latest();
    await attempt(id);
    await outsideWorkspaces(api.context.orm).nativeDelete(Outbox, {});
    const removed = await owner.call("DELETE", `/v1/webhooks/${webhook.id}`);
    expect(removed.statusCode).toBe(204);
    expect(await outsideWorkspaces(api.context.orm).find(Outbox, {})).toMatchObject([
      { action: "signal", workflowId: `webhook/${eventId}/${webhook.id}` },
    ]);
    expect(await attempt(id)).toEqual({ kind: "done", status: "gone" });
    expect(await db().count(WebhookDelivery, {})).toBe(0);
    expect(receiver.received).toHaveLength(1);
  });

  it("that is slow does not keep others waiting: only so many are sent to it at once", async () => {
    receiver.answers({ silent: true });
    const abort = new AbortController();
    const fetch: typeof globalThis.fetch = (url, init) =>
      deps.fetch(url, { ...init, signal: abort.signal });
    const { attemptWebhook } = createWebhookActivities({ ...deps, fetch });
    const ids = [await happen(), await happen(), await happen(), await happen()];
    const input = { workspaceId: owner.workspaceId, round: "0", now: now().getTime() };
    const underWay = ids
      .slice(0, 3)
      .map((deliveryId) => runActivity(attemptWebhook, { ...input, deliveryId }));
    await expect.poll(() => receiver.received.length).toBe(3);
    const fourth = await runActivity(attemptWebhook, { ...input, deliveryId: ids[3] ?? "" });
    expect(fourth).toMatchObject({ kind: "wait", tries: 0 });
    expect(receiver.received).toHaveLength(3);
    abort.abort();
    await Promise.all(underWay);
  });

  it("is one of many slow ones of a workspace: others are served all the same", async () => {
    await Promise.all([add(), add()]);
    const silent = { silent: true } as const;
    receiver.answers(silent, silent, silent, silent, silent, {});
    const abort = new AbortController();
    const fetch: typeof globalThis.fetch = (url, init) =>
      deps.fetch(url, { ...init, signal: abort.signal });
    const slow = createWebhookActivities({ ...deps, fetch });
    await happen();
    await happen();
    const rows = await db().find(WebhookDelivery, {}, { orderBy: { sequence: "asc" } });
    expect(rows).toHaveLength(6);
    const at = now().getTime();
    const send = (workspaceId: string, deliveryId = "") =>
      runActivity(slow.attemptWebhook, { workspaceId, deliveryId, round: "0", now: at });
    const underWay = rows.slice(0, 5).map(({ id }) => send(owner.workspaceId, id));
    await expect.poll(() => receiver.received.length).toBe(5);
    expect(await send(owner.workspaceId, rows[5]?.id)).toMatchObject({ kind: "wait", tries: 0 });
    owner = await person(api);
    webhook = await add();
    expect(await send(owner.workspaceId, await happen())).toEqual({
      kind: "done",
      status: "delivered",
    });
    abort.abort();
    await Promise.all(underWay);
  });
});

describe("a person", () => {
  const log = async () =>
    (await owner.call("GET", `/v1/webhooks/${webhook.id}/deliveries`)).json<{
      data: { id: string; status: string; attempts: object[] }[];
    }>().data;
  const redeliver = (id: string) =>
    owner.call("POST", `/v1/webhooks/${webhook.id}/deliveries/${id}/redeliver`);

  it("has it delivered again, under the same id, by a workflow of its own", async () => {
    const id = await happen();
    await attempt(id);
    api.told.length = 0;
    const answer = await redeliver(id);
    expect(answer.json(), answer.body).toEqual({ deliveryId: id, engine: "ready" });
    const { eventId } = await latest();
    expect(api.told).toEqual([
      { what: "start deliverWebhook", workflowId: `webhook/${eventId}/${webhook.id}/1` },
    ]);
    // The workflow of the round before has nothing to do with it.
    expect(await attempt(id)).toEqual({ kind: "done", status: "gone" });
    expect(await attempt(id, {}, "1")).toEqual({ kind: "done", status: "delivered" });
    expect(receiver.received).toHaveLength(2);
    expect(receiver.received[1]?.body).toBe(receiver.received[0]?.body);
    expect(receiver.received[1]?.headers["webhook-id"]).toBe(eventId);
    expect(await log()).toMatchObject([{ id, status: "delivered", attempts: [{}, {}] }]);
  });

  it("has what waits sent now", async () => {
    receiver.answers({ status: 500 }, {});
    const id = await happen();
    await attempt(id);
    api.told.length = 0;
    expect((await redeliver(id)).statusCode).toBe(202);
    const { eventId } = await latest();
    expect(api.told).toEqual([{ what: "nudge", workflowId: `webhook/${eventId}/${webhook.id}` }]);
    expect(await attempt(id)).toEqual({ kind: "done", status: "delivered" });
  });

  it("tries an endpoint: once, and without a word on its health", async () => {
    receiver.answers({ status: 500 });
    const asked = await owner.call("POST", `/v1/webhooks/${webhook.id}/test`);
    const { deliveryId } = asked.json<{ deliveryId: string }>();
    expect(await attempt(deliveryId)).toEqual({ kind: "done", status: "failed" });
    expect(verify(0)).toMatchObject({ type: "webhook.test", data: { id: webhook.id } });
    expect((await endpoint()).failingSince).toBeNull();
    expect(await log()).toMatchObject([{ id: deliveryId, type: "webhook.test", status: "failed" }]);
  });

  it("is told that a disabled one must be enabled first, and enables it", async () => {
    const id = await happen();
    const change = (status: string) =>
      owner.call("PATCH", `/v1/webhooks/${webhook.id}`, { body: { status } });
    expect((await change("disabled")).json()).toMatchObject({ status: "disabled" });
    expect(await log()).toMatchObject([{ id, status: "disabled" }]);
    for (const answer of [
      await redeliver(id),
      await owner.call("POST", `/v1/webhooks/${webhook.id}/test`),
    ])
      expect(answer.json()).toMatchObject({ status: 409, code: "webhook_disabled" });
    await happen();
    expect(await log()).toHaveLength(1);
    expect((await change("active")).json()).toMatchObject({ status: "active", problem: null });
    expect((await redeliver(id)).statusCode).toBe(202);
    expect(await attempt(id, {}, "1")).toEqual({ kind: "done", status: "delivered" });
  });
});

import { afterAll, beforeAll, expect, it } from "vitest";
import {
  Connection,
  IdempotencyRecord,
  Notification,
  OauthState,
  Outbox,
  Throttle,
  WebhookDelivery,
} from "#db/entities/index.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import { person, type Caller } from "#test/api/callers.ts";
import { activityDeps } from "#test/harness/activity-deps.ts";
import { startApi, type TestApi } from "#test/harness/start-api.ts";
import { createSweepActivities } from "./sweep.ts";

const minute = 60_000;

let api: TestApi;
let sweep: ReturnType<typeof createSweepActivities>;
/** How far the clock is ahead. Milliseconds. */
let ahead = 0;

beforeAll(async () => {
  api = await startApi({
    now: () => new Date(Date.now() + ahead),
    platformApp: () => ({ baseUrl: "http://network.example" }),
  });
  sweep = createSweepActivities(await activityDeps(api));
});

afterAll(async () => {
  await api?.close();
});

const begin = async (caller: Caller) =>
  (await caller.call("POST", "/v1/connections", { body: { platform: "sandbox" } })).json<{
    id: string;
  }>().id;
const db = (caller: Caller) => inWorkspace(api.context.orm, caller.workspaceId);
const find = (caller: Caller, id: string) => db(caller).findOneOrFail(Connection, { id });
const states = () => outsideWorkspaces(api.context.orm).count(OauthState, {});

it("gives up connections of every workspace that nobody finished within the hour", async () => {
  const [one, other] = [await person(api), await person(api)];
  const abandoned = [await begin(one), await begin(other)];
  const made = await begin(one);
  await db(one).nativeUpdate(Connection, { id: made }, { status: "active" });
  ahead = 30 * minute;
  const fresh = await begin(one);
  api.told.length = 0;

  ahead = 59 * minute;
  expect(await sweep.forgetAbandonedConnections()).toEqual({ forgotten: 0 });
  expect(await states()).toBe(4);

  ahead = 61 * minute;
  expect(await sweep.forgetAbandonedConnections()).toEqual({ forgotten: 2 });
  for (const [index, caller] of [one, other].entries()) {
    const id = abandoned[index] ?? "";
    expect((await find(caller, id)).disconnectedAt).toBeInstanceOf(Date);
    expect((await caller.call("GET", `/v1/connections/${id}`)).statusCode).toBe(404);
  }
  for (const id of [made, fresh]) expect((await find(one, id)).disconnectedAt).toBeNull();
  // The state of the one that is still under way is all that is left.
  expect(await states()).toBe(1);

  // Its workflow is started by the same way as everything else, and revokes and removes it.
  await sweep.sweepOutbox();
  expect(api.told.map(({ workflowId }) => workflowId).toSorted()).toEqual(
    abandoned.map((id) => `connection/${id}`).toSorted(),
  );
  expect(new Set(api.told.map(({ what }) => what))).toEqual(new Set(["start refreshConnection"]));
  expect(await sweep.forgetAbandonedConnections()).toEqual({ forgotten: 0 });
});

it("forgets counts of tries whose time is over, and no others", async () => {
  const em = outsideWorkspaces(api.context.orm);
  await em.nativeDelete(Throttle, {});
  const [over, running] = ["0".repeat(64), "1".repeat(64)];
  const at = (ms: number) => new Date(Date.now() + ms);
  await insertRow(em, Throttle, { key: over, points: 3, resetAt: at(-minute) });
  await insertRow(em, Throttle, { key: running, points: 3, resetAt: at(minute) });
  await sweep.forgetThrottles();
  expect(await em.find(Throttle, {})).toMatchObject([{ key: running }]);
});

it("forgets kept answers after 48 hours, in every workspace within the hour, and no sooner", async () => {
  ahead = 0;
  const callers = [await person(api), await person(api), await person(api)];
  const answers = async () =>
    Promise.all(callers.map((caller) => db(caller).count(IdempotencyRecord, {})));
  for (const caller of callers) {
    const made = await caller.call("POST", "/v1/connections", {
      body: { platform: "sandbox" },
      headers: { "idempotency-key": "begin" },
    });
    expect(made.statusCode).toBe(201);
  }
  const sweepAnHour = async () => {
    for (let minutes = 0; minutes < 60; minutes += 1) {
      await sweep.forgetAnswers();
      ahead += minute;
    }
  };
  ahead = 46.9 * 60 * minute;
  await sweepAnHour();
  expect(await answers()).toEqual([1, 1, 1]);
  await sweepAnHour();
  await sweepAnHour();
  expect(await answers()).toEqual([0, 0, 0]);
});

it("forgets what was sent to webhooks after 30 days, and starts anew what lost its workflow", async () => {
  const day = 24 * 60 * minute;
  const owner = await person(api);
  const made = await owner.call("POST", "/v1/webhooks", { body: { url: "https://8.8.8.8/" } });
  const test = async () =>
    (await owner.call("POST", `/v1/webhooks/${made.json().id}/test`)).json<{ deliveryId: string }>()
      .deliveryId;
  const rows = () => db(owner).find(WebhookDelivery, {}, { orderBy: { sequence: "asc" } });
  const sweepAnHour = async () => {
    for (let count = 0; count < 60; count += 1) {
      await sweep.forgetAnswers();
      ahead += minute;
    }
  };
  ahead = 0;
  const id = await test();
  await sweepAnHour();
  expect(await rows()).toMatchObject([{ id, status: "pending", round: 0 }]);
  await sweepAnHour();
  const [row] = await rows();
  expect(row).toMatchObject({ id, status: "pending", round: 1 });
  const workflowId = `webhook/${row?.eventId}/${row?.endpointId}/1`;
  expect(await outsideWorkspaces(api.context.orm).find(Outbox, { workflowId })).toMatchObject([
    { workflowType: "deliverWebhook", input: { deliveryId: id, round: "1" } },
  ]);
  ahead = 29 * day;
  await db(owner).nativeUpdate(WebhookDelivery, {}, { status: "failed" });
  await sweepAnHour();
  expect(await rows()).toHaveLength(1);
  ahead = 30 * day + minute;
  await sweepAnHour();
  expect(await rows()).toEqual([]);
});

it("has messages to members sent that lost their workflow, and forgets old notifications", async () => {
  const owner = await person(api);
  const { workspaceId } = owner;
  const userId = (await owner.call("GET", "/v1/me")).json<{ user: { id: string } }>().user.id;
  ahead = 0;
  await insertRow(db(owner), Notification, {
    workspaceId,
    userId,
    kind: "failed",
    cause: "one",
    eventType: "post.failed",
    subjectKind: "post",
    subjectId: userId,
    inConsole: true,
    email: "waiting",
  });
  const wakes = () =>
    outsideWorkspaces(api.context.orm).find(Outbox, { workspaceId, workflowType: "notifyMember" });
  const sweepAnHour = async () => {
    for (let count = 0; count < 60; count += 1) {
      await sweep.forgetAnswers();
      ahead += minute;
    }
  };
  await sweepAnHour();
  expect(await wakes()).toEqual([]);
  await sweepAnHour();
  expect(await wakes()).toMatchObject([
    { action: "wake", workflowId: `notify/${workspaceId}/${userId}`, input: { userId } },
  ]);
  ahead = 91 * 24 * 60 * minute;
  await sweepAnHour();
  expect(await db(owner).count(Notification, {})).toBe(0);
});

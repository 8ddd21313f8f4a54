import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createSeriesActivities } from "#activities/series.ts";
import { Connection, Event, Post, Series, Target } from "#db/entities/index.ts";
import { insertRows } from "#db/insert-row.ts";
import { makeOccurrences } from "#db/make-occurrences.ts";
import { inWorkspace } from "#db/orm.ts";
import { readNeeds } from "#db/read-needs.ts";
import { activityDeps } from "../harness/activity-deps.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { person, type Caller } from "./callers.ts";
import { addAsset, addChannel, sealPost } from "./rows.ts";

/** A Friday. */
const today = "2027-01-15T12:00:00.000Z";
const dayMs = 24 * 3_600_000;

let api: TestApi;
let owner: Caller;
let channelId: string;
let connectionId: string;
let now = new Date(today);

beforeAll(async () => {
  api = await startApi({ now: () => now });
  owner = await person(api);
});

afterAll(async () => {
  await api?.close();
});

beforeEach(async () => {
  now = new Date(today);
  api.told.length = 0;
  ({ channelId, connectionId } = await addChannel(api, owner.workspaceId));
});

const db = () => inWorkspace(api.context.orm, owner.workspaceId);
const daily = { rrule: "FREQ=DAILY", start: "2027-01-01T09:00", timeZone: "Europe/Berlin" };
const body = (more: object = {}) => ({
  content: { text: "Good morning" },
  targets: [{ channelId }],
  approval: "none",
  ...daily,
  ...more,
});
const send = (more: object = {}) => owner.call("POST", "/v1/series", { body: body(more) });

async function made(more: object = {}): Promise<string> {
  const answer = await send(more);
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json<{ id: string }>().id;
}
const show = async (id: string) => (await owner.call("GET", `/v1/series/${id}`)).json();
const act = (id: string, verb: string) => owner.call("POST", `/v1/series/${id}/${verb}`);
const change = (id: string, with_: object) =>
  owner.call("PATCH", `/v1/series/${id}`, { body: with_ });

/** What the sweep does, in a process that has just begun. */
async function sweep(): Promise<{ made: number; skipped: number }> {
  return createSeriesActivities(await activityDeps(api)).makeOccurrences();
}

/** Posts of the series, by due time; the open ones unless told otherwise. */
async function postsOf(id: string, status: string[] = ["scheduled", "preparing"]) {
  const posts = await db().find(Post, { seriesId: id }, { orderBy: { dueAt: "asc", id: "asc" } });
  return posts.filter((post) => status.includes(post.status));
}
const timesOf = async (id: string, status?: string[]) =>
  (await postsOf(id, status)).map((post) => post.dueAt.toISOString());
/** Nine o'clock in Berlin, in winter, on so many days of January from this one. */
const nines = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) =>
    new Date(Date.UTC(2027, 0, first + index, 8)).toISOString(),
  );
const eventsOf = async (id: string) =>
  (await db().find(Event, { subjectId: id }, { orderBy: { sequence: "asc" } })).map(
    (event) => event.type,
  );

describe("a series", () => {
  it("makes the next ten occurrences within 14 days at once, and nothing of the past", async () => {
    const answer = await send();
    expect(answer.statusCode).toBe(201);
    const { id } = answer.json();
    expect(answer.headers["location"]).toBe(`/v1/series/${id}`);
    expect(answer.json()).toMatchObject({
      status: "active",
      reason: null,
      content: { text: "Good morning" },
      targets: [{ channelId, overrides: {} }],
      rrule: "FREQ=DAILY",
      catchUp: 1,
      nextAt: "2027-01-16T08:00:00.000Z",
      engine: "ready",
    });
    expect(answer.json().nextOccurrences).toHaveLength(3);
    expect(await timesOf(id)).toEqual(nines(16, 10));
    expect(api.told.filter(({ what }) => what === "start publishPost")).toHaveLength(10);
    const [first] = await postsOf(id);
    const shown = (await owner.call("GET", `/v1/posts/${first?.id}`)).json();
    expect(shown).toMatchObject({
      seriesId: id,
      occurrenceAt: "2027-01-16T08:00:00.000Z",
      schedule: { mode: "at", localAt: "2027-01-16T09:00:00", timeZone: "Europe/Berlin" },
      status: "scheduled",
      content: { text: "Good morning" },
      targets: [{ channelId, status: "pending" }],
    });
    const listed = (await owner.call("GET", `/v1/posts?seriesId=${id}`)).json();
    expect(listed.data).toHaveLength(10);
    const parts = [{ kind: "thread", text: "And more", assets: [] }];
    const weekly = await made({ rrule: "FREQ=WEEKLY;BYDAY=MO", parts });
    expect(await timesOf(weekly)).toEqual([...nines(18, 1), ...nines(25, 1)]);
    expect((await postsOf(weekly)).map((post) => post.parts)).toEqual([parts, parts]);
  });

  it("is one of 500 open ones at most, also when several are made at once", async () => {
    const busy = await person(api);
    const mine = await addChannel(api, busy.workspaceId);
    const make = () =>
      busy.call("POST", "/v1/series", {
        body: body({ targets: [{ channelId: mine.channelId }], rrule: "FREQ=YEARLY" }),
      });
    expect((await make()).statusCode).toBe(201);
    const theirs = inWorkspace(api.context.orm, busy.workspaceId);
    const { id: first, ...row } = await theirs.findOneOrFail(Series, {
      workspaceId: busy.workspaceId,
    });
    // One that is paused may go on at any time; one that has ended is no burden.
    const others = Array.from({ length: 498 }, () => ({ ...row, status: "paused" as const }));
    await insertRows(theirs, Series, [...others, { ...row, status: "ended" }]);
    const answers = await Promise.all([make(), make(), make()]);
    expect(answers.map(({ statusCode }) => statusCode).toSorted()).toEqual([201, 409, 409]);
    expect((await make()).json()).toMatchObject({ status: 409, code: "too_many_series" });
    await busy.call("POST", `/v1/series/${first}/end`);
    expect((await make()).statusCode).toBe(201);
  });

  it("asks for approval of each where it is to, or where a channel wants it", async () => {
    const id = await made({ approval: "required" });
    expect((await postsOf(id)).map((post) => post.status)).toEqual(Array(10).fill("preparing"));
    const other = await made();
    await owner.call("PATCH", `/v1/channels/${channelId}`, { body: { requiresApproval: true } });
    now = new Date("2027-01-17T12:00:00Z");
    await sweep();
    const late = (await postsOf(other)).filter((post) => post.dueAt > new Date("2027-01-26"));
    expect(late.length).toBeGreaterThan(0);
    expect(late.every((post) => post.approval === "required")).toBe(true);
  });

  it.each([
    [{ rrule: "FREQ=MINUTELY" }, "invalid_rule", "/rrule"],
    [{ rrule: "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30" }, "invalid_rule", "/rrule"],
    [{ rrule: "FREQ=DAILY;COUNT=1001" }, "invalid_rule", "/rrule"],
    [{ start: "2027-02-30T09:00" }, "invalid_request", "/start"],
    [{ start: "2027-02-20T09:00Z" }, "invalid_request", "/start"],
    [{ timeZone: "Mars/Olympus" }, "invalid_request", "/timeZone"],
    [{ targets: [{ channelId: crypto.randomUUID() }] }, "not_found", "/targets/0/channelId"],
    [{ content: { text: "x".repeat(600) } }, "content_refused", "/content/text"],
  ])("%j is refused", async (more, code, pointer) => {
    const answer = await send(more);
    expect(answer.json(), answer.body).toMatchObject({ code, errors: [{ pointer }] });
  });

  it("is previewed without being made: what the clock skips is no occurrence", async () => {
    const preview = await owner.call("POST", "/v1/series/preview", {
      body: { rrule: "FREQ=DAILY", start: "2027-03-27T02:30", timeZone: "Europe/Berlin" },
    });
    expect(preview.json().occurrences).toHaveLength(10);
    expect(preview.json().occurrences.slice(0, 2)).toEqual([
      { at: "2027-03-27T01:30:00.000Z", localAt: "2027-03-27T02:30:00" },
      { at: "2027-03-29T00:30:00.000Z", localAt: "2027-03-29T02:30:00" },
    ]);
  });
});

describe("as time goes by", () => {
  it("the sweep makes one more for each that passed, and none twice, under two sweeps at once", async () => {
    const id = await made();
    now = new Date("2027-01-18T12:00:00Z");
    await Promise.all([sweep(), sweep(), sweep()]);
    expect(await timesOf(id)).toEqual(nines(16, 13));
    expect(await sweep()).toMatchObject({ made: 0 });
  });

  it("one that a person cancelled or moved is not made again, and the others stay", async () => {
    const id = await made();
    const [first, second] = await postsOf(id);
    await owner.call("POST", `/v1/posts/${first?.id}/cancel`);
    const moved = { schedule: { mode: "at", at: "2027-01-17T20:00", timeZone: "Europe/Berlin" } };
    await owner.call("PATCH", `/v1/posts/${second?.id}`, { body: moved });
    await sweep();
    expect(await timesOf(id)).toEqual(["2027-01-17T19:00:00.000Z", ...nines(18, 8)]);
    expect((await owner.call("GET", `/v1/posts/${second?.id}`)).json().occurrenceAt).toBe(
      "2027-01-17T08:00:00.000Z",
    );
  });

  it("after a long pause only the latest missed ones are made, unless too late; the others are noted", async () => {
    const hourly = { rrule: "FREQ=HOURLY", start: "2027-01-15T00:00", catchUp: 2 };
    const id = await made(hourly);
    const never = await made({ ...hourly, catchUp: 0 });
    const before = await timesOf(id);
    expect(before).toHaveLength(10);
    // Three days later: 62 were not made in time, and only those of the last 6 hours are not too late.
    now = new Date("2027-01-18T12:30:00Z");
    await sweep();
    const caughtUp = (await timesOf(id)).filter((at) => at <= now.toISOString());
    expect(caughtUp.slice(10)).toEqual(["2027-01-18T11:00:00.000Z", "2027-01-18T12:00:00.000Z"]);
    expect((await timesOf(never)).filter((at) => at <= now.toISOString())).toHaveLength(10);
    const skipped = await db().find(Event, { subjectId: id, type: "series.skipped" });
    expect(skipped).toMatchObject([
      {
        data: {
          occurrences: 60,
          from: "2027-01-15T23:00:00.000Z",
          through: "2027-01-18T10:00:00.000Z",
        },
      },
    ]);
    expect(await sweep()).toEqual({ made: 0, skipped: 0 });
  });

  it("it ends after its last occurrence", async () => {
    const id = await made({ rrule: "FREQ=DAILY;COUNT=17" });
    expect(await timesOf(id)).toEqual(nines(16, 2));
    expect(await show(id)).toMatchObject({ status: "active" });
    now = new Date("2027-01-17T12:00:00Z");
    await sweep();
    expect(await show(id)).toMatchObject({ status: "ended", nextAt: null, nextOccurrences: [] });
    expect(await eventsOf(id)).toEqual(["series.active", "series.ended"]);
    expect((await change(id, { catchUp: 3 })).json().code).toBe("already_ended");
  });

  it("it pauses and says so when a channel is gone", async () => {
    const id = await made();
    await db().nativeUpdate(Connection, { id: connectionId }, { disconnectedAt: now });
    now = new Date("2027-01-18T12:00:00Z");
    await sweep();
    expect(await show(id)).toMatchObject({ status: "paused", reason: { code: "channel_gone" } });
    expect(await eventsOf(id)).toEqual(["series.active", "series.paused"]);
    expect((await act(id, "resume")).json()).toMatchObject({ status: "paused" });
    const other = (await addChannel(api, owner.workspaceId)).channelId;
    expect((await change(id, { targets: [{ channelId: other }] })).statusCode).toBe(200);
    expect((await act(id, "resume")).json()).toMatchObject({ status: "active", reason: null });
    expect((await postsOf(id)).length).toBeGreaterThan(3);
  });

  it("it pauses and says so when a file is gone", async () => {
    const assetId = await addAsset(api, owner.workspaceId);
    const id = await made({ assets: [{ id: assetId }] });
    await db().nativeUpdate(Post, { seriesId: id }, { assets: [] });
    await db().execute("update asset set status = 'failed' where id = ?", [assetId]);
    now = new Date("2027-01-18T12:00:00Z");
    await sweep();
    expect(await show(id)).toMatchObject({ status: "paused", reason: { code: "asset_gone" } });
  });
});

describe("changing one", () => {
  it("takes back what nobody touched and makes it anew; the others stay", async () => {
    const id = await made({ approval: "required" });
    const [first, second, third] = await postsOf(id);
    await owner.call("PATCH", `/v1/posts/${first?.id}`, { body: { content: { text: "Mine" } } });
    await owner.call("POST", `/v1/posts/${second?.id}/cancel`);
    if (!third) throw new Error("there are ten");
    await sealPost(api, third);
    const { contentHash } = await db().findOneOrFail(Post, { id: third.id });
    await owner.call("POST", `/v1/posts/${third.id}/approve`, { body: { contentHash } });
    const before = await postsOf(id);
    expect((await change(id, { content: { text: "Good day" } })).json()).toMatchObject({
      status: "active",
      content: { text: "Good day" },
    });
    const after = await postsOf(id);
    expect(after.map((post) => post.dueAt.toISOString())).toEqual([
      ...nines(16, 1),
      ...nines(18, 8),
    ]);
    expect(after.slice(0, 2).map((post) => [post.id, post.content.text])).toEqual([
      [first?.id, "Mine"],
      [third.id, "Good morning"],
    ]);
    for (const post of after.slice(2)) {
      expect(post.content.text).toBe("Good day");
      expect(before.map((one) => one.id)).not.toContain(post.id);
    }
    expect(await postsOf(id, ["cancelled"])).toHaveLength(8);
    const cancelled = api.told.filter(({ what }) => what === "cancel");
    expect(cancelled).toHaveLength(8);
    expect(await db().count(Target, { postId: after[5]?.id ?? "" })).toBe(1);
  });

  it("of its time makes it anew at other times", async () => {
    const id = await made();
    await change(id, { start: "2027-01-01T10:00", rrule: "FREQ=WEEKLY;BYDAY=MO" });
    expect(await timesOf(id)).toEqual(["2027-01-18T09:00:00.000Z", "2027-01-25T09:00:00.000Z"]);
    expect((await change(id, { rrule: "FREQ=SECONDLY" })).json().code).toBe("invalid_rule");
    expect((await change(id, {})).statusCode).toBe(422);
  });

  it("pausing cancels all that is not out; resuming goes on from then", async () => {
    const id = await made();
    const [first] = await postsOf(id);
    await owner.call("PATCH", `/v1/posts/${first?.id}`, { body: { content: { text: "Mine" } } });
    expect((await act(id, "pause")).json()).toMatchObject({ status: "paused", nextAt: null });
    expect(await timesOf(id)).toEqual([]);
    expect(await sweep()).toMatchObject({ made: 0 });
    now = new Date("2027-01-17T12:00:00Z");
    expect((await act(id, "resume")).json()).toMatchObject({ status: "active" });
    // What was due meanwhile is not made up for.
    expect(await timesOf(id)).toEqual(nines(18, 10));
    expect((await act(id, "resume")).statusCode).toBe(200);
    expect(await timesOf(id)).toEqual(nines(18, 10));
    expect(await eventsOf(id)).toEqual(["series.active", "series.paused", "series.active"]);
  });

  it("resuming makes again what somebody had edited or moved, and nothing that a person cancelled", async () => {
    const id = await made();
    const [, , edited, moved, dropped] = await postsOf(id);
    const file = await addAsset(api, owner.workspaceId);
    const patch = (post: Post | undefined, with_: object) =>
      owner.call("PATCH", `/v1/posts/${post?.id}`, { body: with_ });
    await patch(edited, {
      content: { text: "Mine" },
      assets: [{ id: file }],
      targets: [{ channelId, overrides: { title: "T" }, defaults: false }],
      labels: ["mine"],
    });
    await patch(moved, { schedule: { mode: "at", at: "2027-01-20T20:00:00Z" } });
    await patch(dropped, { content: { text: "Dropped" } });
    await owner.call("POST", `/v1/posts/${dropped?.id}/cancel`);
    await act(id, "pause");
    expect(await timesOf(id)).toEqual([]);
    const paused = await owner.call("GET", `/v1/posts/${edited?.id}`);
    expect(paused.json()).toMatchObject({ status: "cancelled", error: { code: "series_paused" } });
    // Its files are needed until then.
    const ends = async () => {
      const needs = await readNeeds(db(), { now });
      return needs
        .filter((need) => need.objectId === file)
        .map(({ kind, id, until }) => ({ kind, id, until }));
    };
    expect(await ends()).toEqual([{ kind: "post", id: edited?.id, until: edited?.dueAt }]);
    await change(id, { content: { text: "New" } });
    now = new Date("2027-01-17T12:00:00Z");
    expect((await act(id, "resume")).json()).toMatchObject({ status: "active" });
    const after = await postsOf(id);
    expect(after.map((post) => [post.dueAt.toISOString(), post.content.text])).toEqual([
      [nines(18, 1)[0], "Mine"],
      ["2027-01-20T20:00:00.000Z", "Good morning"],
      ...nines(21, 7).map((at) => [at, "New"]),
    ]);
    expect(after[0]).toMatchObject({ labels: ["mine"], occurrenceAt: edited?.occurrenceAt });
    expect(await db().find(Target, { postId: after[0]?.id ?? "" })).toMatchObject([
      { channelId, overrides: { title: "T" }, takesDefaults: false, status: "pending" },
    ]);
    expect(api.told).toContainEqual({
      what: "start publishPost",
      workflowId: `post/${after[0]?.id}`,
    });
    // Once more, and again to be kept.
    await act(id, "pause");
    await act(id, "resume");
    expect((await postsOf(id))[0]).toMatchObject({ content: { text: "Mine" } });
    expect(await postsOf(id)).toHaveLength(after.length);
  });

  it("resuming asks for approval of what was edited where the series does so by now", async () => {
    const id = await made();
    const [edited] = await postsOf(id);
    await owner.call("PATCH", `/v1/posts/${edited?.id}`, { body: { content: { text: "Mine" } } });
    await act(id, "pause");
    await change(id, { approval: "required" });
    await act(id, "resume");
    const [after] = await postsOf(id);
    expect([edited?.approval, after?.content.text]).toEqual(["none", "Mine"]);
    expect(after?.approval).toBe("required");
  });

  it("resuming without a channel of what was edited makes that as any other", async () => {
    const id = await made();
    const [edited] = await postsOf(id);
    const other = await addChannel(api, owner.workspaceId);
    await owner.call("PATCH", `/v1/posts/${edited?.id}`, {
      body: { content: { text: "Mine" }, targets: [{ channelId: other.channelId }] },
    });
    await act(id, "pause");
    await db().nativeUpdate(Connection, { id: other.connectionId }, { disconnectedAt: now });
    await act(id, "resume");
    expect((await postsOf(id))[0]).toMatchObject({ content: { text: "Good morning" } });
  });

  it("ending cancels all that is not out, for good", async () => {
    const id = await made();
    expect((await act(id, "end")).json()).toMatchObject({ status: "ended" });
    expect(await timesOf(id)).toEqual([]);
    expect((await act(id, "end")).statusCode).toBe(200);
    expect((await act(id, "resume")).json()).toMatchObject({ status: 409, code: "already_ended" });
  });

  it("while the sweep makes it leaves no occurrence twice", async () => {
    const id = await made();
    now = new Date(now.getTime() + 3 * dayMs);
    const sweeping = Array.from({ length: 4 }, () =>
      db().transactional((em) => makeOccurrences(em, { seriesId: id, now })),
    );
    const changing = ["Two", "Three", "Four"].map((text) => change(id, { content: { text } }));
    await Promise.all([...sweeping, ...changing]);
    const times = (await timesOf(id)).filter((at) => at > now.toISOString());
    expect(times).toEqual(nines(19, 10));
  });

  it("while Temporal is away is accepted, and told later", async () => {
    api.setEngine("delayed");
    expect((await send()).json()).toMatchObject({ status: "active", engine: "delayed" });
    api.setEngine("ready");
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemClocks, type Clocks } from "#db/clocks.ts";
import { AuditEvent, Event, Post, QueueClaim } from "#db/entities/index.ts";
import { keepWallTimes } from "#db/keep-wall-times.ts";
import { latestAfterDueMsOf } from "#db/latest-after-due.ts";
import { inWorkspace } from "#db/orm.ts";
import { dispatchOutbox } from "#db/outbox/dispatch.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { person, type Caller } from "./callers.ts";
import { addChannel, sealPost, setPost } from "./rows.ts";

let api: TestApi;
let owner: Caller;
let channelId: string;
let now = new Date();

beforeAll(async () => {
  api = await startApi({ now: () => now });
});

afterAll(async () => {
  await api?.close();
});

beforeEach(async () => {
  now = new Date("2027-01-15T12:00:00.000Z");
  owner = await person(api);
  ({ channelId } = await addChannel(api, owner.workspaceId));
  api.told.length = 0;
});

const db = () => inWorkspace(api.context.orm, owner.workspaceId);
async function accepted(schedule: object, approval = "none"): Promise<string> {
  const body = { content: { text: "Ahoy" }, targets: [{ channelId }], approval, schedule };
  const answer = await owner.call("POST", "/v1/posts", { body });
  expect(answer.statusCode, answer.body).toBe(202);
  return answer.json<{ id: string }>().id;
}
const read = (id: string) => db().findOneOrFail(Post, { id });
const show = async (id: string) => (await owner.call("GET", `/v1/posts/${id}`)).json();

/** Berlin gives up summer time: in summer its clock shows an hour less. */
const laterData: Clocks = {
  version: "2099a",
  instantOf: (wall) => {
    const at = systemClocks.instantOf(wall);
    const summer = wall.localAt >= "2027-03-28T03:00" && wall.localAt < "2027-10-31T02:00";
    return wall.timeZone === "Europe/Berlin" && summer ? new Date(at.getTime() + 3_600_000) : at;
  },
};
const keep = (clocks: Clocks) =>
  keepWallTimes({ orm: api.context.orm, workspaceId: owner.workspaceId, now, clocks });

describe("when a zone gets other rules", () => {
  const inSummer = { mode: "at", at: "2027-06-01T09:00", timeZone: "Europe/Berlin" };

  it("a post keeps its wall time, and its workflow is told", async () => {
    const moved = await accepted(inSummer);
    const inWinter = await accepted({ ...inSummer, at: "2027-02-01T09:00" });
    const instant = await accepted({ ...inSummer, at: "2027-06-01T07:00Z" });
    expect(await keep(laterData)).toEqual({ moved: 1 });
    expect((await show(moved)).schedule).toMatchObject({
      at: "2027-06-01T08:00:00.000Z",
      localAt: "2027-06-01T09:00:00",
    });
    expect(await read(moved)).toMatchObject({ version: 2, zoneData: "2099a" });
    expect(await read(inWinter)).toMatchObject({ version: 1, zoneData: "2099a" });
    expect(await read(instant)).toMatchObject({ version: 1, zoneData: null });
    expect((await show(instant)).schedule.at).toBe("2027-06-01T07:00:00.000Z");
    await dispatchOutbox({ orm: api.context.orm, engine: api.context.engine });
    expect(api.told).toContainEqual({ what: "wake publishPost", workflowId: `post/${moved}` });
    expect(await db().find(Event, { type: "post.rescheduled" })).toMatchObject([
      { subjectId: moved, data: { cause: "time_zone_data", dueAt: "2027-06-01T08:00:00.000Z" } },
    ]);
    expect(await db().count(AuditEvent, { action: "post.rescheduled", actor: "system" })).toBe(1);
    expect(await keep(laterData)).toEqual({ moved: 0 });
  });

  it("an older process does not undo it, and what is over stays", async () => {
    const id = await accepted(inSummer);
    const over = await accepted(inSummer);
    await setPost(api, { id: over, workspaceId: owner.workspaceId }, "published");
    await keep(laterData);
    expect(await keep(systemClocks)).toEqual({ moved: 0 });
    expect((await show(id)).schedule.at).toBe("2027-06-01T08:00:00.000Z");
    expect((await show(over)).schedule.at).toBe("2027-06-01T07:00:00.000Z");
  });

  it("of two processes at once one moves it", async () => {
    const id = await accepted(inSummer);
    const done = await Promise.all([keep(laterData), keep(laterData), keep(laterData)]);
    expect(done.reduce((sum, { moved }) => sum + moved, 0)).toBe(1);
    expect(await read(id)).toMatchObject({ version: 2 });
  });

  it("posts of a queue keep their places, and their slots move along", async () => {
    now = new Date("2027-03-28T12:00:00Z");
    owner = await person(api);
    ({ channelId } = await addChannel(api, owner.workspaceId));
    const slots = ["09:00", "10:00", "11:00"].map((time) => ({ day: "mon", time }));
    const queue = { timeZone: "Europe/Berlin", slots };
    await owner.call("PUT", `/v1/queues/${channelId}`, { body: queue });
    const ids = [];
    for (let count = 0; count < 3; count += 1) ids.push(await accepted({ mode: "queue" }));
    expect(await keep(laterData)).toEqual({ moved: 3 });
    for (const [index, id] of ids.entries()) {
      const at = new Date(Date.UTC(2027, 2, 29, 8 + index));
      expect((await read(id)).dueAt).toEqual(at);
      expect(await db().findOneOrFail(QueueClaim, { postId: id })).toMatchObject({ slotAt: at });
    }
  });

  it("an occurrence of a series is the same one at its new time", async () => {
    now = new Date("2027-06-01T12:00:00Z");
    owner = await person(api);
    ({ channelId } = await addChannel(api, owner.workspaceId));
    const made = await owner.call("POST", "/v1/series", {
      body: {
        content: { text: "Good morning" },
        targets: [{ channelId }],
        rrule: "FREQ=DAILY",
        start: "2027-01-01T09:00",
        timeZone: "Europe/Berlin",
      },
    });
    const { id } = made.json<{ id: string }>();
    expect(await keep(laterData)).toEqual({ moved: 10 });
    for (const post of await db().find(Post, { seriesId: id }))
      expect(post.occurrenceAt).toEqual(post.dueAt);
  });

  /** An hourly series of ten that are to come, from noon of the first of June on; by due time. */
  async function hourly(): Promise<{ seriesId: string; posts: () => Promise<Post[]> }> {
    now = new Date("2027-06-01T09:30:00Z");
    owner = await person(api);
    ({ channelId } = await addChannel(api, owner.workspaceId));
    const made = await owner.call("POST", "/v1/series", {
      body: {
        content: { text: "Cuckoo" },
        targets: [{ channelId }],
        approval: "none",
        rrule: "FREQ=HOURLY",
        start: "2027-01-01T00:00",
        timeZone: "Europe/Berlin",
      },
    });
    const seriesId = made.json<{ id: string }>().id;
    const posts = () => db().find(Post, { seriesId }, { orderBy: { localAt: "asc", id: "asc" } });
    expect((await posts())[0]?.occurrenceAt).toEqual(new Date("2027-06-01T10:00:00Z"));
    return { seriesId, posts };
  }
  const hourLater = (at: Date | null | undefined) => new Date((at?.getTime() ?? 0) + 3_600_000);

  it.each([
    ["later", 3_600_000],
    ["earlier", -3_600_000],
  ])("an occurrence moves %s to where the next one still is", async (_, by) => {
    const { posts } = await hourly();
    const before = await posts();
    const shifted: Clocks = {
      version: "2099a",
      instantOf: (wall) => new Date(systemClocks.instantOf(wall).getTime() + by),
    };
    // Two at once, and each in turn.
    const done = await Promise.all([keep(shifted), keep(shifted)]);
    expect(done.reduce((sum, { moved }) => sum + moved, 0)).toBe(10);
    for (const [index, post] of (await posts()).entries()) {
      const at = new Date((before[index]?.dueAt.getTime() ?? 0) + by);
      expect(post).toMatchObject({ dueAt: at, occurrenceAt: at, version: 2 });
    }
    expect(await keep(shifted)).toEqual({ moved: 0 });
  });

  it("an occurrence that was cancelled or moved by a person stays in nobody's way, and is not made again", async () => {
    const { posts } = await hourly();
    const [first, cancelled, moved, last] = await posts();
    await owner.call("POST", `/v1/posts/${cancelled?.id}/cancel`);
    const schedule = { mode: "at", at: "2027-06-03T07:00Z" };
    await owner.call("PATCH", `/v1/posts/${moved?.id}`, { body: { schedule } });
    expect(await keep(laterData)).toEqual({ moved: 8 });
    for (const post of [first, cancelled, moved, last])
      expect(await read(post?.id ?? "")).toMatchObject({
        occurrenceAt: hourLater(post?.occurrenceAt),
      });
    expect(await read(moved?.id ?? "")).toMatchObject({
      dueAt: new Date("2027-06-03T07:00:00Z"),
    });
    expect(new Set((await posts()).map((post) => post.occurrenceAt?.getTime())).size).toBe(10);
  });

  it("a change of its series takes an occurrence back that only this has moved, and none that a person has", async () => {
    const { seriesId, posts } = await hourly();
    const [touched] = await posts();
    await owner.call("PATCH", `/v1/posts/${touched?.id}`, { body: { content: { text: "Mine" } } });
    await keep(laterData);
    await owner.call("PATCH", `/v1/series/${seriesId}`, { body: { content: { text: "Cook" } } });
    const open = await db().find(Post, { seriesId, status: "scheduled" });
    expect(open.filter((post) => post.content.text === "Cuckoo")).toEqual([]);
    expect(open.filter((post) => post.content.text === "Mine")).toMatchObject([
      { id: touched?.id },
    ]);
    expect(open.filter((post) => post.content.text === "Cook").length).toBeGreaterThan(8);
  });
});

describe("how late a post may go out", () => {
  const set = (latestAfterDueMinutes: unknown) =>
    owner.call("PATCH", "/v1/workspace", { body: { latestAfterDueMinutes } });
  const later = { mode: "at", at: "2027-02-01T09:00Z" };

  it("is six hours unless the workspace says otherwise, from then on for what waits too", async () => {
    const id = await accepted(later);
    expect((await owner.call("GET", "/v1/workspace")).json()).toMatchObject({
      latestAfterDueMinutes: 360,
    });
    expect((await show(id)).schedule.expiresAt).toBe("2027-02-01T15:00:00.000Z");
    expect((await set(30)).json()).toMatchObject({ latestAfterDueMinutes: 30 });
    expect((await show(id)).schedule.expiresAt).toBe("2027-02-01T09:30:00.000Z");
    expect(await latestAfterDueMsOf(db(), owner.workspaceId)).toBe(30 * 60_000);
    const line = { action: "workspace.lateness-changed" };
    expect(await db().find(AuditEvent, line)).toMatchObject([
      { detail: { latestAfterDueMinutes: 30 } },
    ]);
    await owner.call("POST", `/v1/posts/${id}/cancel`);
    expect((await show(id)).schedule.expiresAt).toBeNull();
  });

  it("bounds the decision on a post that keeps its time, and no other", async () => {
    const decisionOf = async (body: object) => {
      const id = await accepted(body, "required");
      await sealPost(api, await db().findOneOrFail(Post, { id }));
      return show(id);
    };
    const dueAt = api.context.now().getTime() + 3_600_000;
    const dated = await decisionOf({ mode: "at", at: new Date(dueAt).toISOString() });
    await set(30);
    const { schedule, decision } = await show(dated.id);
    const until = new Date(dueAt + 30 * 60_000).toISOString();
    expect([schedule.expiresAt, decision.expiresAt]).toEqual([until, until]);
    const atOnce = await decisionOf({ mode: "now" });
    expect(atOnce.schedule.expiresAt).toBeNull();
    expect(Date.parse(String(atOnce.decision?.expiresAt))).toBeGreaterThan(
      api.context.now().getTime() + 71 * 3_600_000,
    );
  });

  it.each([4, 10_081, 5.5, "30"])("is never %j minutes", async (minutes) => {
    expect((await set(minutes)).json().errors).toMatchObject([
      { pointer: "/latestAfterDueMinutes" },
    ]);
  });
});

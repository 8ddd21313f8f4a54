import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Post, QueueClaim } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { person, type Caller } from "./callers.ts";
import { addChannel, sealPost } from "./rows.ts";

/** A Friday. */
const today = "2027-01-15T12:00:00.000Z";

let api: TestApi;
let owner: Caller;
let channelId: string;
let other: string;
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
  ({ channelId } = await addChannel(api, owner.workspaceId));
  ({ channelId: other } = await addChannel(api, owner.workspaceId));
});

const db = () => inWorkspace(api.context.orm, owner.workspaceId);
const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const at = (time: string, days = weekdays) => days.map((day) => ({ day, time }));
const put = (id: string, body: object) => owner.call("PUT", `/v1/queues/${id}`, { body });

async function setQueue(id: string, slots: object[], more: object = {}): Promise<void> {
  const answer = await put(id, { timeZone: "Europe/Berlin", slots, ...more });
  expect(answer.statusCode, answer.body).toBe(200);
}

const send = (more: object = {}) =>
  owner.call("POST", "/v1/posts", {
    body: {
      content: { text: "Ahoy" },
      targets: [{ channelId }],
      schedule: { mode: "queue" },
      approval: "none",
      ...more,
    },
  });

async function queued(more: object = {}): Promise<string> {
  const answer = await send(more);
  expect(answer.statusCode, answer.body).toBe(202);
  return answer.json<{ id: string }>().id;
}
const show = async (id: string) => (await owner.call("GET", `/v1/posts/${id}`)).json();
const dueAt = async (id: string) => (await show(id)).schedule.at as string;
const view = async (id = channelId) => (await owner.call("GET", `/v1/queues/${id}`)).json();
const edit = (id: string, body: object) => owner.call("PATCH", `/v1/posts/${id}`, { body });

describe("a queue", () => {
  it("shows its slots, which are free next and who holds the others", async () => {
    expect((await owner.call("GET", `/v1/queues/${channelId}`)).statusCode).toBe(404);
    await setQueue(channelId, at("09:00", ["mon", "sat"]));
    const id = await queued();
    expect(await view()).toEqual({
      channelId,
      timeZone: "Europe/Berlin",
      slots: at("09:00", ["mon", "sat"]),
      paused: false,
      nextFree: ["18", "23", "25", "30"]
        .map((day) => `2027-01-${day}T08:00:00.000Z`)
        .concat("2027-02-01T08:00:00.000Z"),
      posts: [{ postId: id, slotAt: "2027-01-16T08:00:00.000Z", status: "scheduled" }],
    });
  });

  it.each([
    [{ timeZone: "Europe/Atlantis", slots: [] }, "/timeZone"],
    [{ timeZone: "UTC", slots: [{ day: "mon", time: "24:00" }] }, "/slots/0/time"],
    [{ timeZone: "UTC", slots: [{ day: "someday", time: "09:00" }] }, "/slots/0/day"],
    [
      { timeZone: "UTC", slots: [...at("09:00", ["mon", "sat"]), { day: "mon", time: "09:00" }] },
      "/slots/2",
    ],
  ])("refuses %j", async (body, pointer) => {
    expect((await put(channelId, body)).json().errors).toMatchObject([{ pointer }]);
  });

  it("without slots is none any more; who holds a slot keeps it", async () => {
    await setQueue(channelId, at("09:00"));
    const id = await queued();
    await setQueue(channelId, []);
    expect((await owner.call("GET", `/v1/queues/${channelId}`)).statusCode).toBe(404);
    expect(await dueAt(id)).toBe("2027-01-16T08:00:00.000Z");
    expect((await send()).json()).toMatchObject({ status: 422, code: "no_queue" });
  });

  it("that is changed by several at once is as if one came after the other", async () => {
    const slots = [at("09:00"), [], at("10:00"), at("11:00"), [], at("12:00"), [], at("13:00")];
    for (let round = 0; round < 4; round += 1) {
      const answers = await Promise.all(
        slots.map((times) => put(channelId, { timeZone: "Europe/Berlin", slots: times })),
      );
      for (const [index, answer] of answers.entries()) {
        expect(answer.statusCode, answer.body).toBe(200);
        expect(answer.json()).toMatchObject({ channelId, slots: slots[index] });
      }
    }
  });

  it("that is paused gives no slot", async () => {
    await setQueue(channelId, at("09:00"), { paused: true });
    expect((await send()).json()).toMatchObject({
      code: "no_free_slot",
      detail: expect.stringContaining("A sandbox profile is paused"),
    });
    expect((await view()).nextFree).toEqual([]);
  });
});

describe("a post of the queue", () => {
  it("takes the next free slot, or the one after all", async () => {
    await setQueue(channelId, at("09:00"));
    const [first, second] = [await queued(), await queued()];
    expect((await show(first)).schedule).toMatchObject({
      mode: "queue",
      at: "2027-01-16T08:00:00.000Z",
      localAt: "2027-01-16T09:00:00",
      timeZone: "Europe/Berlin",
      expiresAt: "2027-01-16T14:00:00.000Z",
    });
    expect(await dueAt(second)).toBe("2027-01-17T08:00:00.000Z");
    await owner.call("POST", `/v1/posts/${first}/cancel`);
    const last = await queued({ schedule: { mode: "queue", position: "last" } });
    expect(await dueAt(last)).toBe("2027-01-18T08:00:00.000Z");
    expect(await dueAt(await queued())).toBe("2027-01-16T08:00:00.000Z");
  });

  it.each<[string, (id: string) => Promise<unknown>]>([
    ["is cancelled", (id) => owner.call("POST", `/v1/posts/${id}/cancel`)],
    ["is published now", (id) => owner.call("POST", `/v1/posts/${id}/publish-now`)],
    ["gets a time", (id) => edit(id, { schedule: { mode: "at", at: "2027-02-02T00:00Z" } })],
  ])("gives its slot back when it %s", async (_what, change) => {
    await setQueue(channelId, at("09:00"));
    const id = await queued();
    await change(id);
    expect(await db().count(QueueClaim, { postId: id })).toBe(0);
    expect(await dueAt(await queued())).toBe("2027-01-16T08:00:00.000Z");
  });

  it("gives its slot back when it is refused", async () => {
    await setQueue(channelId, at("09:00"));
    const id = await queued({ approval: "required" });
    await sealPost(api, await db().findOneOrFail(Post, { id }));
    await owner.call("POST", `/v1/posts/${id}/reject`, { body: { reason: "no" } });
    expect(await db().count(QueueClaim, { postId: id })).toBe(0);
  });

  it("that is approved after its slot takes the next one", async () => {
    await setQueue(channelId, at("09:00"));
    const id = await queued({ approval: "required" });
    await sealPost(api, await db().findOneOrFail(Post, { id }));
    now = new Date("2027-01-17T12:00:00Z");
    const { contentHash } = await db().findOneOrFail(Post, { id });
    await owner.call("POST", `/v1/posts/${id}/approve`, { body: { contentHash } });
    expect(await dueAt(id)).toBe("2027-01-18T08:00:00.000Z");
  });

  it("waits for a slot that all of its channels' queues share; a channel without one goes along", async () => {
    await setQueue(channelId, [...at("09:00"), ...at("15:00")]);
    const { channelId: free } = await addChannel(api, owner.workspaceId);
    const ofOther = await (async () => {
      await setQueue(other, [...at("14:00", ["sun"]), ...at("09:00", ["sun", "mon"])], {
        timeZone: "Europe/Paris",
      });
      return queued({ targets: [{ channelId: other }] });
    })();
    expect(await dueAt(ofOther)).toBe("2027-01-17T08:00:00.000Z");
    const targets = [channelId, free, other].map((id) => ({ channelId: id }));
    const both = await queued({ targets });
    expect(await dueAt(both)).toBe("2027-01-18T08:00:00.000Z");
    expect(await db().count(QueueClaim, { postId: both })).toBe(2);
    // Without the other channel its slot there is free again, and its own stays.
    await edit(both, { targets: [{ channelId }] });
    expect(await dueAt(both)).toBe("2027-01-18T08:00:00.000Z");
    expect(await db().count(QueueClaim, { postId: both })).toBe(1);
    // With it again, and that slot taken there meanwhile, it moves on.
    const taken = await queued({ targets: [{ channelId: other }] });
    expect(await dueAt(taken)).toBe("2027-01-17T13:00:00.000Z");
    await setQueue(other, at("09:00", ["mon"]));
    await queued({ targets: [{ channelId: other }] });
    await edit(both, { targets: [{ channelId }, { channelId: other }] });
    expect(await dueAt(both)).toBe("2027-01-25T08:00:00.000Z");
  });

  it("is refused, by name, where no slot is left in 90 days", async () => {
    await setQueue(channelId, at("09:00", ["mon"]));
    for (let week = 0; week < 13; week += 1) await queued();
    expect((await send()).json()).toMatchObject({
      status: 422,
      code: "no_free_slot",
      detail: expect.stringContaining("A sandbox profile"),
      errors: [{ pointer: "/schedule/mode" }],
    });
  });

  it.each([
    [{ mode: "queue", at: "2027-02-02T09:00Z" }, "/schedule/at"],
    [{ mode: "queue", timeZone: "UTC" }, "/schedule/timeZone"],
    [{ mode: "now", position: "last" }, "/schedule/position"],
  ])("can't be %j", async (schedule, pointer) => {
    expect((await send({ schedule })).json().errors).toMatchObject([{ pointer }]);
  });
});

describe("at once", () => {
  /** Sent again, as the same request, where the database was too busy for an answer. */
  async function sendOnce(more: object = {}): Promise<string> {
    const headers = { "idempotency-key": randomUUID() };
    const body = {
      content: { text: "Ahoy" },
      targets: [{ channelId }],
      schedule: { mode: "queue" },
      ...more,
    };
    for (;;) {
      const answer = await owner.call("POST", "/v1/posts", { body, headers });
      if (answer.statusCode === 202) return answer.json<{ id: string }>().id;
      if (answer.statusCode !== 503) return answer.json<{ code: string }>().code;
    }
  }

  const everyHour = weekdays.flatMap((day) =>
    Array.from({ length: 24 }, (_, hour) => ({
      day,
      time: `${String(hour).padStart(2, "0")}:00`,
    })),
  );

  it("200 posts take the next 200 slots, each its own", async () => {
    await setQueue(channelId, everyHour);
    const ids = await Promise.all(Array.from({ length: 200 }, () => sendOnce()));
    const slots = (await db().find(Post, { id: { $in: ids } })).map((post) => post.dueAt.getTime());
    const first = Date.parse("2027-01-15T13:00:00Z");
    expect(slots.toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 200 }, (_, hour) => first + hour * 3_600_000),
    );
    expect(await db().count(QueueClaim, { channelId })).toBe(200);
  });

  it("200 posts that want the one slot that is left: one gets it, the others are told", async () => {
    await setQueue(channelId, at("09:00", ["mon"]));
    for (let week = 0; week < 12; week += 1) await queued();
    const answers = await Promise.all(Array.from({ length: 200 }, () => sendOnce()));
    expect(answers.filter((answer) => answer === "no_free_slot")).toHaveLength(199);
    const [winner] = answers.filter((answer) => answer !== "no_free_slot");
    expect(await dueAt(winner ?? "")).toBe("2027-04-12T07:00:00.000Z");
    expect(await db().count(QueueClaim, { channelId })).toBe(13);
  });

  it("posts to two queues, named in either order, never wait for each other", async () => {
    for (const id of [channelId, other]) await setQueue(id, everyHour);
    const targets = [{ channelId }, { channelId: other }];
    await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        sendOnce({ targets: index % 2 === 0 ? targets : targets.toReversed() }),
      ),
    );
    expect(await db().count(QueueClaim, { channelId: other })).toBe(40);
  });
});

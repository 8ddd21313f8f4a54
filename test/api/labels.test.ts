import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CreditEntry, Post } from "#db/entities/index.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace } from "#db/orm.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { person, program, type Caller } from "./callers.ts";
import { addAgent, addChannel, sealPost, setPost } from "./rows.ts";

const now = new Date("2027-01-15T12:00:00.000Z");

let api: TestApi;
let owner: Caller;
let channelId: string;

beforeAll(async () => {
  api = await startApi({ now: () => now });
});

afterAll(async () => {
  await api?.close();
});

beforeEach(async () => {
  owner = await person(api);
  ({ channelId } = await addChannel(api, owner.workspaceId));
});

const db = () => inWorkspace(api.context.orm, owner.workspaceId);
const body = (more: object) => ({
  content: { text: "Ahoy" },
  targets: [{ channelId }],
  schedule: { mode: "at", at: "2027-02-01T09:00:00Z" },
  ...more,
});
async function made(more: object): Promise<string> {
  const answer = await owner.call("POST", "/v1/posts", { body: body(more) });
  expect(answer.statusCode, answer.body).toBe(202);
  return answer.json<{ id: string }>().id;
}
const get = async (url: string) => (await owner.call("GET", url)).json();
const listed = async (query: string): Promise<string[]> =>
  (await get(`/v1/posts?${query}`)).data.map(({ id }: { id: string }) => id);

describe("a campaign and labels", () => {
  it("are trimmed, and of labels that differ by case the first stays", async () => {
    const id = await made({ campaign: " Spring ", labels: [" Sea", "sea", "SHIPS"] });
    expect(await get(`/v1/posts/${id}`)).toMatchObject({
      campaign: "Spring",
      labels: ["Sea", "SHIPS"],
    });
  });

  it.each([
    [{ campaign: "" }, "/campaign"],
    [{ campaign: "x".repeat(201) }, "/campaign"],
    [{ labels: ["x".repeat(61)] }, "/labels/0"],
    [{ labels: [" "] }, "/labels/0"],
    [{ labels: Array.from({ length: 21 }, (_, index) => `l${index}`) }, "/labels"],
  ])("have limits: %j", async (more, pointer) => {
    const answer = await owner.call("POST", "/v1/posts", { body: body(more) });
    expect(answer.json()).toMatchObject({ status: 422, errors: [{ pointer }] });
  });

  it("are changed at any time, and void no approval", async () => {
    const id = await made({ campaign: "Spring" });
    await sealPost(api, await db().findOneOrFail(Post, { id }));
    const { version, contentHash } = await get(`/v1/posts/${id}`);
    const told = api.told.length;
    const change = async (by: Caller, with_: object) => {
      const answer = await by.call("PATCH", `/v1/posts/${id}`, { body: with_ });
      expect(answer.statusCode, answer.body).toBe(200);
      return answer.json();
    };
    expect(await change(owner, { campaign: null, labels: ["a"] })).toMatchObject({
      campaign: null,
      labels: ["a"],
      version,
      contentHash,
      status: "awaiting_approval",
    });
    await setPost(api, { id, workspaceId: owner.workspaceId }, "published");
    const writer = await program(api, owner, ["posts:write"]);
    expect(await change(writer, { campaign: "Later" })).toMatchObject({ campaign: "Later" });
    expect(api.told).toHaveLength(told);
    const late = await owner.call("PATCH", `/v1/posts/${id}`, {
      body: { campaign: "X", content: { text: "new" } },
    });
    expect(late.json()).toMatchObject({ code: "too_late" });
    expect(await get(`/v1/posts/${id}`)).toMatchObject({ campaign: "Later" });
  });

  it("go from a series to its posts", async () => {
    const answer = await owner.call("POST", "/v1/series", {
      body: {
        content: { text: "hello" },
        targets: [{ channelId }],
        rrule: "FREQ=DAILY;COUNT=2",
        start: "2027-02-01T09:00",
        timeZone: "UTC",
        campaign: "Spring",
        labels: ["Sea"],
      },
    });
    expect(answer.json()).toMatchObject({ campaign: "Spring", labels: ["Sea"] });
    const { id } = answer.json();
    const changed = await owner.call("PATCH", `/v1/series/${id}`, { body: { campaign: null } });
    expect(changed.json()).toMatchObject({ campaign: null, labels: ["Sea"] });
  });
});

describe("lists", () => {
  it("of posts are narrowed by campaign, label, states and due time", async () => {
    const one = await made({ campaign: "Spring", labels: ["Sea"] });
    const two = await made({
      campaign: "Sea",
      schedule: { mode: "at", at: "2027-02-03T09:00:00Z" },
      approval: "none",
    });
    await owner.call("POST", `/v1/posts/${one}/cancel`);
    expect(await listed("campaign=Spring")).toEqual([one]);
    expect(await listed("campaign=spring")).toEqual([]);
    expect(await listed("label=SEA")).toEqual([one]);
    expect(await listed("status=cancelled&status=scheduled")).toEqual([two, one]);
    expect(await listed("status=scheduled")).toEqual([two]);
    expect(await listed("from=2027-02-01T09:00:00Z&to=2027-02-03T09:00:00Z")).toEqual([one]);
    expect(await listed("from=2027-02-01T10:00:01%2B01:00")).toEqual([two]);
    const wrong = await owner.call("GET", "/v1/posts?status=gone&from=yesterday");
    expect(wrong.statusCode).toBe(422);
  });

  it("of agents too", async () => {
    const agent = (more: object) =>
      owner.call("POST", "/v1/agents", {
        body: {
          name: "a",
          brief: "b",
          channelIds: [channelId],
          schedule: { days: ["mon"], times: ["09:00"], timeZone: "UTC" },
          ...more,
        },
      });
    const first = (await agent({ campaign: "Spring", labels: ["Sea", "SEA"] })).json();
    expect(first).toMatchObject({ campaign: "Spring", labels: ["Sea"] });
    await agent({});
    for (const query of ["campaign=Spring", "label=sea", "campaign=Spring&label=sea"]) {
      const { data } = await get(`/v1/agents?${query}`);
      expect(data.map(({ id }: { id: string }) => id)).toEqual([first.id]);
    }
    expect((await get("/v1/agents?label=ships")).data).toEqual([]);
  });

  it("of channels are narrowed by group and platform, and know no account that is gone", async () => {
    const bluesky = await addChannel(api, owner.workspaceId, "bluesky");
    const gone = await addChannel(api, owner.workspaceId);
    await owner.call("PATCH", `/v1/channels/${gone.channelId}`, { body: { group: "North" } });
    await owner.call("DELETE", `/v1/connections/${gone.connectionId}`);
    const named = await owner.call("PATCH", `/v1/channels/${channelId}`, {
      body: { group: " North " },
    });
    expect(named.json()).toMatchObject({ group: "North", defaults: null, engine: "ready" });
    const ids = async (query: string) =>
      (await get(`/v1/channels?${query}`)).data.map(({ id }: { id: string }) => id);
    expect(await ids("")).toEqual([bluesky.channelId, channelId]);
    expect(await ids("group=North")).toEqual([channelId]);
    expect(await ids("platform=bluesky")).toEqual([bluesky.channelId]);
    await owner.call("PATCH", `/v1/channels/${channelId}`, { body: { group: null } });
    expect(await ids("group=North")).toEqual([]);
    const stranger = await person(api);
    expect((await stranger.call("GET", "/v1/channels")).json().data).toEqual([]);
  });
});

describe("usage", () => {
  const at = (day: number) => new Date(`2027-01-${String(day).padStart(2, "0")}T23:00:00Z`);

  async function spend(more: { agentId?: string; model: string; day: number; amounts: number[] }) {
    const { agentId = null, model, day, amounts } = more;
    const subject = `step:${Math.random()}`;
    for (const [index, amount] of amounts.entries()) {
      await insertRow(db(), CreditEntry, {
        workspaceId: owner.workspaceId,
        // What closes a reservation may come days after it.
        createdAt: at(day + index),
        kind: index === 0 ? "reserve" : "settle",
        amount,
        subject,
        agentId,
        model,
      });
    }
  }

  it("counts what was spent and published, by what it belongs to", async () => {
    const agentId = await addAgent(api, owner.workspaceId, { channelId });
    await inWorkspace(api.context.orm, owner.workspaceId).execute(
      `update "agent" set "campaign" = 'Spring', "labels" = '["Sea", "Ships"]' where "id" = ?`,
      [agentId],
    );
    await spend({ agentId, model: "openai/gpt", day: 10, amounts: [-10, 4] });
    await spend({ model: "sandbox/text", day: 11, amounts: [-3] });
    await spend({ model: "sandbox/text", day: 20, amounts: [-100] });
    const published = await made({ campaign: "Spring", labels: ["sea"] });
    await db().nativeUpdate(Post, { id: published }, { publishedAt: at(12) });
    const other = await made({});
    await db().nativeUpdate(Post, { id: other }, { publishedAt: at(10) });
    await made({ campaign: "Spring" });

    const by = async (groupBy: string, more = "") => {
      const { data, total } = await get(
        `/v1/usage?groupBy=${groupBy}&to=2027-01-15T12:00:00Z${more}`,
      );
      return [
        Object.fromEntries(
          data.map((one: { group: string; credits: number; posts: number }) => [
            one.group,
            [one.credits, one.posts],
          ]),
        ),
        [total.credits, total.posts],
      ];
    };
    const total = [9, 2];
    expect(await by("campaign")).toEqual([{ Spring: [6, 1], null: [3, 1] }, total]);
    expect(await by("label")).toEqual([{ sea: [6, 1], ships: [6, 0], null: [3, 1] }, total]);
    expect(await by("agent")).toEqual([{ [agentId]: [6, 0], null: [3, 2] }, total]);
    expect(await by("provider")).toEqual([{ openai: [6, null], sandbox: [3, null] }, total]);
    expect(await by("model")).toEqual([
      { "openai/gpt": [6, null], "sandbox/text": [3, null] },
      total,
    ]);
    expect(await by("day")).toEqual([
      { "2027-01-10": [6, 1], "2027-01-11": [3, 0], "2027-01-12": [0, 1] },
      total,
    ]);
    // What was reserved before counts before, whenever it was closed.
    expect(await by("day", "&from=2027-01-11T00:00:00Z")).toEqual([
      { "2027-01-11": [3, 0], "2027-01-12": [0, 1] },
      [3, 1],
    ]);
    expect(await by("day", "&campaign=Spring")).toEqual([
      { "2027-01-10": [6, 0], "2027-01-12": [0, 1] },
      [6, 1],
    ]);
    expect((await by("day", "&label=SHIPS"))[1]).toEqual([6, 0]);
    expect((await by("day", `&agentId=${agentId}`))[1]).toEqual([6, 0]);
    const agents = await get("/v1/usage?groupBy=agent");
    expect(agents.data[0]).toMatchObject({ group: agentId, name: "Harbour" });
  });

  it("is told of a year at the most, and of one's own workspace", async () => {
    await spend({ model: "sandbox/text", day: 10, amounts: [-3] });
    for (const range of ["from=2027-02-01T00:00:00Z", "from=2020-01-01T00:00:00Z"])
      expect((await owner.call("GET", `/v1/usage?${range}`)).json()).toMatchObject({
        status: 422,
        errors: [{ pointer: "/from" }],
      });
    const stranger = await person(api);
    expect((await stranger.call("GET", "/v1/usage")).json()).toMatchObject({
      from: "2026-12-16T12:00:00.000Z",
      to: "2027-01-15T12:00:00.000Z",
      data: [],
      total: { credits: 0, posts: 0 },
    });
  });
});

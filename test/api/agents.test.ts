import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Agent, AuditEvent, Connection, Event, Outbox, Run } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import { dispatchOutbox } from "#db/outbox/dispatch.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { person, type Caller } from "./callers.ts";
import { addAgent, addChannel, addRun } from "./rows.ts";

let api: TestApi;
let owner: Caller;
let channelId: string;

beforeAll(async () => {
  // A Friday.
  api = await startApi({ now: () => new Date("2027-01-15T12:00:00Z") });
  owner = await person(api);
  ({ channelId } = await addChannel(api, owner.workspaceId));
});

afterAll(async () => {
  await api?.close();
});

beforeEach(() => {
  api.setEngine("ready");
  api.told.length = 0;
});

const db = () => inWorkspace(api.context.orm, owner.workspaceId);
const schedule = { days: ["mon", "wed"], times: ["09:00", "18:30"], timeZone: "Europe/Berlin" };
const body = (more: object = {}) => ({
  name: "Harbour",
  brief: "Say what happens in the harbour.",
  channelIds: [channelId],
  schedule,
  ...more,
});
const create = (more: object = {}) => owner.call("POST", "/v1/agents", { body: body(more) });
const act = (id: string, verb: string) => owner.call("POST", `/v1/agents/${id}/${verb}`);

async function made(more: object = {}): Promise<string> {
  const answer = await create(more);
  expect(answer.statusCode, answer.body).toBe(201);
  api.told.length = 0;
  return answer.json<{ id: string }>().id;
}

describe("a new agent", () => {
  it("suggests, without media, within modest limits, and wakes on its schedule", async () => {
    const answer = await create();
    const { id } = answer.json();
    expect(answer.statusCode).toBe(201);
    expect(answer.headers["location"]).toBe(`/v1/agents/${id}`);
    expect(answer.json()).toEqual({
      id,
      name: "Harbour",
      status: "active",
      brief: "Say what happens in the harbour.",
      brandVoice: null,
      channelIds: [channelId],
      schedule,
      autonomy: "suggest",
      media: "none",
      dailyPostLimit: 3,
      creditLimit: 100,
      model: null,
      campaign: null,
      labels: [],
      nextWakeUps: [
        "2027-01-18T08:00:00.000Z",
        "2027-01-18T17:30:00.000Z",
        "2027-01-20T08:00:00.000Z",
      ],
      createdAt: expect.any(String),
      engine: "ready",
    });
    expect(api.told).toEqual([{ what: "schedule running", workflowId: `agent/${id}` }]);
    const { engine: _, ...shown } = answer.json();
    expect((await owner.call("GET", `/v1/agents/${id}`)).json()).toEqual(shown);
    expect(await db().find(AuditEvent, { subject: `agent:${id}` })).toMatchObject([
      { action: "agent.created", detail: { autonomy: "suggest" } },
    ]);
    expect(await db().find(Event, { subjectId: id })).toMatchObject([{ type: "agent.active" }]);
  });

  it("takes all that can be said of it", async () => {
    const answer = await create({
      brandVoice: "Dry.",
      autonomy: "autopilot",
      media: "image",
      dailyPostLimit: 1,
      creditLimit: 5,
      model: "sandbox/sandbox-text-1",
    });
    expect(answer.json(), answer.body).toMatchObject({
      brandVoice: "Dry.",
      autonomy: "autopilot",
      media: "image",
      dailyPostLimit: 1,
      creditLimit: 5,
      model: "sandbox/sandbox-text-1",
    });
  });

  it.each<[object, string]>([
    [{ name: " " }, "/name"],
    [{ name: "nul\u0000" }, "/name"],
    [{ brief: "" }, "/brief"],
    [{ brandVoice: "half \udfff" }, "/brandVoice"],
    [{ channelIds: [] }, "/channelIds"],
    [{ channelIds: ["x"] }, "/channelIds/0"],
    [{ schedule: { ...schedule, timeZone: "Mars/Base" } }, "/schedule/timeZone"],
    [{ schedule: { ...schedule, timeZone: "+02:00" } }, "/schedule/timeZone"],
    [{ schedule: { ...schedule, times: ["24:00"] } }, "/schedule/times/0"],
    [{ schedule: { ...schedule, times: ["9:00"] } }, "/schedule/times/0"],
    [{ schedule: { ...schedule, times: ["09:00:30"] } }, "/schedule/times/0"],
    [{ schedule: { ...schedule, times: [] } }, "/schedule/times"],
    [{ schedule: { ...schedule, days: ["monday"] } }, "/schedule/days/0"],
    [{ schedule: { ...schedule, days: [] } }, "/schedule/days"],
    [{ autonomy: "full" }, "/autonomy"],
    [{ media: "video" }, "/media"],
    [{ dailyPostLimit: 0 }, "/dailyPostLimit"],
    [{ creditLimit: 1.5 }, "/creditLimit"],
    [{ model: "sandbox/none" }, "/model"],
    [{ status: "active" }, ""],
  ])("is refused with %j", async (more, pointer) => {
    const before = await db().count(Agent, {});
    const answer = await create(more);
    expect(answer.json(), answer.body).toMatchObject({ status: 422, errors: [{ pointer }] });
    expect(await db().count(Agent, {})).toBe(before);
    expect(api.told).toEqual([]);
  });

  it("needs channels that are there, each once", async () => {
    const gone = await addChannel(api, owner.workspaceId);
    await db().nativeUpdate(Connection, { id: gone.connectionId }, { disconnectedAt: new Date() });
    for (const missing of [newId(), gone.channelId]) {
      const answer = await create({ channelIds: [channelId, missing] });
      expect(answer.json()).toMatchObject({ status: 404, errors: [{ pointer: "/channelIds/1" }] });
    }
    const twice = await create({ channelIds: [channelId, channelId] });
    expect(twice.json()).toMatchObject({ status: 422, errors: [{ pointer: "/channelIds/1" }] });
  });

  it("is made while the engine is away, and its schedule told when it is back", async () => {
    api.setEngine("delayed");
    const answer = await create();
    const { id } = answer.json();
    expect(answer.json()).toMatchObject({ status: "active", engine: "delayed" });
    const outside = outsideWorkspaces(api.context.orm);
    expect(await outside.find(Outbox, { workflowId: `agent/${id}` })).toMatchObject([
      { action: "schedule", input: { agentId: id } },
    ]);
    await act(id, "pause");
    api.setEngine("ready");
    const { orm, engine } = api.context;
    await dispatchOutbox({ orm, engine });
    // The newest state wins, in whatever order it is told.
    const told = api.told.filter((one) => one.workflowId === `agent/${id}`);
    expect(told.map((one) => one.what)).toEqual(["schedule paused", "schedule paused"]);
  });
});

describe("pausing and resuming", () => {
  it("is told to the schedule, once", async () => {
    const id = await made();
    const paused = await act(id, "pause");
    expect(paused.json()).toMatchObject({ status: "paused", nextWakeUps: [], engine: "ready" });
    expect((await act(id, "pause")).json()).toMatchObject({ status: "paused" });
    const resumed = await act(id, "resume");
    expect(resumed.json()).toMatchObject({ status: "active" });
    expect(resumed.json().nextWakeUps).toHaveLength(3);
    expect(api.told).toEqual([
      { what: "schedule paused", workflowId: `agent/${id}` },
      { what: "schedule running", workflowId: `agent/${id}` },
    ]);
    const lines = await db().find(AuditEvent, { subject: `agent:${id}` });
    expect(lines.map((line) => line.action).sort()).toEqual([
      "agent.active",
      "agent.created",
      "agent.paused",
    ]);
  });

  it("brings a halted agent back by resuming alone", async () => {
    const id = await addAgent(api, owner.workspaceId, { channelId, status: "halted" });
    expect((await act(id, "pause")).json()).toMatchObject({
      status: 409,
      code: "illegal_transition",
    });
    expect((await act(id, "resume")).json()).toMatchObject({ status: "active" });
  });

  it("ends in one state when many ask at once, and is told once for each change", async () => {
    const id = await made();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => act(id, index % 2 ? "pause" : "resume")),
    );
    expect(answers.map((answer) => answer.statusCode)).toEqual(Array(20).fill(200));
    const row = await db().findOneOrFail(Agent, { id });
    expect(api.told).toHaveLength(row.version - 1);
    expect(row.status).toBe(row.version % 2 ? "active" : "paused");
  });
});

describe("running by hand", () => {
  it("makes a run and starts its story", async () => {
    const id = await made();
    const answer = await act(id, "run");
    const run = answer.json();
    expect(answer.statusCode).toBe(202);
    expect(answer.headers["location"]).toBe(`/v1/runs/${run.id}`);
    expect(run).toEqual({ id: run.id, status: "queued", engine: "ready" });
    expect(api.told).toEqual([{ what: "start runPostingAgent", workflowId: `run/${run.id}` }]);
    expect(await db().findOneOrFail(Run, { id: run.id })).toMatchObject({
      agentId: id,
      trigger: "manual",
      wokenFor: null,
      status: "queued",
    });
    expect(await db().find(Event, { subjectId: run.id })).toMatchObject([{ type: "run.queued" }]);
  });

  it("is possible while it is paused, and not while it is halted", async () => {
    const id = await made();
    await act(id, "pause");
    expect((await act(id, "run")).statusCode).toBe(202);
    await db().nativeUpdate(Agent, { id }, { status: "halted" });
    expect((await act(id, "run")).json()).toMatchObject({ status: 409, code: "agent_halted" });
    expect(await db().count(Run, { agentId: id })).toBe(1);
  });
});

describe("an agent that was removed", () => {
  it("is not there", async () => {
    const id = await made();
    await db().nativeUpdate(Agent, { id }, { deletedAt: new Date() });
    for (const verb of ["run", "pause", "resume"]) {
      expect((await act(id, verb)).json(), verb).toMatchObject({ status: 404, code: "not_found" });
    }
    expect((await owner.call("GET", `/v1/agents/${id}`)).statusCode).toBe(404);
    expect((await owner.call("GET", `/v1/agents/${id}/runs`)).statusCode).toBe(404);
    const list = (await owner.call("GET", "/v1/agents?limit=100")).json();
    expect(list.data.map((one: { id: string }) => one.id)).not.toContain(id);
  });
});

it("lists agents and their runs in pages, newest first", async () => {
  const someone = await person(api);
  const { workspaceId } = someone;
  const at = await addChannel(api, workspaceId);
  const agents: string[] = [];
  for (let count = 0; count < 3; count += 1)
    agents.unshift(await addAgent(api, workspaceId, { channelId: at.channelId }));
  const [agentId = ""] = agents;
  const runs: string[] = [];
  for (let count = 0; count < 3; count += 1)
    runs.unshift(await addRun(api, workspaceId, { agentId, status: "succeeded" }));
  await addRun(api, workspaceId, { agentId: agents[1] ?? "", status: "succeeded" });
  for (const [url, ids] of [
    ["/v1/agents", agents],
    [`/v1/agents/${agentId}/runs`, runs],
  ] as const) {
    const first = (await someone.call("GET", `${url}?limit=2`)).json();
    const next = (await someone.call("GET", `${url}?limit=2&cursor=${first.nextCursor}`)).json();
    const seen = [...first.data, ...next.data].map((one: { id: string }) => one.id);
    expect(seen, url).toEqual(ids);
    expect(next.nextCursor).toBeNull();
    expect((await someone.call("GET", `${url}?cursor=x`)).json()).toMatchObject({
      code: "invalid_cursor",
    });
  }
});

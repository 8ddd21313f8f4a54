import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { MikroORM } from "@mikro-orm/postgresql";
import { createTestDatabase, type TestDatabase } from "#test/harness/database.ts";
import { Agent, Outbox, Workspace } from "../entities/index.ts";
import { newId } from "../entities/lib.ts";
import { insertRow } from "../insert-row.ts";
import { inWorkspace, openOrm, outsideWorkspaces } from "../orm.ts";
import { dispatchOutbox } from "./dispatch.ts";
import { enqueue } from "./enqueue.ts";
import type { Engine } from "./engine.ts";

let database: TestDatabase;
let orm: MikroORM;
const workspaceId = newId();

class Unavailable extends Error {
  override name = "Unavailable";
}

/** What the engine was told, in order. */
let told: unknown[] = [];
let reported: string[] = [];
/** What it answers to a workflow id: nothing, unless an error. */
let answers = new Map<string, Error>();

async function tell(what: unknown, workflowId: string): Promise<void> {
  const error = answers.get(workflowId) ?? answers.get("*");
  if (error) throw error;
  told.push(what);
}

/** The engine's port, as the outbox sees it. */
const engine: Engine = {
  start: (input) => tell(input, input.workflowId),
  wake: (input) => tell(["wake", input], input.workflowId),
  nudge: (workflowId) => tell(["nudge", workflowId], workflowId),
  cancel: (workflowId) => tell(["cancel", workflowId], workflowId),
  listRunning: async () => new Set(),
  stateOf: async () => "unknown",
  setAgentSchedule: (state) => tell(state, `agent/${state.agentId}`),
  isUnavailable: (error) => error instanceof Unavailable,
  report: ({ workflowId }) => void reported.push(workflowId),
};

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm({ url: database.url });
  await insertRow(outsideWorkspaces(orm), Workspace, { id: workspaceId, status: "active" });
});

afterAll(async () => {
  await orm?.close();
  await database?.drop();
});

beforeEach(async () => {
  told = [];
  reported = [];
  answers = new Map();
  await outsideWorkspaces(orm).nativeDelete(Outbox, {});
});

const nudge = (name: string) =>
  enqueue(outsideWorkspaces(orm), { workspaceId, action: "signal", workflowId: `post/${name}` });
const waiting = async () =>
  (await outsideWorkspaces(orm).find(Outbox, {}, { orderBy: { createdAt: "asc", id: "asc" } })).map(
    (message) => [message.workflowId, message.attempts],
  );

describe("dispatching", () => {
  it("tells the oldest first, with the workspace, and forgets what was told", async () => {
    const em = outsideWorkspaces(orm);
    await enqueue(em, {
      workspaceId,
      action: "start",
      workflowType: "publishPost",
      workflowId: "post/a",
      input: { postId: "a" },
    });
    await nudge("a");
    await enqueue(em, { workspaceId, action: "cancel", workflowId: "post/a" });
    expect(await dispatchOutbox({ orm, engine })).toEqual({ told: 3, waiting: 0 });
    expect(told).toEqual([
      { workflowType: "publishPost", workflowId: "post/a", input: { workspaceId, postId: "a" } },
      ["nudge", "post/a"],
      ["cancel", "post/a"],
    ]);
    expect(await waiting()).toEqual([]);
    expect(await dispatchOutbox({ orm, engine })).toEqual({ told: 0, waiting: 0 });
  });

  it("keeps everything, in order, while the engine is away", async () => {
    for (const name of ["a", "b", "c"]) await nudge(name);
    answers.set("*", new Unavailable());
    expect(await dispatchOutbox({ orm, engine })).toEqual({ told: 0, waiting: 3, away: true });
    // It asked once: the others would have waited as long for nothing.
    expect(await waiting()).toEqual([
      ["post/a", 1],
      ["post/b", 0],
      ["post/c", 0],
    ]);
    expect(reported).toEqual([]);
    answers.clear();
    expect(await dispatchOutbox({ orm, engine })).toEqual({ told: 3, waiting: 0 });
    expect(told).toEqual(["a", "b", "c"].map((name) => ["nudge", `post/${name}`]));
  });

  it("stops where the engine goes away in the middle", async () => {
    for (const name of ["a", "b", "c"]) await nudge(name);
    answers.set("post/b", new Unavailable());
    expect(await dispatchOutbox({ orm, engine })).toEqual({ told: 1, waiting: 2, away: true });
    expect(await waiting()).toEqual([
      ["post/b", 1],
      ["post/c", 0],
    ]);
  });

  it("is not held up by a message that is refused, which stays and is reported", async () => {
    for (const name of ["a", "b", "c"]) await nudge(name);
    answers.set("post/b", new Error("refused"));
    expect(await dispatchOutbox({ orm, engine })).toEqual({ told: 2, waiting: 1 });
    expect(reported).toEqual(["post/b"]);
    expect(await waiting()).toEqual([["post/b", 1]]);
    await dispatchOutbox({ orm, engine });
    expect(await waiting()).toEqual([["post/b", 2]]);
  });

  it("tells only what it was asked to, and no more than the limit", async () => {
    const [, second] = [await nudge("a"), await nudge("b"), await nudge("c")];
    expect(await dispatchOutbox({ orm, engine, ids: [second ?? ""] })).toMatchObject({ told: 1 });
    expect(told).toEqual([["nudge", "post/b"]]);
    expect(await dispatchOutbox({ orm, engine, ids: [] })).toEqual({ told: 0, waiting: 0 });
    expect(await dispatchOutbox({ orm, engine, limit: 1 })).toMatchObject({ told: 1 });
    expect(await waiting()).toEqual([["post/c", 0]]);
  });

  it("is part of the transaction that writes the row", async () => {
    const broken = inWorkspace(orm, workspaceId).transactional(async (em) => {
      await enqueue(em, { workspaceId, action: "cancel", workflowId: "post/a" });
      throw new Error("rolled back");
    });
    await expect(broken).rejects.toThrow("rolled back");
    expect(await waiting()).toEqual([]);
  });
});

describe("an agent's schedule", () => {
  it("is what the agent's row says when it is told", async () => {
    const em = inWorkspace(orm, workspaceId);
    const schedule = { days: ["mon" as const], times: ["09:00"], timeZone: "Europe/Berlin" };
    const agentId = await insertRow(em, Agent, {
      workspaceId,
      name: "a",
      brief: "b",
      channelIds: [],
      schedule,
      autonomy: "suggest",
      media: "none",
      dailyPostLimit: 1,
      creditLimit: 1,
      status: "active",
      createdBy: "user:a",
    });
    const told_ = async (change: Partial<Pick<Agent, "status" | "deletedAt">>) => {
      await enqueue(outsideWorkspaces(orm), { workspaceId, action: "schedule", agentId });
      await em.nativeUpdate(Agent, { id: agentId }, change);
      await dispatchOutbox({ orm, engine });
      return told.at(-1);
    };
    const ids = { workspaceId, agentId };
    expect(await told_({ status: "active" })).toEqual({ ...ids, state: "running", schedule });
    expect(await told_({ status: "paused" })).toEqual({ ...ids, state: "paused", schedule });
    expect(await told_({ status: "halted" })).toEqual({ ...ids, state: "paused", schedule });
    expect(await told_({ deletedAt: new Date() })).toEqual({ ...ids, state: "absent" });
  });
});

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

/** Lets the pause of what was refused pass, and tells how long it was. Seconds. */
async function passPause(): Promise<number> {
  const [row] = await outsideWorkspaces(orm).execute<{ seconds: number }[]>(
    `update outbox o set next_try_at = now() - interval '1 second' from outbox old where old.id = o.id
     returning round(extract(epoch from old.next_try_at - now()))::int as seconds`,
  );
  return row?.seconds ?? 0;
}

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
  });

  it("tries again what was refused after a while, which gets longer each time", async () => {
    await nudge("a");
    answers.set("post/a", new Error("refused"));
    await dispatchOutbox({ orm, engine });
    expect(await dispatchOutbox({ orm, engine })).toEqual({ told: 0, waiting: 0 });
    const pauses = [await passPause()];
    for (let count = 0; count < 9; count += 1) {
      expect(await dispatchOutbox({ orm, engine })).toEqual({ told: 0, waiting: 1 });
      pauses.push(await passPause());
    }
    const expected = [5, 10, 20, 30, 30, 30, 30, 30, 30, 30];
    expect(pauses).toHaveLength(expected.length);
    for (const [index, seconds] of expected.entries()) {
      // Some of it passed before it was asked for.
      expect(pauses[index]).toBeGreaterThan(0.6 * seconds);
      expect(pauses[index]).toBeLessThanOrEqual(seconds);
    }
    expect(await waiting()).toEqual([["post/a", 10]]);
    answers.clear();
    expect(await dispatchOutbox({ orm, engine })).toEqual({ told: 1, waiting: 0 });
  });

  it("tells what is fresh, however much before it was refused", async () => {
    for (const name of ["a", "b", "c", "d"]) await nudge(name);
    for (const name of ["a", "b", "c"]) answers.set(`post/${name}`, new Error("refused"));
    expect(await dispatchOutbox({ orm, engine, limit: 3 })).toEqual({ told: 0, waiting: 3 });
    expect(await dispatchOutbox({ orm, engine, limit: 3 })).toEqual({ told: 1, waiting: 0 });
    expect(told).toEqual([["nudge", "post/d"]]);
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

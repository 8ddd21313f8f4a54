import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import type { MikroORM } from "@mikro-orm/postgresql";
import { setTimeout as pause } from "node:timers/promises";
import { pino } from "pino";
import { createTestDatabase, type TestDatabase } from "#test/harness/database.ts";
import { asSuperuser } from "#test/harness/tenant-rows.ts";
import { Outbox, Workspace } from "../entities/index.ts";
import { newId } from "../entities/lib.ts";
import { insertRow } from "../insert-row.ts";
import { inWorkspace, openOrm, outsideWorkspaces } from "../orm.ts";
import type { Engine } from "./engine.ts";
import { enqueue } from "./enqueue.ts";
import { followOutbox } from "./follow-outbox.ts";

const workspaceId = newId();
const pauses = { afterMessage: 20, whileBusy: 20, afterFailure: { first: 20, longest: 50 } };

class Unavailable extends Error {
  override name = "Unavailable";
}

let database: TestDatabase;
let orm: MikroORM;
let told: string[] = [];
let away = false;
let asked = 0;
let underWay = 0;
let mostAtOnce = 0;
const followers: ReturnType<typeof followOutbox>[] = [];

async function tell(workflowId: string): Promise<void> {
  asked += 1;
  if (away) throw new Unavailable();
  if (workflowId.startsWith("post/refused")) throw new Error("refused");
  underWay += 1;
  mostAtOnce = Math.max(mostAtOnce, underWay);
  await pause(2);
  underWay -= 1;
  told.push(workflowId);
}

const engine: Engine = {
  start: ({ workflowId }) => tell(workflowId),
  nudge: tell,
  wake: ({ workflowId }) => tell(workflowId),
  cancel: tell,
  listRunning: async () => new Set(),
  stateOf: async () => "unknown",
  setAgentSchedule: ({ agentId }) => tell(agentId),
  isUnavailable: (error) => error instanceof Unavailable,
  report: () => undefined,
};

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm({ url: database.url });
  await insertRow(outsideWorkspaces(orm), Workspace, { id: workspaceId, status: "active" });
});

afterEach(async () => {
  await Promise.all(followers.splice(0).map((one) => one.close()));
  await outsideWorkspaces(orm).nativeDelete(Outbox, {});
  told = [];
  away = false;
  asked = 0;
  mostAtOnce = 0;
});

afterAll(async () => {
  await orm?.close();
  await database?.drop();
});

it("tells what waits for its time then, and not before", async () => {
  const notBefore = new Date(Date.now() + 700);
  await follow();
  await inWorkspace(orm, workspaceId).transactional(async (em) => {
    await enqueue(em, {
      workspaceId,
      action: "wake",
      workflowType: "collectMetrics",
      workflowId: "metrics/later",
      input: {},
      notBefore,
    });
    await enqueue(em, { workspaceId, action: "signal", workflowId: "post/now" });
  });
  await vi.waitFor(() => expect(told).toEqual(["post/now"]));
  await vi.waitFor(() => expect(told).toEqual(["post/now", "metrics/later"]), { timeout: 10_000 });
  expect(Date.now()).toBeGreaterThanOrEqual(notBefore.getTime());
});

const listeners = () =>
  asSuperuser(database, async (client) => {
    const { rows } = await client.query<{ pid: number }>(
      "select pid from pg_stat_activity where application_name = 'drumbeat outbox' and datname = current_database() and query <> ''",
    );
    return rows.map(({ pid }) => pid);
  });

/** Begins to follow, and waits until the first look at the outbox, which every connection makes, is over. */
async function follow(count = 1): Promise<void> {
  for (let one = 0; one < count; one += 1) {
    const logger = pino({ level: "silent" });
    followers.push(followOutbox({ databaseUrl: database.url, orm, engine, logger, pauses }));
  }
  await vi.waitFor(async () => expect(await listeners()).toHaveLength(count));
}

const write = (name: string) =>
  inWorkspace(orm, workspaceId).transactional((em) =>
    enqueue(em, { workspaceId, action: "signal", workflowId: `post/${name}` }),
  );
const names = (count: number) => Array.from({ length: count }, (_, index) => `n${index}`);

it("tells what was written before and while it follows, in order", async () => {
  await write("before");
  await follow();
  await vi.waitFor(() => expect(told).toEqual(["post/before"]));
  for (const name of names(20)) await write(name);
  await vi.waitFor(() => expect(told).toHaveLength(21));
  expect(told.slice(1)).toEqual(names(20).map((name) => `post/${name}`));
  expect(await outsideWorkspaces(orm).count(Outbox, {})).toBe(0);
});

it("tells each message once and one at a time, however many processes follow", async () => {
  await follow(3);
  await Promise.all(names(60).map(write));
  await vi.waitFor(() => expect(told).toHaveLength(60));
  expect(new Set(told).size).toBe(60);
  expect(mostAtOnce).toBe(1);
});

it("goes on while more is left than it takes at once", async () => {
  for (const name of names(205)) await write(name);
  await follow();
  await vi.waitFor(() => expect(told).toHaveLength(205), { timeout: 10_000 });
});

it("is not held up by more refused messages than it takes at once", async () => {
  for (const name of names(205)) await write(`refused-${name}`);
  for (const name of names(3)) await write(name);
  await follow();
  await vi.waitFor(() => expect(told).toHaveLength(3), { timeout: 10_000 });
  // Each of them once: they wait for the sweep.
  expect(asked).toBe(208);
});

it("keeps what it can't tell while Temporal is away, asks seldom, and tells it then", async () => {
  away = true;
  await follow();
  await Promise.all(names(30).map(write));
  await vi.waitFor(() => expect(asked).toBeGreaterThanOrEqual(3));
  // Once for each try, not for each message.
  expect(asked).toBeLessThan(30);
  expect(told).toEqual([]);
  away = false;
  await vi.waitFor(() => expect(told).toHaveLength(30));
});

it("comes back when its connection is lost, and tells what was written meanwhile", async () => {
  await follow();
  const [pid] = await listeners();
  await asSuperuser(database, (client) => client.query("select pg_terminate_backend($1)", [pid]));
  await write("meanwhile");
  await vi.waitFor(() => expect(told).toEqual(["post/meanwhile"]), { timeout: 10_000 });
  await vi.waitFor(async () => expect(await listeners()).not.toContain(pid), { timeout: 10_000 });
  await vi.waitFor(async () => expect(await listeners()).toHaveLength(1), { timeout: 10_000 });
  await write("after");
  await vi.waitFor(() => expect(told).toEqual(["post/meanwhile", "post/after"]));
});

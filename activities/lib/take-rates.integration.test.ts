import { afterAll, beforeAll, expect, it } from "vitest";
import type { MikroORM } from "@mikro-orm/postgresql";
import { Connection, RateUse, Workspace } from "#db/entities/index.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace, openOrm, outsideWorkspaces } from "#db/orm.ts";
import type { Rate } from "#domain/take-rate.ts";
import { createTestDatabase, type TestDatabase } from "#test/harness/database.ts";
import { pauseAccount } from "./pause-account.ts";
import { takeRates, type RateWait } from "./take-rates.ts";

const now = new Date("2026-03-01T10:00:00.000Z");
const ten: Rate = { name: "posts per hour", requests: 10, windowSeconds: 3_600 };

let database: TestDatabase;
let orm: MikroORM;
let workspaceId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm({ url: database.url });
  workspaceId = await insertRow(outsideWorkspaces(orm), Workspace, { status: "active" });
});
afterAll(async () => {
  await orm?.close();
  await database?.drop();
});

const db = () => inWorkspace(orm, workspaceId);
const after = (ms: number) => new Date(now.getTime() + ms);

function connect(): Promise<string> {
  return db().transactional((em) =>
    insertRow(em, Connection, { workspaceId, platform: "sandbox", status: "active" }),
  );
}
function take(
  connectionId: string,
  input: { rates?: Rate[]; at?: Date } = {},
): Promise<RateWait | undefined> {
  const { rates = [ten], at = now } = input;
  return db().transactional((em) => takeRates(em, { workspaceId, connectionId, rates, now: at }));
}
function pause(connectionId: string, until: Date): Promise<void> {
  return db().transactional((em) => pauseAccount(em, { workspaceId, connectionId, until }));
}

it("gives room to exactly as many as are allowed, however many ask at once", async () => {
  const connectionId = await connect();
  const answers = await Promise.all(Array.from({ length: 50 }, () => take(connectionId)));
  expect(answers.filter((wait) => wait === undefined)).toHaveLength(10);
  for (const wait of answers)
    if (wait !== undefined)
      expect(wait).toEqual({
        waitMs: 3_600_000,
        detail: "The account has used what the platform allows: 10 posts per hour.",
      });
  expect(await take(await connect()), "another account").toBeUndefined();
  expect(await take(connectionId, { at: after(3_599_999) })).toMatchObject({ waitMs: 1 });
  expect(await take(connectionId, { at: after(3_600_000) })).toBeUndefined();
});

it("takes nothing for what is rolled back", async () => {
  const connectionId = await connect();
  const one = { ...ten, requests: 1 };
  const undone = db().transactional(async (em) => {
    await takeRates(em, { workspaceId, connectionId, rates: [one], now });
    throw new Error("the gate is closed");
  });
  await expect(undone).rejects.toThrow("the gate is closed");
  expect(await take(connectionId, { rates: [one] })).toBeUndefined();
  expect(await take(connectionId, { rates: [one] })).toMatchObject({ waitMs: 3_600_000 });
});

it("takes of all rates or of none", async () => {
  const connectionId = await connect();
  const rates = [ten, { name: "posts per day", requests: 1, windowSeconds: 86_400 }];
  expect(await take(connectionId, { rates })).toBeUndefined();
  expect(await take(connectionId, { rates })).toMatchObject({ waitMs: 86_400_000 });
  const row = await db().findOneOrFail(RateUse, { connectionId });
  expect(row.uses["posts per hour"]).toMatchObject([{ count: 1 }]);
});

it("lets the whole account wait when the platform asks for it, with and without rates", async () => {
  const connectionId = await connect();
  await pause(connectionId, after(7_000));
  // A later answer that asks for less takes nothing back.
  await pause(connectionId, after(2_000));
  const wait = { waitMs: 7_000, detail: "The platform asked this account to slow down." };
  expect(await take(connectionId)).toEqual(wait);
  expect(await take(connectionId, { rates: [] })).toEqual(wait);
  expect(await take(connectionId, { rates: [], at: after(6_999) })).toMatchObject({ waitMs: 1 });
  expect(await take(connectionId, { rates: [], at: after(7_000) })).toBeUndefined();
  expect(await take(connectionId, { at: after(7_000) })).toBeUndefined();
  await pause(connectionId, after(9_000));
  const row = await db().findOneOrFail(RateUse, { connectionId });
  expect(row.uses["posts per hour"], "what was used is kept").toMatchObject([{ count: 1 }]);
});

it("asks for nothing of an account without rates that was never paused", async () => {
  const connectionId = await connect();
  expect(await take(connectionId, { rates: [] })).toBeUndefined();
  expect(await db().count(RateUse, { connectionId })).toBe(0);
});

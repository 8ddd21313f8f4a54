import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { MikroORM } from "@mikro-orm/postgresql";
import { createTestDatabase, type TestDatabase } from "#test/harness/database.ts";
import { grantCredits, refundCredits, reserveCredits, settleCredits } from "./credits.ts";
import { CreditEntry, Workspace, WorkspaceDetails } from "./entities/index.ts";
import { newId } from "./entities/lib.ts";
import { insertRow } from "./insert-row.ts";
import { inWorkspace, openOrm, type EntityManager } from "./orm.ts";

let database: TestDatabase;
let orm: MikroORM;
let workspaceId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm({ url: database.url, poolSize: 10 });
});

afterAll(async () => {
  await orm?.close();
  await database?.drop();
});

beforeEach(async () => {
  workspaceId = newId();
  await within(async (em) => {
    await insertRow(em, Workspace, { id: workspaceId, status: "active" });
    await insertRow(em, WorkspaceDetails, { id: workspaceId, workspaceId, name: "x", credits: 0 });
    await grantCredits(em, { workspaceId, subject: `workspace:${workspaceId}`, credits: 100 });
  });
});

const within = <T>(work: (em: EntityManager) => Promise<T>): Promise<T> =>
  inWorkspace(orm, workspaceId).transactional((em) => work(em as EntityManager));
const reserve = (subject: string, credits: number) =>
  within((em) => reserveCredits(em, { workspaceId, subject, credits, model: "m" }));
const settle = (subject: string, credits: number) =>
  within((em) => settleCredits(em, { workspaceId, subject, credits }));
const refund = (subject: string) => within((em) => refundCredits(em, { workspaceId, subject }));

/** The balance; fails unless it is the sum of the ledger. */
async function balance(): Promise<number> {
  const em = inWorkspace(orm, workspaceId);
  const { credits } = await em.findOneOrFail(WorkspaceDetails, { id: workspaceId });
  const entries = await em.find(CreditEntry, {});
  expect(entries.reduce((sum, entry) => sum + entry.amount, 0)).toBe(credits);
  return credits;
}

const kindsOf = async (subject: string) =>
  (
    await inWorkspace(orm, workspaceId).find(CreditEntry, { subject }, { orderBy: { id: "asc" } })
  ).map((entry) => [entry.kind, entry.amount]);

describe("at once", () => {
  it("200 reservations on 100 credits take exactly 100", async () => {
    const done = await Promise.allSettled(
      Array.from({ length: 200 }, () => reserve(`generation:${newId()}`, 1)),
    );
    expect(done.filter((one) => one.status === "fulfilled")).toHaveLength(100);
    for (const one of done)
      if (one.status === "rejected")
        expect(one.reason).toMatchObject({ status: 402, code: "credits_exhausted" });
    expect(await balance()).toBe(0);
  });

  it("one reservation is made once, and one closing wins", async () => {
    const subject = `generation:${newId()}`;
    await Promise.allSettled(Array.from({ length: 10 }, () => reserve(subject, 10)));
    expect(await balance()).toBe(90);
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? settle(subject, 4) : refund(subject))),
    );
    const [, closing] = await kindsOf(subject);
    expect(await kindsOf(subject)).toHaveLength(2);
    expect([
      ["settle", 6],
      ["refund", 10],
    ]).toContainEqual(closing);
    expect(await balance()).toBe(closing?.[0] === "settle" ? 96 : 100);
  });

  it("reservations and closings of many end in a ledger that adds up", async () => {
    await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        const subject = `step:${newId()}`;
        await reserve(subject, 3);
        await (index % 3 === 0 ? refund(subject) : settle(subject, index % 3));
      }),
    );
    expect(await balance()).toBe(100 - 10 * 1 - 10 * 2);
  });
});

describe("a reservation", () => {
  it("that is too large takes nothing", async () => {
    await expect(reserve("generation:x", 101)).rejects.toMatchObject({ code: "credits_exhausted" });
    expect(await balance()).toBe(100);
    expect(await kindsOf("generation:x")).toEqual([]);
  });

  it("is made, settled and refunded once, however often it is said", async () => {
    const [one, other] = [`generation:${newId()}`, `generation:${newId()}`];
    for (let round = 0; round < 3; round += 1) {
      await reserve(one, 10);
      await reserve(other, 10);
    }
    expect(await balance()).toBe(80);
    for (let round = 0; round < 3; round += 1) {
      await settle(one, 7);
      await refund(one);
      await refund(other);
      await settle(other, 7);
    }
    expect(await kindsOf(one)).toEqual([
      ["reserve", -10],
      ["settle", 3],
    ]);
    expect(await kindsOf(other)).toEqual([
      ["reserve", -10],
      ["refund", 10],
    ]);
    expect(await balance()).toBe(93);
  });

  it("costs at most what was reserved", async () => {
    const subject = `generation:${newId()}`;
    await reserve(subject, 10);
    await settle(subject, 25);
    expect(await balance()).toBe(90);
  });

  it("that was never made can't be settled or refunded", async () => {
    await settle("generation:none", 1);
    await refund("generation:none");
    expect(await balance()).toBe(100);
    expect(await kindsOf("generation:none")).toEqual([]);
  });

  it("goes with the transaction that it belongs to", async () => {
    const subject = `generation:${newId()}`;
    const broken = within(async (em) => {
      await reserveCredits(em, { workspaceId, subject, credits: 5 });
      throw new Error("the row could not be written");
    });
    await expect(broken).rejects.toThrow("could not be written");
    expect(await balance()).toBe(100);
  });
});

it("a grant is given once per subject", async () => {
  for (let round = 0; round < 3; round += 1)
    await within((em) => grantCredits(em, { workspaceId, subject: "workspace:gift", credits: 50 }));
  expect(await balance()).toBe(150);
});

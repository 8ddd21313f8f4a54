import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { MikroORM } from "@mikro-orm/postgresql";
import { atMost } from "#api/lib/at-most.ts";
import { createTestDatabase, type TestDatabase } from "#test/harness/database.ts";
import { grantCredits, refundCredits, reserveCredits, settleCredits } from "./credits.ts";
import { Agent, CreditEntry, Member, User, Workspace, WorkspaceDetails } from "./entities/index.ts";
import { newId } from "./entities/lib.ts";
import { insertRow } from "./insert-row.ts";
import { inWorkspace, openOrm, type EntityManager } from "./orm.ts";

let database: TestDatabase;
let orm: MikroORM;
let workspaceId: string;
const connections = 10;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm({ url: database.url, poolSize: connections });
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
  within((em) =>
    reserveCredits(em, { workspaceId, subject, credits, model: "p/m", now: new Date() }),
  );
const reserveAs = (wanted: {
  userId?: string;
  agentId?: string;
  credits: number;
  subject?: string;
  now?: Date;
}) =>
  within((em) =>
    reserveCredits(em, {
      workspaceId,
      subject: `generation:${newId()}`,
      now: new Date(),
      ...wanted,
    }),
  );
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

/**
 * Reserves one credit so often at once; the number of times that it went, all others being refused like that. All are
 * asked for at once, and as many are at work at once as there are connections: the pool itself keeps nobody waiting for
 * long.
 */
async function tryOften(
  times: number,
  refusal: object,
  spender: { userId?: string } = {},
): Promise<number> {
  const inLine = atMost(connections);
  const { signal } = new AbortController();
  const done = await Promise.allSettled(
    Array.from({ length: times }, () =>
      inLine(signal, () => reserveAs({ ...spender, credits: 1 })),
    ),
  );
  for (const one of done)
    if (one.status === "rejected") expect(one.reason).toMatchObject({ status: 402, ...refusal });
  return done.filter((one) => one.status === "fulfilled").length;
}

async function limitTo({ workspace }: { workspace: number | null }): Promise<void> {
  await within((em) =>
    em.nativeUpdate(WorkspaceDetails, { id: workspaceId }, { dailyCreditLimit: workspace }),
  );
}

async function addMember(dailyCreditLimit: number | null): Promise<string> {
  const userId = newId();
  await within(async (em) => {
    const email = `${userId}@example.org`;
    await insertRow(em, User, { id: userId, email, name: "Ada", passwordHash: "" });
    await insertRow(em, Member, { workspaceId, userId, role: "editor", dailyCreditLimit });
  });
  return userId;
}

const addAgent = (creditLimit: number, timeZone: string) =>
  within((em) =>
    insertRow(em, Agent, {
      ...{ workspaceId, name: "a", brief: "b", brandVoice: null, channelIds: [] },
      schedule: { days: ["mon"], times: ["09:00"], timeZone },
      ...{ autonomy: "suggest", media: "none", dailyPostLimit: 1, creditLimit },
      ...{ labels: [], status: "active", createdBy: "user:test" },
    }),
  );

const kindsOf = async (subject: string) =>
  (
    await inWorkspace(orm, workspaceId).find(CreditEntry, { subject }, { orderBy: { id: "asc" } })
  ).map((entry) => [entry.kind, entry.amount]);

describe("at once", () => {
  it("1,000 reservations on 100 credits: exactly 100 succeed", async () => {
    expect(await tryOften(1_000, { code: "credits_exhausted" })).toBe(100);
    expect(await balance()).toBe(0);
  });

  it("200 reservations below a limit of 37 a day: exactly 37 succeed", async () => {
    await limitTo({ workspace: 37 });
    const refusal = { code: "credit_limit", extra: { limitOf: "workspace", limit: 37, used: 37 } };
    expect(await tryOften(200, refusal)).toBe(37);
    expect(await balance()).toBe(63);
  });

  it("1,000 reservations of a member with a limit of 23: exactly 23 succeed", async () => {
    const userId = await addMember(23);
    const refusal = { code: "credit_limit", extra: { limitOf: "member", limit: 23, used: 23 } };
    expect(await tryOften(1_000, refusal, { userId })).toBe(23);
    expect(await balance()).toBe(77);
  });

  it("of two members with limits below the workspace's, neither passes any", async () => {
    await limitTo({ workspace: 25 });
    const [one, other] = [await addMember(20), await addMember(15)];
    const done = await Promise.allSettled(
      Array.from({ length: 120 }, (_, index) =>
        reserveAs({ userId: index % 2 ? one : other, credits: 1 }),
      ),
    );
    expect(done.filter(({ status }) => status === "fulfilled")).toHaveLength(25);
    const lines = await inWorkspace(orm, workspaceId).find(CreditEntry, { kind: "reserve" });
    const of = (userId: string) => lines.filter((line) => line.userId === userId).length;
    expect(of(one)).toBeLessThanOrEqual(20);
    expect(of(other)).toBeLessThanOrEqual(15);
    expect(of(one) + of(other)).toBe(25);
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
      await reserveCredits(em, { workspaceId, subject, credits: 5, now: new Date() });
      throw new Error("the row could not be written");
    });
    await expect(broken).rejects.toThrow("could not be written");
    expect(await balance()).toBe(100);
  });
});

describe("a limit of a day", () => {
  const at = (time: string) => new Date(`2027-01-${time}Z`);

  it("counts what was reserved in it, from midnight to midnight", async () => {
    const userId = await addMember(10);
    await reserveAs({ userId, credits: 10, now: at("14T23:59:59.999") });
    const more = { userId, credits: 1, now: at("14T23:59:59.999") };
    await expect(reserveAs(more)).rejects.toMatchObject({ code: "credit_limit" });
    await reserveAs({ userId, credits: 6, now: at("15T00:00:00") });
    await expect(reserveAs({ userId, credits: 5, now: at("15T00:00:01") })).rejects.toMatchObject({
      extra: { used: 6, needed: 5, renewsAt: "2027-01-16T00:00:00.000Z" },
    });
    await reserveAs({ userId, credits: 4, now: at("15T23:59:59") });
    await reserveAs({ userId, credits: 10, now: at("16T00:00:00") });
  });

  it("gets nothing of what comes back of another day's", async () => {
    const userId = await addMember(10);
    const subject = `generation:${newId()}`;
    const [today, yesterday] = [new Date(), new Date(Date.now() - 24 * 3_600_000)];
    await reserveAs({ userId, subject, credits: 10, now: yesterday });
    await refund(subject);
    await reserveAs({ userId, credits: 6, now: today });
    await expect(reserveAs({ userId, credits: 5, now: today })).rejects.toMatchObject({
      extra: { used: 6 },
    });
    // But that day may be used again.
    await reserveAs({ userId, credits: 10, now: yesterday });
  });

  it("gives back what a closing brings, within the day", async () => {
    const userId = await addMember(10);
    const subject = `generation:${newId()}`;
    const now = at("15T12:00:00");
    await reserveAs({ userId, subject, credits: 10, now });
    await settle(subject, 4);
    await expect(reserveAs({ userId, credits: 7, now })).rejects.toMatchObject({
      extra: { used: 4 },
    });
    await reserveAs({ userId, credits: 6, now });
  });

  it("of an agent goes by its own zone, and names it", async () => {
    const agentId = await addAgent(5, "Pacific/Auckland");
    await reserveAs({ agentId, credits: 5, now: at("15T10:59:59") });
    await expect(reserveAs({ agentId, credits: 1, now: at("15T10:59:59") })).rejects.toMatchObject({
      message: expect.stringContaining("The agent's limit is 5 credits a day"),
      extra: { limitOf: "agent", renewsAt: "2027-01-15T11:00:00.000Z" },
    });
    await reserveAs({ agentId, credits: 5, now: at("15T11:00:00") });
  });

  it("of a member is theirs alone, and a reservation that is repeated passes none", async () => {
    const [limited, free] = [await addMember(3), await addMember(null)];
    const subject = `generation:${newId()}`;
    for (let round = 0; round < 3; round += 1)
      await reserveAs({ userId: limited, subject, credits: 3 });
    await reserveAs({ userId: free, credits: 50 });
    await reserveAs({ credits: 1 });
    expect(await balance()).toBe(46);
  });

  it("of nothing at all lets nothing through; without one all goes", async () => {
    await limitTo({ workspace: 0 });
    await expect(reserve("generation:a", 1)).rejects.toMatchObject({
      message: expect.stringContaining("more than a whole day allows"),
    });
    expect(await balance()).toBe(100);
    await limitTo({ workspace: null });
    await reserve("generation:a", 100);
  });

  it("can't be below zero", async () => {
    await expect(limitTo({ workspace: -1 })).rejects.toThrow();
    await expect(addMember(-1)).rejects.toThrow();
  });
});

describe("a grant", () => {
  const grant = (subject: string, credits: number) =>
    within((em) => grantCredits(em, { workspaceId, subject, credits }));

  it("is given once per subject, however many come at once", async () => {
    const done = await Promise.all(Array.from({ length: 20 }, () => grant("grant:gift", 50)));
    expect(done.filter(({ made }) => made)).toHaveLength(1);
    expect(done.every(({ left }) => left === 150)).toBe(true);
    expect(await balance()).toBe(150);
  });

  it("that takes never goes below zero", async () => {
    const done = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => grant(`grant:${index}`, -30)),
    );
    expect(done.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
    expect(await balance()).toBe(10);
  });

  it("makes no balance larger than the database can hold", async () => {
    await expect(grant("grant:x", 2_000_000_000)).rejects.toMatchObject({
      status: 409,
      code: "balance_too_large",
    });
    expect(await balance()).toBe(100);
  });
});

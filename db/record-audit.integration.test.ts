import canonicalize from "canonicalize";
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MikroORM } from "@mikro-orm/postgresql";
import { createTestDatabase, type TestDatabase } from "#test/harness/database.ts";
import { asSuperuser } from "#test/harness/tenant-rows.ts";
import { AuditEvent, Workspace } from "./entities/index.ts";
import { newId } from "./entities/lib.ts";
import { insertRow } from "./insert-row.ts";
import { inWorkspace, openOrm, outsideWorkspaces } from "./orm.ts";
import { recordAudit } from "./record-audit.ts";

let database: TestDatabase;
let orm: MikroORM;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm({ url: database.url });
});

afterAll(async () => {
  await orm?.close();
  await database?.drop();
});

async function workspaceWith(lines: number): Promise<string> {
  const workspaceId = newId();
  await insertRow(outsideWorkspaces(orm), Workspace, { id: workspaceId, status: "active" });
  await Promise.all(
    Array.from({ length: lines }, (_, index) =>
      inWorkspace(orm, workspaceId).transactional((em) =>
        recordAudit(em, {
          workspaceId,
          actor: "user:a",
          action: `thing.${index}`,
          subject: `thing:${index}`,
          address: "127.0.0.1",
          detail: { index, odd: 'ü "quoted"', yes: true },
        }),
      ),
    ),
  );
  return workspaceId;
}

const linesOf = (workspaceId: string) =>
  inWorkspace(orm, workspaceId).find(AuditEvent, {}, { orderBy: { sequence: "asc" } });

/** Sequence of the first line that does not follow from the one before: what an auditor would compute. */
async function firstBroken(workspaceId: string): Promise<number | undefined> {
  let previousHash = "0".repeat(64);
  for (const [index, line] of (await linesOf(workspaceId)).entries()) {
    const { sequence, actor, action, subject, address, detail } = line;
    const createdAt = line.createdAt.toISOString();
    const facts = { sequence, createdAt, actor, action, subject, address, detail, previousHash };
    const hash = createHash("sha256")
      .update(canonicalize(facts) ?? "")
      .digest("hex");
    if (sequence !== index + 1 || line.previousHash !== previousHash || line.hash !== hash)
      return index + 1;
    previousHash = hash;
  }
  return undefined;
}

describe("the audit log", () => {
  it("is one unbroken chain, however many write at once", async () => {
    const workspaceId = await workspaceWith(20);
    const lines = await linesOf(workspaceId);
    expect(lines.map((line) => line.sequence)).toEqual(
      Array.from({ length: 20 }, (_, at) => at + 1),
    );
    expect(lines[0]?.previousHash).toBe("0".repeat(64));
    expect(await firstBroken(workspaceId)).toBeUndefined();
  });

  it.each<[string, string]>([
    ["a changed actor", "update audit_event set actor = 'user:b' where sequence = 3"],
    ["a changed detail", `update audit_event set detail = '{"index": 9}' where sequence = 3`],
    [
      "a changed time",
      "update audit_event set created_at = created_at + interval '1 ms' where sequence = 3",
    ],
    ["a line taken out", "delete from audit_event where sequence = 3"],
    [
      "a line taken out and the rest moved up",
      "delete from audit_event where sequence = 3; update audit_event set sequence = sequence - 1 where sequence = 4; " +
        "update audit_event set sequence = sequence - 1 where sequence = 5",
    ],
    [
      "two lines exchanged",
      "update audit_event set sequence = 99 where sequence = 3; update audit_event set sequence = 3 where sequence = 4; " +
        "update audit_event set sequence = 4 where sequence = 99",
    ],
    [
      "a forged hash",
      "update audit_event set actor = 'user:b', hash = repeat('a', 64) where sequence = 3",
    ],
  ])("shows %s", async (_what, sql) => {
    const workspaceId = await workspaceWith(5);
    expect(await firstBroken(workspaceId)).toBeUndefined();
    await asSuperuser(database, async (client) => {
      for (const statement of sql.split("; "))
        await client.query(`${statement} and workspace_id = '${workspaceId}'`);
    });
    expect(await firstBroken(workspaceId)).toBe(3);
  });

  it("goes with the transaction that it tells of", async () => {
    const workspaceId = await workspaceWith(1);
    const broken = inWorkspace(orm, workspaceId).transactional(async (em) => {
      await recordAudit(em, { workspaceId, actor: "system", action: "thing.failed" });
      throw new Error("rolled back");
    });
    await expect(broken).rejects.toThrow("rolled back");
    expect(await linesOf(workspaceId)).toHaveLength(1);
    expect(await firstBroken(workspaceId)).toBeUndefined();
  });
});

import canonicalize from "canonicalize";
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { guest, person, program, type Caller } from "./callers.ts";
import { onDatabase } from "./rows.ts";

let api: TestApi;
let owner: Caller & { email: string };

interface Line {
  id: string;
  sequence: number;
  createdAt: string;
  actor: { id: string; name: string | null };
  action: string;
  previousHash: string;
  hash: string;
}

beforeAll(async () => {
  api = await startApi();
  owner = await person(api);
});

afterAll(async () => {
  await api?.close();
});

async function linesOf(query = "", by: Caller = owner): Promise<Line[]> {
  const answer = await by.call("GET", `/v1/audit-events?limit=100${query}`);
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json<{ data: Line[] }>().data;
}

const check = async (by: Caller) => (await by.call("GET", "/v1/audit-events/check")).json();

describe("the audit log", () => {
  it("says who did what, when and from where, newest first, with hashes that anybody can check", async () => {
    const key = await program(api, owner, ["api-keys:write", "posts:read"]);
    await program(api, key, ["posts:read"]);
    const lines = await linesOf();
    expect(lines.map((line) => line.action)).toEqual([
      "api-key.created",
      "api-key.created",
      "user.registered",
    ]);
    const [second, first, registered] = lines;
    expect(first?.actor).toEqual({ id: expect.stringMatching(/^user:/), name: "Ada" });
    expect(second?.actor).toEqual({ id: expect.stringMatching(/^key:\w{12}$/), name: "test" });
    expect(first).toMatchObject({ sequence: 2, address: "127.0.0.1", detail: {} });
    expect(registered).toMatchObject({ sequence: 1, previousHash: "0".repeat(64) });
    let previousHash = "0".repeat(64);
    for (const line of lines.toReversed()) {
      const { id: _, hash, actor, ...facts } = line;
      expect(line.previousHash).toBe(previousHash);
      const canonical = canonicalize({ ...facts, actor: actor.id }) ?? "";
      expect(createHash("sha256").update(canonical).digest("hex")).toBe(hash);
      previousHash = hash;
    }
  });

  it("comes in pages, and filtered by action, actor and time", async () => {
    const all = await linesOf();
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor ? `&cursor=${cursor}` : "";
      const page = (await owner.call("GET", `/v1/audit-events?limit=1${query}`)).json();
      seen.push(...page.data.map((line: Line) => line.id));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual(all.map((line) => line.id));
    const [second, first, registered] = all;
    const ids = (lines: Line[]) => lines.map((line) => line.id);
    expect(ids(await linesOf("&action=api-key.created"))).toEqual([second?.id, first?.id]);
    expect(ids(await linesOf(`&actor=${first?.actor.id}`))).toEqual([first?.id, registered?.id]);
    const time = encodeURIComponent(first?.createdAt ?? "");
    expect(ids(await linesOf(`&from=${time}`))).toEqual([second?.id, first?.id]);
    expect(ids(await linesOf(`&to=${time}`))).toEqual([registered?.id]);
    for (const query of ["cursor=x", "from=yesterday", "limit=0"]) {
      const answer = await owner.call("GET", `/v1/audit-events?${query}`);
      expect(answer.statusCode, query).toBe(422);
    }
  });

  it("is for owners, admins, and keys that were given it", async () => {
    const own = await person(api);
    for (const role of ["editor", "approver", "viewer"] as const) {
      const answer = await (await guest(api, own, role)).call("GET", "/v1/audit-events");
      expect(answer.json()).toMatchObject({ status: 403, scope: "audit:read" });
    }
    expect((await linesOf("", await guest(api, own, "admin"))).length).toBeGreaterThan(0);
    const key = await program(api, own, ["audit:read"]);
    expect((await linesOf("", key)).length).toBeGreaterThan(0);
  });

  it("can't be changed or cut by the service itself", async () => {
    const { rows } = await onDatabase(api, (query) =>
      query(
        `select privilege_type as may from information_schema.role_table_grants
         where table_name = 'audit_event' and grantee <> (select tableowner from pg_tables where tablename = 'audit_event')`,
      ),
    );
    expect(rows.map((row) => row["may"]).sort()).toEqual(["INSERT", "SELECT"]);
  });
});

describe("checking the log", () => {
  async function withLines(): Promise<Caller> {
    const someone = await person(api);
    for (let count = 0; count < 4; count += 1) await program(api, someone, ["posts:read"]);
    return someone;
  }

  const spoil = (who: Caller, sql: string) =>
    onDatabase(api, (query) =>
      query(`${sql} and workspace_id = $1`, [who.workspaceId]).then((done) => {
        expect(done.rowCount).toBe(1);
      }),
    );

  it("says that it holds, and what its head is", async () => {
    const someone = await withLines();
    const [last] = await linesOf("", someone);
    expect(await check(someone)).toEqual({ holds: true, lines: 5, head: last?.hash, broken: null });
  });

  it.each([
    ["update audit_event set actor = 'user:b' where sequence = 3", 3, "changed"],
    ["update audit_event set address = null where sequence = 1", 1, "changed"],
    [
      "update audit_event set created_at = created_at + interval '1 ms' where sequence = 2",
      2,
      "changed",
    ],
    ["delete from audit_event where sequence = 3", 3, "missing"],
    ["delete from audit_event where sequence = 1", 1, "missing"],
  ])("finds the first line that does not fit: %s", async (sql, sequence, reason) => {
    const someone = await withLines();
    await spoil(someone, sql);
    expect(await check(someone)).toEqual({
      holds: false,
      lines: sequence - 1,
      head: null,
      broken: { sequence, reason },
    });
    expect(await check(owner)).toMatchObject({ holds: true });
  });

  it("finds a line that was written anew with a hash that fits it", async () => {
    const someone = await withLines();
    const line = (await linesOf("", someone)).find((one) => one.sequence === 3);
    const { id: _, hash: _hash, actor: _actor, ...facts } = line ?? ({} as Line);
    const canonical = canonicalize({ ...facts, actor: "user:b" }) ?? "";
    const forged = createHash("sha256").update(canonical).digest("hex");
    await spoil(
      someone,
      `update audit_event set actor = 'user:b', hash = '${forged}' where sequence = 3`,
    );
    expect(await check(someone)).toMatchObject({
      holds: false,
      broken: { sequence: 4, reason: "unlinked" },
    });
  });
});

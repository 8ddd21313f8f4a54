import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { MikroORM } from "@mikro-orm/postgresql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { registerUser } from "#api/lib/register-user.ts";
import { AuditEvent, CreditEntry, User, WorkspaceDetails } from "#db/entities/index.ts";
import { inWorkspace, openOrm, outsideWorkspaces } from "#db/orm.ts";
import { createTestDatabase, type TestDatabase } from "#test/harness/database.ts";
import { run } from "./lib/run.mjs";

const root = path.dirname(import.meta.dirname);

let database: TestDatabase;
let orm: MikroORM;
let workspaceId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm({ url: database.url, poolSize: 4 });
  const register = (name: string) =>
    registerUser({
      orm,
      registration: "open",
      name,
      email: `${name}@example.org`,
      password: "correct horse",
    });
  await register("first");
  workspaceId = (await register("ada")).workspace.id;
});

afterAll(async () => {
  await orm?.close();
  await database?.drop();
});

const script = (name: string, args: string[], environment: NodeJS.ProcessEnv = {}) =>
  run({
    command: process.execPath,
    args: [path.join(root, "scripts", `${name}.ts`), ...args],
    cwd: root,
    env: { PATH: process.env["PATH"], DATABASE_URL: database.url, ...environment },
  });

const within = () => inWorkspace(orm, workspaceId);
const balance = async () =>
  (await within().findOneOrFail(WorkspaceDetails, { id: workspaceId })).credits;

describe("npm run operator", () => {
  it("makes a person an operator, once, and says so in the audit log", async () => {
    const ada = () => outsideWorkspaces(orm).findOneOrFail(User, { email: "ada@example.org" });
    expect((await ada()).operator).toBe(false);
    expect(await script("operator", ["Ada@Example.org"])).toMatchObject({
      code: 0,
      stdout: "ada@example.org is an operator now.\n",
    });
    expect((await ada()).operator).toBe(true);
    expect((await script("operator", ["ada@example.org"])).stdout).toContain("already");
    const lines = await within().find(AuditEvent, { action: "user.made_operator" });
    expect(lines).toEqual([expect.objectContaining({ actor: "operator:local" })]);
  });
});

describe("npm run grant", () => {
  it("adds to balance, ledger and audit log, each time anew", async () => {
    const before = await balance();
    for (const after of [before + 250, before + 500]) {
      expect(await script("grant", ["ada@example.org", "250"])).toMatchObject({
        code: 0,
        stdout: `Granted 250 credits to the workspace of ada@example.org: it has ${after} now.\n`,
      });
    }
    expect(await balance()).toBe(before + 500);
    const entries = await within().find(CreditEntry, { subject: { $like: "grant:%" } });
    expect(entries.map(({ kind, amount }) => [kind, amount])).toEqual([
      ["grant", 250],
      ["grant", 250],
    ]);
    const lines = await within().find(AuditEvent, { action: "credits.granted" });
    expect(lines.map(({ actor, subject }) => [actor, subject]).toSorted()).toEqual(
      entries.map(({ subject }) => ["operator:local", subject]).toSorted(),
    );
  });

  it("finds the database of the Drumbeat that runs on a data directory", async () => {
    const dir = await mkdtemp(path.join(tmpdir(), "drumbeat-grant-"));
    try {
      const args = ["ada@example.org", "5", "--data-dir", dir];
      // Elsewhere on purpose: a named folder comes before the environment.
      const elsewhere = { DATABASE_URL: "postgresql://nobody@127.0.0.1:1/none" };
      const stopped = await script("grant", args, elsewhere);
      expect(stopped).toMatchObject({ code: 1, stdout: "" });
      expect(stopped.stderr).toContain(`Drumbeat does not run on ${dir}`);

      await writeFile(path.join(dir, "ready.json"), JSON.stringify({ databaseUrl: database.url }));
      const before = await balance();
      expect(await script("grant", args, elsewhere)).toMatchObject({ code: 0 });
      expect(await balance()).toBe(before + 5);
    } finally {
      await rm(dir, { recursive: true });
    }
  });

  it.each([
    [[], /No e-mail address is given/],
    [["ada@example.org"], /A word is missing/],
    [["ada@example.org", "1.5"], /"1.5" is not a number of credits/],
    [["ada@example.org", "0"], /"0" is not a number of credits/],
    [["ada@example.org", "1e3"], /whole number/],
    [["ada@example.org", "9999999999"], /whole number/],
    [["nobody@example.org", "5"], /Nobody is registered with the e-mail address nobody/],
    [["ada@example.org", "5", "6"], /one word too many/],
  ])("refuses %j and changes nothing", async (args, message) => {
    const before = await balance();
    const result = await script("grant", args);
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr).toMatch(message);
    expect(result.stderr).toContain("What to do:");
    expect(result.stderr).not.toMatch(/\n\s+at /);
    expect(await balance()).toBe(before);
  });
});

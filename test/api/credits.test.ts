import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { reserveCredits, settleCredits } from "#db/credits.ts";
import { AuditEvent, Event, User } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { guest, person, program, type Caller } from "./callers.ts";
import { addAgent, addChannel } from "./rows.ts";

let api: TestApi;
let operator: Caller & { email: string };
let owner: Caller & { email: string };
/** How far the API's clock is ahead. Milliseconds. */
let ahead = 0;

beforeAll(async () => {
  api = await startApi({ now: () => new Date(Date.now() + ahead) });
  // Who registers first runs the installation.
  operator = await person(api);
});

afterAll(async () => {
  await api?.close();
});

beforeEach(async () => {
  ahead = 0;
  owner = await person(api);
});

const db = () => inWorkspace(api.context.orm, owner.workspaceId);
const generate = (by: Caller, more: object = {}) =>
  by.call("POST", "/v1/generations", { body: { kind: "text", prompt: "A line", ...more } });
const credits = async (by: Caller) => (await by.call("GET", "/v1/credits")).json();
const userIdOf = async ({ email }: { email: string }) =>
  (await outsideWorkspaces(api.context.orm).findOneOrFail(User, { email })).id;

async function limitMember(who: { email: string }, dailyCreditLimit: number | null, by = owner) {
  const { data } = (await owner.call("GET", "/v1/members")).json<{
    data: { id: string; user: { email: string } }[];
  }>();
  const member = data.find(({ user }) => user.email === who.email);
  return by.call("PATCH", `/v1/members/${member?.id}`, { body: { dailyCreditLimit } });
}

const limitWorkspace = (by: Caller, dailyCreditLimit: number | null) =>
  by.call("PATCH", "/v1/workspace", { body: { dailyCreditLimit } });

async function spend(more: { userId?: string; agentId?: string; model?: string; credits: number }) {
  const { workspaceId } = owner;
  const subject = `step:${newId()}`;
  await db().transactional((em) =>
    reserveCredits(em, { workspaceId, subject, now: new Date(), ...more }),
  );
  return subject;
}

describe("a limit of a day", () => {
  it("of the workspace is set by who rules it, told, and kept", async () => {
    expect((await limitWorkspace(owner, 2)).json()).toMatchObject({ dailyCreditLimit: 2 });
    const editor = await guest(api, owner, "editor");
    expect((await limitWorkspace(editor, null)).statusCode).toBe(403);
    expect((await generate(editor)).statusCode).toBe(202);
    expect((await generate(owner)).statusCode).toBe(202);
    const refused = await generate(editor);
    expect(refused.json()).toMatchObject({
      ...{ status: 402, code: "credit_limit", limitOf: "workspace", limit: 2, used: 2, needed: 1 },
      renewsAt: expect.stringMatching(/T00:00:00\.000Z$/),
      detail: expect.stringContaining("The workspace's limit is 2 credits a day"),
    });
    expect(await credits(editor)).toMatchObject({
      ...{ credits: 998, reserved: 2 },
      workspace: { dailyCreditLimit: 2, usedToday: 2, leftToday: 0 },
      member: { dailyCreditLimit: null, usedToday: 1, leftToday: null },
    });
    ahead = 24 * 3_600_000;
    expect((await generate(editor)).statusCode).toBe(202);
    ahead = 0;
    await limitWorkspace(owner, null);
    expect((await generate(editor)).statusCode).toBe(202);
    const lines = await db().find(AuditEvent, { action: "workspace.credit-limit-changed" });
    expect(lines.map(({ detail }) => detail)).toEqual([
      { from: "none", to: 2 },
      { from: 2, to: "none" },
    ]);
  });

  it("of a member holds for their keys together with them, and for nobody else", async () => {
    const editor = await guest(api, owner, "editor");
    const answer = await limitMember(editor, 2);
    expect(answer.json(), answer.body).toMatchObject({ dailyCreditLimit: 2, role: "editor" });
    await limitMember(owner, 1);
    expect((await generate(editor)).statusCode).toBe(202);
    expect((await generate(owner)).statusCode).toBe(202);
    expect((await generate(editor)).statusCode).toBe(202);
    expect((await generate(editor)).json()).toMatchObject({ limitOf: "member", used: 2 });
    const key = await program(api, owner, ["generations:write", "usage:read"]);
    expect((await generate(key)).json()).toMatchObject({ limitOf: "member", limit: 1, used: 1 });
    expect((await credits(key)).member).toEqual({
      ...{ dailyCreditLimit: 1, usedToday: 1, leftToday: 0 },
    });
    await limitMember(owner, null);
    expect((await generate(key)).statusCode).toBe(202);
  });

  it("of a member comes back with them, however they left", async () => {
    const admin = await guest(api, owner, "admin");
    const editor = await guest(api, owner, "editor");
    await limitMember(editor, 2);
    const leave = async (by: Caller) => {
      const { data } = (await owner.call("GET", "/v1/members")).json<{
        data: { id: string; user: { email: string } }[];
      }>();
      const member = data.find(({ user }) => user.email === editor.email);
      expect((await by.call("DELETE", `/v1/members/${member?.id}`)).statusCode).toBe(204);
    };
    await leave(editor);
    const back = await guest(api, admin, "editor", editor);
    expect((await credits(back)).member).toMatchObject({ dailyCreditLimit: 2 });
    await limitMember(editor, 0);
    await leave(owner);
    const again = await guest(api, admin, "viewer", editor);
    expect((await credits(again)).member).toMatchObject({ dailyCreditLimit: 0 });
    await limitMember(editor, null);
    await leave(owner);
    const last = await guest(api, owner, "viewer", editor);
    expect((await credits(last)).member).toMatchObject({ dailyCreditLimit: null });
    const details = async (action: string) => {
      const orderBy = { sequence: "asc" } as const;
      const lines = await db().find(AuditEvent, { action }, { orderBy });
      return lines.map(({ detail }) => detail);
    };
    expect(await details("member.left")).toEqual([{ role: "editor", dailyCreditLimit: 2 }]);
    expect(await details("member.removed")).toEqual([
      { role: "editor", dailyCreditLimit: 0 },
      { role: "viewer" },
    ]);
    expect((await details("member.joined")).slice(2)).toEqual([
      { role: "editor", dailyCreditLimit: 2 },
      { role: "viewer", dailyCreditLimit: 0 },
      { role: "viewer" },
    ]);
  });

  it("is told by an estimate before it is passed", async () => {
    await limitWorkspace(owner, 1);
    const estimate = async (count: number) =>
      (
        await owner.call("POST", "/v1/generations/estimate", {
          body: { kind: "text", prompt: "A line", count },
        })
      ).json();
    expect(await estimate(1)).toMatchObject({ enough: true, limit: null, credits: 1 });
    expect(await estimate(2)).toMatchObject({
      ...{ enough: false, limit: "workspace", credits: 2, creditsLeft: 1_000 },
    });
  });

  it("of a member is changed by who manages them, with a fresh password for who rules", async () => {
    const admin = await guest(api, owner, "admin");
    const editor = await guest(api, owner, "editor");
    expect((await limitMember(editor, 5, admin)).statusCode).toBe(200);
    expect((await limitMember(owner, 5, admin)).json()).toMatchObject({ code: "owner_needed" });
    expect((await limitMember(editor, 9, editor)).statusCode).toBe(403);
    const key = await program(api, owner, ["members:write"]);
    expect((await limitMember(editor, 9, key as typeof owner)).json()).toMatchObject({
      code: "missing_scope",
    });
    ahead = 11 * 60_000;
    expect((await limitMember(admin, 5)).json()).toMatchObject({ code: "step_up_needed" });
    expect((await limitMember(editor, 6)).statusCode).toBe(200);
    const lines = await db().find(AuditEvent, { action: "member.credit-limit-changed" });
    expect(lines.map(({ detail }) => detail)).toEqual([
      { from: "none", to: 5 },
      { from: 5, to: 6 },
    ]);
    expect(lines[0]?.subject).toBe(`user:${await userIdOf(editor)}`);
  });

  it.each([{ dailyCreditLimit: -1 }, { dailyCreditLimit: 1.5 }, { dailyCreditLimit: 3e9 }, {}])(
    "is no %j",
    async (body) => {
      const { data } = (await owner.call("GET", "/v1/members")).json();
      for (const url of ["/v1/workspace", `/v1/members/${data[0].id}`])
        expect((await owner.call("PATCH", url, { body })).statusCode).toBe(422);
    },
  );
});

describe("the ledger", () => {
  it("is listed page by page, and adds up to what is left", async () => {
    const userId = await userIdOf(owner);
    const subjects = [];
    for (let index = 0; index < 5; index += 1)
      subjects.push(await spend({ userId, model: "sandbox/text", credits: 10 }));
    const [first = ""] = subjects;
    await db().transactional((em) =>
      settleCredits(em, { workspaceId: owner.workspaceId, subject: first, credits: 4 }),
    );
    const entries: { id: string; kind: string; amount: number; subject: string }[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const url: string = `/v1/credits/entries?limit=3${cursor && `&cursor=${cursor}`}`;
      const page = (await owner.call("GET", url)).json();
      expect(page.data.length).toBeLessThanOrEqual(3);
      entries.push(...page.data);
      cursor = page.nextCursor;
    }
    expect(entries).toHaveLength(7);
    expect(entries[0]).toMatchObject({
      ...{ kind: "settle", amount: 6, subject: first, userId, model: "sandbox/text" },
    });
    expect(entries.at(-1)).toMatchObject({ kind: "grant", amount: 1_000, userId: null });
    const { credits: left, reserved } = await credits(owner);
    expect([left, reserved]).toEqual([956, 40]);
    expect(entries.reduce((sum, { amount }) => sum + amount, 0)).toBe(left);
    const settled = (await owner.call("GET", "/v1/credits/entries?kind=settle")).json();
    expect(settled.data).toHaveLength(1);
    const stranger = await person(api);
    expect((await stranger.call("GET", "/v1/credits/entries")).json().data).toHaveLength(1);
  });
});

describe("usage", () => {
  it("tells members and agents apart, and what their models' providers are", async () => {
    const userId = await userIdOf(owner);
    const { channelId } = await addChannel(api, owner.workspaceId);
    const agentId = await addAgent(api, owner.workspaceId, { channelId });
    await spend({ userId, model: "openai/gpt", credits: 5 });
    await spend({ userId, model: "sandbox/text", credits: 2 });
    await spend({ agentId, model: "sandbox/text", credits: 1 });
    // As lines were once written: without a provider, though some names have a slash of their own.
    await spend({ userId, model: "flux", credits: 4 });
    await spend({ userId, model: "black-forest-labs/flux", credits: 6 });
    const by = async (groupBy: string) =>
      (await owner.call("GET", `/v1/usage?groupBy=${groupBy}`)).json().data;
    expect(await by("member")).toEqual([
      { group: userId, name: "Ada", credits: 17, posts: null },
      { group: null, name: null, credits: 1, posts: null },
    ]);
    expect(await by("provider")).toMatchObject([
      { group: "openai", credits: 5 },
      { group: "sandbox", credits: 3 },
      { group: null, credits: 10 },
    ]);
    expect(await by("agent")).toMatchObject([
      { group: agentId, name: "Harbour", credits: 1 },
      { group: null, credits: 17 },
    ]);
  });

  it("comes as a CSV file that no program for tables runs", async () => {
    await spend({ model: "=cmd/x", credits: 3 });
    await spend({ model: 'say "hi", all/y', credits: 2 });
    const file = 'model,name,credits,posts\r\n\'=cmd/x,,3,\r\n"say ""hi"", all/y",,2,\r\n';
    const asked = [
      ["/v1/usage?groupBy=model&format=csv", {}],
      ["/v1/usage?groupBy=model", { accept: "text/csv" }],
    ] as const;
    for (const [url, headers] of asked) {
      const answer = await owner.call("GET", url, { headers });
      expect(answer.headers["content-type"]).toBe("text/csv; charset=utf-8");
      expect(answer.headers["content-disposition"]).toBe(
        'attachment; filename="usage-by-model.csv"',
      );
      expect(answer.body).toBe(file);
    }
    for (const [url, accept] of [
      ["/v1/usage?format=json", "text/csv"],
      ["/v1/usage", "text/csv, application/json"],
      ["/v1/usage", "*/*"],
    ] as const) {
      const answer = await owner.call("GET", url, { headers: { accept } });
      expect(answer.headers["content-type"]).toContain("application/json");
    }
    expect((await owner.call("GET", "/v1/usage?format=xml")).statusCode).toBe(422);
  });
});

describe("a grant by an operator", () => {
  const grant = (by: Caller, body: object) => by.call("POST", "/v1/operator/grants", { body });
  const gift = (more: object = {}) => ({
    ...{ workspaceId: owner.workspaceId, credits: 500, reason: "Sorry for Monday" },
    ...{ reference: "ticket-1", ...more },
  });

  it("reaches any workspace, with a line of the ledger, an event and a line in the audit log", async () => {
    const answer = await grant(operator, gift());
    expect(answer.json(), answer.body).toMatchObject({
      ...{ workspaceId: owner.workspaceId, credits: 500, reason: "Sorry for Monday" },
      ...{ reference: "ticket-1", balance: 1_500, repeated: false },
    });
    const { data } = (await owner.call("GET", "/v1/credits/entries")).json();
    expect(data[0]).toMatchObject({
      ...{ id: answer.json().id, kind: "grant", amount: 500, reason: "Sorry for Monday" },
    });
    const [line] = await db().find(AuditEvent, { action: "credits.granted" });
    expect(line).toMatchObject({
      actor: `user:${await userIdOf(operator)}`,
      detail: { credits: 500 },
      // Of the operator, who is no member: it is nobody's business there.
      address: null,
    });
    expect(await db().find(Event, { type: "workspace.credits_granted" })).toMatchObject([
      { data: { credits: 500, left: 1_500 } },
    ]);
  });

  it("is given once by its reference, however often and at once it is said", async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => grant(operator, gift())));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array(10).fill(200));
    expect(answers.filter((one) => one.json().repeated === false)).toHaveLength(1);
    expect((await credits(owner)).credits).toBe(1_500);
    expect(await db().count(AuditEvent, { action: "credits.granted" })).toBe(1);
    expect((await grant(operator, gift({ credits: 501 }))).json()).toMatchObject({
      ...{ status: 409, code: "reference_taken", credits: 500 },
    });
    // Another workspace's references are its own.
    const stranger = await person(api);
    const other = await grant(operator, gift({ workspaceId: stranger.workspaceId }));
    expect(other.json()).toMatchObject({ repeated: false, balance: 1_500 });
  });

  it("may take some back, and never more than is left", async () => {
    expect((await grant(operator, gift({ credits: -400 }))).json()).toMatchObject({ balance: 600 });
    const all = await Promise.all(
      Array.from({ length: 5 }, (_, index) =>
        grant(operator, gift({ credits: -250, reference: `back-${index}` })),
      ),
    );
    expect(all.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, 200, 402, 402, 402]);
    expect((await credits(owner)).credits).toBe(100);
  });

  it("is an operator's alone, with a fresh password", async () => {
    expect((await grant(owner, gift())).json()).toMatchObject({ code: "operator_needed" });
    ahead = 11 * 60_000;
    expect((await grant(operator, gift())).json()).toMatchObject({ code: "step_up_needed" });
    expect((await credits(owner)).credits).toBe(1_000);
  });

  it.each([
    [{ credits: 0 }, 422],
    [{ credits: 1.5 }, 422],
    [{ credits: 1_000_000_001 }, 422],
    [{ reason: " " }, 422],
    [{ reference: "" }, 422],
    [{ workspaceId: "0198c0de-0000-7000-8000-000000000000" }, 404],
  ])("of %j is refused", async (more, status) => {
    expect((await grant(operator, gift(more))).statusCode).toBe(status);
  });

  it("makes no balance larger than it can be", async () => {
    await grant(operator, gift({ credits: 1_000_000_000, reference: "a" }));
    const answer = await grant(operator, gift({ credits: 1_000_000_000, reference: "b" }));
    expect(answer.json()).toMatchObject({ status: 409, code: "balance_too_large" });
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AuditEvent, Invitation, Member, Session } from "#db/entities/index.ts";
import { inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import { keyScopes } from "#domain/permissions.ts";
import type { MemberRole } from "#domain/states.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { guest, person, program, type Caller } from "./callers.ts";
import { onDatabase } from "./rows.ts";

let api: TestApi;
let owner: Caller & { email: string };
/** How far the API's clock is ahead. Milliseconds. */
let ahead = 0;

beforeAll(async () => {
  api = await startApi({ now: () => new Date(Date.now() + ahead) });
});

afterAll(async () => {
  await api?.close();
});

beforeEach(async () => {
  ahead = 0;
  owner = await person(api);
});

interface Listed {
  id: string;
  user: { id: string; name: string; email: string };
  role: MemberRole;
}

async function members(by: Caller): Promise<Listed[]> {
  return (await by.call("GET", "/v1/members")).json<{ data: Listed[] }>().data;
}

async function memberOf(who: { email: string }, seenBy: Caller): Promise<Listed> {
  const member = (await members(seenBy)).find((one) => one.user.email === who.email);
  if (!member) throw new Error("no such member");
  return member;
}

async function setRole(by: Caller, who: { email: string }, role: MemberRole, seenBy = by) {
  const { id } = await memberOf(who, seenBy);
  return by.call("PATCH", `/v1/members/${id}`, { body: { role } });
}

async function remove(by: Caller, who: { email: string }) {
  const { id } = await memberOf(who, by);
  return by.call("DELETE", `/v1/members/${id}`);
}

const audited = (action: string) =>
  inWorkspace(api.context.orm, owner.workspaceId).find(AuditEvent, { action });

const me = (who: Caller) => who.call("GET", "/v1/me");

describe("members", () => {
  it("are shown to each other with role and time of joining, newest first", async () => {
    const viewer = await guest(api, owner, "viewer");
    const listed = await viewer.call("GET", "/v1/members?limit=1");
    expect(listed.json()).toEqual({
      data: [
        {
          id: expect.any(String),
          user: { id: expect.any(String), name: "Ada", email: viewer.email },
          role: "viewer",
          dailyCreditLimit: null,
          joinedAt: expect.any(String),
        },
      ],
      nextCursor: expect.any(String),
    });
    const next = await viewer.call("GET", `/v1/members?cursor=${listed.json().nextCursor}`);
    expect(next.json()).toMatchObject({
      data: [{ user: { email: owner.email }, role: "owner" }],
      nextCursor: null,
    });
  });
});

describe("a role", () => {
  it("is changed at once, and the change is in the audit log", async () => {
    const editor = await guest(api, owner, "editor");
    const answer = await setRole(owner, editor, "viewer");
    expect(answer.json()).toMatchObject({ role: "viewer", user: { email: editor.email } });
    expect((await me(editor)).json()).toMatchObject({ role: "viewer" });
    expect((await editor.call("POST", "/v1/posts", { body: {} })).statusCode).toBe(403);
    const [line] = await audited("member.role-changed");
    expect(line).toMatchObject({
      subject: `user:${answer.json().user.id}`,
      address: "127.0.0.1",
      detail: { from: "editor", to: "viewer" },
    });
    expect((await setRole(owner, editor, "viewer")).statusCode).toBe(200);
    expect(await audited("member.role-changed")).toHaveLength(1);
  });

  it("of owner is given and taken by owners alone", async () => {
    const admin = await guest(api, owner, "admin");
    const editor = await guest(api, owner, "editor");
    for (const answer of [
      await setRole(admin, owner, "viewer"),
      await setRole(admin, admin, "owner"),
      await setRole(admin, editor, "owner"),
      await remove(admin, owner),
    ]) {
      expect(answer.json(), answer.body).toMatchObject({ status: 403, code: "owner_needed" });
    }
    expect((await setRole(admin, editor, "admin")).statusCode).toBe(200);
    expect((await setRole(owner, editor, "owner")).statusCode).toBe(200);
    expect((await setRole(editor, owner, "admin")).statusCode).toBe(200);
  });

  it("is given by nobody below admin", async () => {
    for (const role of ["editor", "approver", "viewer"] as const) {
      const someone = await guest(api, owner, role);
      const answer = await setRole(someone, someone, "admin");
      expect(answer.json()).toMatchObject({ status: 403, scope: "members:write" });
      expect((await remove(someone, owner)).json()).toMatchObject({ status: 403 });
    }
  });

  it("of the last owner stays, and the last owner too", async () => {
    expect((await setRole(owner, owner, "admin")).json()).toMatchObject({
      status: 409,
      code: "last_owner",
    });
    expect((await remove(owner, owner)).json()).toMatchObject({ status: 409, code: "last_owner" });
    expect(await members(owner)).toHaveLength(1);
  });

  it.each(["demote", "remove"] as const)(
    "of owner stays with one of two who %s each other at once",
    async (how) => {
      const other = await guest(api, owner, "owner");
      const [one, two] = [await memberOf(owner, owner), await memberOf(other, owner)];
      const on = (by: Caller, id: string) =>
        how === "demote"
          ? by.call("PATCH", `/v1/members/${id}`, { body: { role: "admin" } })
          : by.call("DELETE", `/v1/members/${id}`);
      // Both have been let in, and wait for the list of members.
      const answers = await onDatabase(api, async (query) => {
        await query("begin");
        await query("select pg_advisory_xact_lock(hashtextextended($1, 17))", [owner.workspaceId]);
        const asked = [on(owner, two.id), on(other, one.id)].map((answer) =>
          answer.then((given) => given.statusCode),
        );
        await expect
          .poll(async () => {
            const { rows } = await query(
              "select 1 from pg_locks where locktype = 'advisory' and not granted",
            );
            return rows.length;
          })
          .toBe(2);
        await query("commit");
        return Promise.all(asked);
      });
      expect(answers.filter((status) => status < 300)).toHaveLength(1);
      const left = await inWorkspace(api.context.orm, owner.workspaceId).count(Member, {
        role: "owner",
      });
      expect(left).toBe(1);
    },
  );

  it("owner or admin is given and taken with a fresh password only", async () => {
    const editor = await guest(api, owner, "editor");
    ahead = 11 * 60_000;
    const stale = { status: 403, code: "step_up_needed" };
    expect((await setRole(owner, editor, "admin")).json()).toMatchObject(stale);
    expect((await remove(owner, editor)).json()).toMatchObject(stale);
    expect((await setRole(owner, editor, "viewer")).statusCode).toBe(200);
    expect((await remove(editor, editor)).statusCode).toBe(204);
  });
});

describe("who is removed", () => {
  it("loses sessions, keys, the keys of those, and open invitations in this workspace, and no other", async () => {
    const elsewhere = await guest(api, await person(api), "viewer");
    const admin = await guest(api, owner, "admin", elsewhere);
    const key = await program(api, admin, [...keyScopes]);
    const child = await program(api, key, ["posts:read"]);
    const other = await program(api, owner, ["posts:read"]);
    const invited = await admin.call("POST", "/v1/invitations", {
      body: { email: "later@example.com", role: "viewer" },
    });
    expect((await remove(owner, admin)).statusCode).toBe(204);
    for (const caller of [admin, key, child]) expect((await me(caller)).statusCode).toBe(401);
    // Should they come back one day, it is not by a session of before.
    const { workspaceId } = owner;
    const open = await outsideWorkspaces(api.context.orm).find(Session, {
      workspaceId,
      revokedAt: null,
    });
    expect(open).toHaveLength(1);
    expect((await me(other)).statusCode).toBe(200);
    expect((await me(elsewhere)).statusCode).toBe(200);
    const rows = inWorkspace(api.context.orm, owner.workspaceId);
    expect(await rows.findOneOrFail(Invitation, { id: invited.json().id })).toMatchObject({
      revokedAt: expect.any(Date),
    });
    expect(await audited("api-key.revoked")).toHaveLength(2);
    expect(await audited("member.removed")).toMatchObject([{ detail: { role: "admin" } }]);
  });

  it("may leave whatever the role, and says so in the audit log", async () => {
    const viewer = await guest(api, owner, "viewer");
    expect((await remove(viewer, viewer)).statusCode).toBe(204);
    expect((await me(viewer)).statusCode).toBe(401);
    expect(await audited("member.left")).toHaveLength(1);
    expect(await members(owner)).toHaveLength(1);
  });

  it("takes no invitation of their own back in, nor does one that they may no longer give", async () => {
    const admin = await guest(api, owner, "admin");
    const invite = async (role: string) =>
      (
        await admin.call("POST", "/v1/invitations", {
          body: { email: `${role}-to-be@example.com`, role },
        })
      ).json();
    await invite("viewer");
    expect((await setRole(owner, admin, "editor")).statusCode).toBe(200);
    expect((await owner.call("GET", "/v1/invitations")).json().data).toEqual([]);
  });
});

describe("a key", () => {
  it("manages no owner, and no role that may more than the key", async () => {
    const editor = await guest(api, owner, "editor");
    const narrow = await program(api, owner, ["members:read", "members:write"]);
    const wide = await program(api, owner, [...keyScopes]);
    const lacks = { status: 403, code: "missing_scope" };
    expect((await setRole(narrow, editor, "admin")).json()).toMatchObject(lacks);
    expect((await setRole(narrow, editor, "viewer")).json()).toMatchObject(lacks);
    expect((await remove(narrow, editor)).json()).toMatchObject(lacks);
    expect((await setRole(wide, owner, "viewer")).json()).toMatchObject(lacks);
    expect((await setRole(wide, editor, "owner")).json()).toMatchObject(lacks);
    // Keys know no password, and need none.
    ahead = 60 * 60_000;
    expect((await setRole(wide, editor, "admin")).statusCode).toBe(200);
    expect((await remove(wide, editor)).statusCode).toBe(204);
    expect((await remove(wide, owner)).json()).toMatchObject(lacks);
  });
});

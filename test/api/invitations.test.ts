import { createHash, randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AuditEvent, Invitation, Member, User } from "#db/entities/index.ts";
import { inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import { keyScopes } from "#domain/permissions.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { anyAddress, elsewhere, guest, password, person, program, type Caller } from "./callers.ts";
import { onDatabase } from "./rows.ts";

const day = 24 * 60 * 60 * 1000;

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
  api.context.registration = "open";
  owner = await person(api);
});

const anybody = () => `${randomUUID()}@example.com`;

const invite = (body: object, by: Caller = owner) => by.call("POST", "/v1/invitations", { body });

/** Invites, and gives the token of the link with the invitation's id. */
async function invitation(body: object = {}): Promise<{ id: string; token: string }> {
  const answer = await invite({ email: anybody(), role: "editor", ...body });
  expect(answer.statusCode, answer.body).toBe(201);
  const { id, link } = answer.json<{ id: string; link: string }>();
  return { id, token: link.split("/").at(-1) ?? "" };
}

const preview = (token: string, remoteAddress = anyAddress()) =>
  api.app.inject({
    method: "POST",
    url: "/v1/invitations/preview",
    remoteAddress,
    payload: { token },
  });

const acceptance = (by: Caller, token: string) =>
  by.call("POST", "/v1/invitations/accept", { body: { token } });

const register = (body: object) =>
  api.app.inject({
    method: "POST",
    url: "/v1/auth/register",
    remoteAddress: anyAddress(),
    payload: { name: "Bo", password, ...body },
  });

const notValid = { status: 404, code: "invitation_not_valid" };

describe("an invitation", () => {
  it("has a link, shown once; only its hash is stored", async () => {
    const email = anybody();
    const answer = await invite({ email: email.toUpperCase(), role: "approver" });
    expect(answer.statusCode).toBe(201);
    const { link, ...shown } = answer.json();
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:8080\/invitations\/[\w-]{64}$/);
    expect(shown).toMatchObject({ email, role: "approver", status: "pending" });
    expect(shown.invitedBy).toMatchObject({ name: "Ada" });
    expect(Date.parse(shown.expiresAt) - Date.parse(shown.createdAt)).toBe(7 * day);
    const list = await owner.call("GET", "/v1/invitations");
    expect(list.json()).toEqual({ data: [shown], nextCursor: null });
    const token = link.split("/").at(-1);
    const stored = await inWorkspace(api.context.orm, owner.workspaceId).findOneOrFail(Invitation, {
      tokenHash: createHash("sha256").update(token).digest("hex"),
    });
    expect(JSON.stringify(stored)).not.toContain(token);
    const [line] = await inWorkspace(api.context.orm, owner.workspaceId).find(AuditEvent, {
      action: "invitation.created",
    });
    expect(JSON.stringify(line)).not.toContain(email);
    expect(line).toMatchObject({ subject: `invitation:${shown.id}`, address: "127.0.0.1" });
  });

  it("that is asked for again with its Idempotency-Key is the same one, without its link", async () => {
    const email = anybody();
    const ask = () =>
      owner.call("POST", "/v1/invitations", {
        body: { email, role: "viewer" },
        headers: { "idempotency-key": "once" },
      });
    const { link, ...first } = (await ask()).json();
    expect(link).toBeDefined();
    const again = await ask();
    expect(again.statusCode).toBe(201);
    expect(again.headers["idempotent-replayed"]).toBe("true");
    expect(again.json()).toEqual(first);
  });

  it("is seen by whoever has the link, before they sign in", async () => {
    const email = anybody();
    const { token } = await invitation({ email, role: "viewer" });
    expect((await preview(token)).json()).toEqual({
      workspace: { name: "Ada's workspace" },
      email,
      role: "viewer",
      expiresAt: expect.any(String),
    });
  });

  it("of the same address takes the place of an open one", async () => {
    const email = anybody();
    const first = await invitation({ email });
    const second = await invitation({ email, role: "viewer" });
    expect((await preview(first.token)).json()).toMatchObject(notValid);
    expect((await preview(second.token)).statusCode).toBe(200);
    expect((await owner.call("GET", "/v1/invitations")).json().data).toHaveLength(1);
  });

  it("of somebody who is a member already is refused", async () => {
    const viewer = await guest(api, owner, "viewer");
    const answer = await invite({ email: viewer.email.toUpperCase(), role: "admin" });
    expect(answer.json()).toMatchObject({ status: 409, code: "already_member" });
  });

  it("is made by admins, as owner by owners alone, and ruling ones with a fresh password", async () => {
    const admin = await guest(api, owner, "admin");
    const editor = await guest(api, owner, "editor");
    const ask = (by: Caller, role: string) => invite({ email: anybody(), role }, by);
    expect((await ask(admin, "admin")).statusCode).toBe(201);
    expect((await ask(admin, "owner")).json()).toMatchObject({ status: 403, code: "owner_needed" });
    expect((await ask(editor, "viewer")).json()).toMatchObject({ status: 403 });
    ahead = 11 * 60_000;
    expect((await ask(owner, "viewer")).statusCode).toBe(201);
    for (const role of ["admin", "owner"])
      expect((await ask(owner, role)).json()).toMatchObject({ code: "step_up_needed" });
  });

  it("by a key gives no role that may more than the key", async () => {
    const wide = await program(api, owner, [...keyScopes]);
    const narrow = await program(api, owner, ["members:write", "posts:read"]);
    expect((await invite({ email: anybody(), role: "admin" }, wide)).statusCode).toBe(201);
    for (const [by, role] of [
      [wide, "owner"],
      [narrow, "viewer"],
    ] as const) {
      const answer = await invite({ email: anybody(), role }, by);
      expect(answer.json()).toMatchObject({ status: 403, code: "missing_scope" });
    }
  });

  it.each([
    [{ email: "no address", role: "viewer" }, "/email"],
    [{ email: "a@example.com", role: "king" }, "/role"],
    [{ email: "a@example.com" }, "/role"],
  ])("is refused with %j", async (body, pointer) => {
    expect((await invite(body)).json()).toMatchObject({ status: 422, errors: [{ pointer }] });
  });
});

describe("accepting", () => {
  it("makes the account of that address a member, once, and brings the session there", async () => {
    const someone = await person(api);
    const { token } = await invitation({ email: someone.email, role: "approver" });
    const answer = await acceptance(someone, token);
    expect(answer.json(), answer.body).toMatchObject({
      user: { email: someone.email },
      workspace: { id: owner.workspaceId, name: "Ada's workspace" },
      role: "approver",
    });
    const me = (await someone.call("GET", "/v1/me")).json();
    expect(me).toMatchObject({ workspace: { id: owner.workspaceId }, role: "approver" });
    expect((await acceptance(someone, token)).json()).toEqual(answer.json());
    expect((await preview(token)).json()).toMatchObject(notValid);
    const rows = inWorkspace(api.context.orm, owner.workspaceId);
    expect(await rows.count(Member, {})).toBe(2);
    expect(await rows.count(AuditEvent, { action: "member.joined" })).toBe(1);
  });

  it("happens once, however many come at once", async () => {
    const someone = await person(api);
    const { token } = await invitation({ email: someone.email });
    const browsers = await Promise.all([1, 2, 3, 4].map(() => elsewhere(api, someone)));
    const answers = await Promise.all(browsers.map((browser) => acceptance(browser, token)));
    expect(answers.map((answer) => answer.statusCode)).toEqual([200, 200, 200, 200]);
    const rows = inWorkspace(api.context.orm, owner.workspaceId);
    expect(await rows.count(Member, {})).toBe(2);
    expect(await rows.count(AuditEvent, { action: "member.joined" })).toBe(1);
  });

  it("is for the account of that address alone", async () => {
    const email = anybody();
    const { token } = await invitation({ email });
    const other = await person(api);
    const answer = await acceptance(other, token);
    expect(answer.json()).toMatchObject({ status: 403, code: "other_account" });
    expect(answer.json().detail).toContain(email);
    expect((await other.call("GET", "/v1/me")).json().workspace.id).toBe(other.workspaceId);
    const signingUp = await register({ email: anybody(), invitation: token });
    expect(signingUp.json()).toMatchObject({ status: 403, code: "other_account" });
  });

  it("is the same refusal for what is unknown, used, revoked or expired, whoever asks", async () => {
    const someone = await person(api);
    const { email } = someone;
    const revoked = await invitation({ email });
    const gone = await owner.call("DELETE", `/v1/invitations/${revoked.id}`);
    expect(gone.statusCode).toBe(204);
    const used = await invitation({ email });
    await acceptance(someone, used.token);
    const other = await person(api);
    const late = await invitation({ email: other.email });
    ahead = 7 * day;
    // The session of before has idled too long by now.
    const fresh = await elsewhere(api, other);
    const unknown = Buffer.concat([
      Buffer.from(owner.workspaceId.replaceAll("-", ""), "hex"),
      Buffer.alloc(32, 1),
    ]).toString("base64url");
    const nowhere = Buffer.alloc(48, 1).toString("base64url");
    const details = new Set<string>();
    for (const token of [revoked.token, used.token, late.token, unknown, nowhere, "x"]) {
      for (const answer of [
        await preview(token),
        await acceptance(fresh, token),
        await register({ email: anybody(), invitation: token }),
        await api.app.inject({
          method: "POST",
          url: "/v1/auth/login",
          remoteAddress: anyAddress(),
          payload: { email: other.email, password, invitation: token },
        }),
      ]) {
        expect(answer.json(), token).toMatchObject(notValid);
        expect(answer.cookies).toEqual([]);
        details.add(answer.json().detail);
      }
    }
    expect(details.size).toBe(1);
  });

  it("is over for whoever was removed since", async () => {
    const someone = await person(api);
    const { token } = await invitation({ email: someone.email });
    await acceptance(someone, token);
    await inWorkspace(api.context.orm, owner.workspaceId).nativeDelete(Member, { role: "editor" });
    const again = await elsewhere(api, someone);
    expect((await acceptance(again, token)).json()).toMatchObject(notValid);
  });

  it("is previewed at most 60 times in five minutes by one address", async () => {
    const address = anyAddress();
    const { token } = await invitation();
    const answers = await Promise.all(Array.from({ length: 62 }, () => preview(token, address)));
    const refused = answers.filter((answer) => answer.statusCode === 429);
    expect(refused).toHaveLength(2);
    expect(refused[0]?.json()).toMatchObject({ code: "too_many_tries" });
  });
});

describe("registering by an invitation", () => {
  it.each(["first", "closed", "open"] as const)(
    "makes a member without a workspace of their own, where registration is %s",
    async (registration) => {
      api.context.registration = registration;
      const email = anybody();
      const { token } = await invitation({ email, role: "viewer" });
      const answer = await register({ email, invitation: token });
      expect(answer.json(), answer.body).toMatchObject({ workspace: { id: owner.workspaceId } });
      const user = await outsideWorkspaces(api.context.orm).findOneOrFail(User, { email });
      expect(user.operator).toBe(false);
      const { rows } = await onDatabase(api, (query) =>
        query("select role, workspace_id from member where user_id = $1", [user.id]),
      );
      expect(rows).toEqual([{ role: "viewer", workspace_id: owner.workspaceId }]);
      expect((await register({ email: anybody(), invitation: token })).statusCode).toBe(404);
    },
  );

  it("with an address that has an account says to sign in, and signing in accepts", async () => {
    const someone = await person(api);
    const { token } = await invitation({ email: someone.email });
    const taken = await register({ email: someone.email, invitation: token });
    expect(taken.json()).toMatchObject({ status: 409, code: "email_taken" });
    expect(taken.json().detail).toMatch(/Sign in to accept/);
    // Also for somebody who is a member of nothing any more.
    await inWorkspace(api.context.orm, someone.workspaceId).nativeDelete(Member, {});
    const payload = { email: someone.email, password, invitation: token };
    const answer = await api.app.inject({ method: "POST", url: "/v1/auth/login", payload });
    expect(answer.json()).toMatchObject({ workspace: { id: owner.workspaceId } });
  });
});

describe("revoking", () => {
  it("ends the link at once, and can be repeated", async () => {
    const { id, token } = await invitation();
    const revoke = () => owner.call("DELETE", `/v1/invitations/${id}`);
    expect((await revoke()).statusCode).toBe(204);
    expect((await preview(token)).json()).toMatchObject(notValid);
    expect((await revoke()).statusCode).toBe(204);
    const rows = inWorkspace(api.context.orm, owner.workspaceId);
    expect(await rows.count(AuditEvent, { action: "invitation.revoked" })).toBe(1);
  });

  it("is too late once it was accepted", async () => {
    const someone = await person(api);
    const { id, token } = await invitation({ email: someone.email });
    await acceptance(someone, token);
    const answer = await owner.call("DELETE", `/v1/invitations/${id}`);
    expect(answer.json()).toMatchObject({ status: 409, code: "invitation_accepted" });
  });

  it("leaves what is expired in the list, as expired", async () => {
    await invitation();
    ahead = 7 * day - 60_000;
    const { email } = owner;
    const list = async () =>
      (await (await elsewhere(api, { email })).call("GET", "/v1/invitations")).json().data;
    expect(await list()).toMatchObject([{ status: "pending" }]);
    ahead = 7 * day;
    expect(await list()).toMatchObject([{ status: "expired" }]);
  });
});

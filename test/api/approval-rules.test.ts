import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openGate } from "#activities/lib/delivery-ledger.ts";
import { sealIntoConnection } from "#db/connection-changes.ts";
import {
  Approval,
  AuditEvent,
  Channel,
  Connection,
  Delivery,
  Post,
  Target,
} from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import { keyScopes } from "#domain/permissions.ts";
import { activityDeps } from "../harness/activity-deps.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { guest, person, program, type Caller } from "./callers.ts";
import { addChannel, addDeliveries, onDatabase, sealPost, setPost } from "./rows.ts";

let api: TestApi;
let owner: Caller & { email: string };
let channelId: string;
let connectionId: string;

beforeAll(async () => {
  api = await startApi();
});

afterAll(async () => {
  await api?.close();
});

beforeEach(async () => {
  owner = await person(api);
  ({ channelId, connectionId } = await addChannel(api, owner.workspaceId));
});

const db = () => inWorkspace(api.context.orm, owner.workspaceId);
const read = (id: string) => db().findOneOrFail(Post, { id });

const body = (more: object = {}) => ({
  content: { text: "Ahoy" },
  targets: [{ channelId }],
  schedule: { mode: "at", at: "2099-01-01T00:00:00Z" },
  ...more,
});

const send = (more: object = {}, by: Caller = owner) =>
  by.call("POST", "/v1/posts", { body: body(more) });

async function accept(more: object = {}, by: Caller = owner): Promise<Post> {
  const answer = await send(more, by);
  expect(answer.statusCode, answer.body).toBe(202);
  return read(answer.json<{ id: string }>().id);
}

async function awaiting(by: Caller = owner): Promise<Post> {
  const { id } = await accept({ approval: "required" }, by);
  await sealPost(api, await read(id));
  return read(id);
}

const approve = (by: Caller, post: Post) =>
  by.call("POST", `/v1/posts/${post.id}/approve`, { body: { contentHash: post.contentHash } });

const rule = (requiresApproval: boolean, by: Caller = owner, id = channelId) =>
  by.call("PATCH", `/v1/channels/${id}`, { body: { requiresApproval } });

describe("a channel that requires approval", () => {
  it("is made so by owners and admins, and shown so to everybody", async () => {
    const admin = await guest(api, owner, "admin");
    const editor = await guest(api, owner, "editor");
    const key = await program(
      api,
      owner,
      keyScopes.filter((scope) => scope !== "workspace:write"),
    );
    for (const by of [editor, key]) {
      const answer = await rule(true, by);
      expect(answer.json()).toMatchObject({ status: 403, scope: "workspace:write" });
    }
    const answer = await rule(true, admin);
    expect(answer.json(), answer.body).toMatchObject({ id: channelId, requiresApproval: true });
    const list = await editor.call("GET", `/v1/connections/${connectionId}/channels`);
    expect(list.json().data).toMatchObject([{ id: channelId, requiresApproval: true }]);
    await rule(true, admin);
    const lines = await db().find(AuditEvent, { action: "channel.approval-changed" });
    expect(lines).toMatchObject([
      { subject: `channel:${channelId}`, address: "127.0.0.1", detail: { requiresApproval: true } },
    ]);
  });

  it("takes no post without approval, whoever asks", async () => {
    const other = await addChannel(api, owner.workspaceId);
    await rule(true);
    const key = await program(api, owner, [...keyScopes]);
    for (const by of [owner, key]) {
      const targets = [{ channelId: other.channelId }, { channelId }];
      const answer = await send({ approval: "none", targets }, by);
      expect(answer.json()).toMatchObject({
        status: 422,
        code: "approval_required",
        errors: [{ pointer: "/approval", detail: expect.stringContaining("A sandbox profile") }],
      });
    }
    expect(await db().count(Post, {})).toBe(0);
    expect((await send({ approval: "required" })).statusCode).toBe(202);
    expect((await send({})).statusCode).toBe(202);
    await rule(false);
    expect((await send({ approval: "none" })).statusCode).toBe(202);
  });

  it("can't be slipped under a post that goes without: that asks from then on", async () => {
    const other = await addChannel(api, owner.workspaceId);
    await rule(true);
    const post = await accept({ approval: "none", targets: [{ channelId: other.channelId }] });
    const edited = await owner.call("PATCH", `/v1/posts/${post.id}`, {
      body: { targets: [{ channelId }] },
    });
    expect(edited.json(), edited.body).toMatchObject({
      status: "preparing",
      approval: "required",
      contentHash: null,
    });
  });

  it("holds back what was to go out there without, and nothing that was approved", async () => {
    const other = await addChannel(api, owner.workspaceId);
    const free = await accept({ approval: "none" });
    await sealPost(api, free);
    const blocked = await accept({ approval: "none" });
    await sealPost(api, blocked);
    await setPost(api, blocked, "blocked");
    const elsewhere = await accept({
      approval: "none",
      targets: [{ channelId: other.channelId }],
    });
    const good = await awaiting();
    expect((await approve(owner, good)).statusCode).toBe(200);
    const out = await accept({ approval: "none" });
    await setPost(api, out, "published");
    const told = api.told.length;
    expect((await rule(true)).json()).toMatchObject({ engine: "ready" });
    for (const post of [free, blocked]) {
      const held = await read(post.id);
      expect(held).toMatchObject({ status: "preparing", approval: "required", contentHash: null });
      expect(held.version).toBe(post.version + 1);
    }
    expect(api.told.slice(told)).toEqual(
      [free, blocked].map((post) => ({ what: "nudge", workflowId: `post/${post.id}` })),
    );
    expect(await read(good.id)).toMatchObject({ status: "scheduled" });
    expect(await db().find(Approval, { postId: good.id })).toMatchObject([{ status: "approved" }]);
    expect(await read(elsewhere.id)).toMatchObject({ status: "scheduled", approval: "none" });
    expect(await read(out.id)).toMatchObject({ status: "published", approval: "none" });
    // It goes on like any post that asks.
    await sealPost(api, await read(free.id));
    const ready = await read(free.id);
    expect(ready).toMatchObject({ status: "awaiting_approval" });
    expect((await approve(owner, ready)).json()).toMatchObject({ status: "scheduled" });
  });

  it("leaves alone what is out, or may be, on another channel", async () => {
    for (const status of ["sending", "published", "unknown"] as const) {
      const post = await accept({ approval: "none" });
      await addDeliveries(api, post, status);
      await rule(true);
      expect(await read(post.id), status).toMatchObject({ status: "scheduled", approval: "none" });
      await rule(false);
    }
  });

  it("is not rid of its rule by connecting the account anew, except by who rules", async () => {
    const editor = await guest(api, owner, "editor");
    await rule(true);
    const disconnect = (by: Caller) => by.call("DELETE", `/v1/connections/${connectionId}`);
    const answer = await disconnect(editor);
    expect(answer.json()).toMatchObject({ status: 403, scope: "workspace:write" });
    expect((await disconnect(owner)).statusCode).toBe(204);
    expect((await rule(false)).json()).toMatchObject({ status: 404, code: "not_found" });
  });
});

describe("the gate before a post becomes public", () => {
  /** A post without approval that is due, with its first target claimed; `out`: it is on another channel already. */
  async function due({ out = false } = {}) {
    const targets = [{ channelId }];
    if (out) targets.push({ channelId: (await addChannel(api, owner.workspaceId)).channelId });
    const post = await accept({ approval: "none", schedule: { mode: "now" }, targets });
    await sealPost(api, post);
    const [target] = await db().find(Target, { postId: post.id }, { orderBy: { position: "asc" } });
    if (!target) throw new Error("no target");
    await seal();
    await addDeliveries(api, await read(post.id), "published");
    await db().nativeUpdate(Delivery, { targetId: target.id }, { status: "claimed" });
    const delivery = await db().findOneOrFail(Delivery, { targetId: target.id });
    const ids = { workspaceId: owner.workspaceId, postId: post.id, targetId: target.id };
    const deps = await activityDeps(api);
    const gate = () =>
      openGate(
        deps,
        { ...ids, deliveryId: delivery.id },
        {
          version: 1,
          now: Date.now(),
          signal: AbortSignal.timeout(10_000),
        },
      );
    return { post, target, gate };
  }

  /** The account's access is there, as after connecting it. */
  const seal = () =>
    db().transactional(async (em) => {
      const now = new Date();
      sealIntoConnection({
        keyRing: api.context.keyRing,
        connection: await em.findOneOrFail(Connection, { id: connectionId }),
        secrets: { accessToken: "secret" },
        expiresAt: new Date(now.getTime() + 3_600_000),
        refreshExpiresAt: undefined,
        now,
      });
    });

  // As when the rule came while the post was being written: no one has held it back yet.
  const ruleUnseen = () =>
    db().nativeUpdate(Channel, { id: channelId }, { requiresApproval: true });

  it("lets it pass while the channel asks for nothing", async () => {
    const { post, gate } = await due();
    expect(await gate()).toMatchObject({ kind: "open" });
    expect(await read(post.id)).toMatchObject({ status: "publishing" });
  });

  it("asks for approval of what would go out without", async () => {
    const { post, target, gate } = await due();
    await ruleUnseen();
    expect(await gate()).toEqual({ kind: "closed" });
    const held = await read(post.id);
    expect(held).toMatchObject({ status: "preparing", approval: "required", contentHash: null });
    expect(await db().findOneOrFail(Target, { id: target.id })).toMatchObject({
      status: "pending",
    });
    await sealPost(api, held);
    expect(await read(post.id)).toMatchObject({ status: "awaiting_approval" });
  });

  it("refuses the one target where it is too late to ask", async () => {
    const { post, target, gate } = await due({ out: true });
    await ruleUnseen();
    expect(await gate()).toEqual({ kind: "closed" });
    expect(await read(post.id)).toMatchObject({ status: "scheduled", approval: "none" });
    expect(await db().findOneOrFail(Target, { id: target.id })).toMatchObject({
      status: "failed",
      error: { code: "approval_required" },
    });
  });

  it("comes back later while somebody is changing the rule", async () => {
    const { gate } = await due();
    await onDatabase(api, async (query) => {
      await query("begin");
      await query("update channel set requires_approval = true where id = $1", [channelId]);
      expect(await gate()).toEqual({ kind: "busy" });
      await query("commit");
    });
    expect(await gate()).toEqual({ kind: "closed" });
  });
});

describe("a workspace that forbids approving one's own post", () => {
  const forbid = (forbidSelfApproval: boolean) =>
    owner.call("PATCH", "/v1/workspace", { body: { forbidSelfApproval } });

  beforeEach(async () => {
    await forbid(true);
  });

  const own = { status: 403, code: "own_post" };

  it("takes the approval of somebody else", async () => {
    const approver = await guest(api, owner, "approver");
    const post = await awaiting();
    expect((await approve(owner, post)).json()).toMatchObject(own);
    expect(await read(post.id)).toMatchObject({ status: "awaiting_approval" });
    expect((await approve(approver, post)).json()).toMatchObject({ status: "scheduled" });
  });

  it("knows a person by each of their keys", async () => {
    const key = await program(api, owner, [...keyScopes]);
    const child = await program(api, key, ["posts:write", "posts:publish"]);
    const byHand = await awaiting();
    const byKey = await awaiting(child);
    for (const by of [owner, key, child]) {
      expect((await approve(by, byHand)).json()).toMatchObject(own);
      expect((await approve(by, byKey)).json()).toMatchObject(own);
    }
    const editor = await guest(api, owner, "editor");
    expect((await approve(editor, byKey)).statusCode).toBe(200);
  });

  it("counts everybody whose words it holds: also who edited it", async () => {
    const editor = await guest(api, owner, "editor");
    const third = await guest(api, owner, "approver");
    const { id } = await awaiting();
    const edited = await editor.call("PATCH", `/v1/posts/${id}`, {
      body: { content: { text: "Better words" } },
    });
    expect(edited.statusCode).toBe(200);
    await sealPost(api, await read(id));
    const post = await read(id);
    expect((await approve(owner, post)).json()).toMatchObject(own);
    expect((await approve(editor, post)).json()).toMatchObject(own);
    expect((await approve(third, post)).statusCode).toBe(200);
  });

  it("counts nobody who only moved it", async () => {
    const editor = await guest(api, owner, "editor");
    const { id } = await awaiting();
    await editor.call("PATCH", `/v1/posts/${id}`, {
      body: { schedule: { mode: "at", at: "2098-01-01T00:00:00Z" } },
    });
    expect((await approve(editor, await read(id))).statusCode).toBe(200);
  });

  it("is one only until it is told otherwise", async () => {
    const post = await awaiting();
    await forbid(false);
    expect((await approve(owner, post)).statusCode).toBe(200);
  });
});

describe("autopilot", () => {
  const agent = (autonomy: string) => ({
    name: "a",
    brief: "b",
    channelIds: [channelId],
    schedule: { days: ["mon"], times: ["09:00"], timeZone: "Europe/Berlin" },
    autonomy,
  });

  it("has a line of its own in the audit log whenever it is enabled", async () => {
    const make = async (autonomy: string) =>
      (await owner.call("POST", "/v1/agents", { body: agent(autonomy) })).json<{ id: string }>().id;
    const suggesting = await make("suggest");
    const pilot = await make("autopilot");
    for (const id of [suggesting, pilot])
      for (const verb of ["pause", "resume"]) await owner.call("POST", `/v1/agents/${id}/${verb}`);
    const lines = await db().find(AuditEvent, { action: "agent.autopilot-enabled" });
    expect(lines).toMatchObject([
      { subject: `agent:${pilot}`, address: "127.0.0.1" },
      { subject: `agent:${pilot}` },
    ]);
  });
});

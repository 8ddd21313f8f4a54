import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  Approval,
  AuditEvent,
  Connection,
  Delivery,
  Event,
  Outbox,
  Post,
  Rendition,
  Run,
  Target,
} from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import { dispatchOutbox } from "#db/outbox/dispatch.ts";
import type { PostStatus } from "#domain/states.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { person, type Caller } from "./callers.ts";
import {
  addAgent,
  addAsset,
  addChannel,
  addDeliveries,
  addOfflineText,
  addRendition,
  addRun,
  sealPost,
  setPost,
} from "./rows.ts";

/** The day on which these tests take place; the clock in Berlin changes on 28 March and 31 October 2027. */
const today = "2027-01-15T12:00:00.000Z";

let api: TestApi;
let owner: Caller;
let channelId: string;
/** A channel of a real platform. */
let bluesky: string;
let now = new Date(today);

beforeAll(async () => {
  api = await startApi({ now: () => now });
  owner = await person(api);
  ({ channelId } = await addChannel(api, owner.workspaceId));
  bluesky = (await addChannel(api, owner.workspaceId, "bluesky")).channelId;
});

afterAll(async () => {
  await api?.close();
});

beforeEach(() => {
  now = new Date(today);
  api.setEngine("ready");
  api.told.length = 0;
});

const db = () => inWorkspace(api.context.orm, owner.workspaceId);
const later = { mode: "at", at: "2027-02-01T09:00:00Z" };
const body = (more: object = {}) => ({
  content: { text: "Ahoy from the harbour" },
  targets: [{ channelId }],
  schedule: later,
  ...more,
});
const send = (more: object = {}) => owner.call("POST", "/v1/posts", { body: body(more) });
const read = (id: string) => db().findOneOrFail(Post, { id });
const waitingFor = (id: string) =>
  outsideWorkspaces(api.context.orm).find(
    Outbox,
    { workflowId: `post/${id}` },
    { orderBy: { id: "asc" } },
  );

async function accept(more: object = {}): Promise<Post> {
  const answer = await send(more);
  expect(answer.statusCode, answer.body).toBe(202);
  return read(answer.json<{ id: string }>().id);
}

/** A post that was made ready and awaits approval. */
async function awaiting(more: object = {}): Promise<Post> {
  const post = await accept({ approval: "required", ...more });
  await sealPost(api, post);
  return read(post.id);
}

const act = (post: { id: string }, verb: string, with_?: object) =>
  owner.call("POST", `/v1/posts/${post.id}/${verb}`, with_ ? { body: with_ } : {});
const edit = (post: { id: string }, change: object) =>
  owner.call("PATCH", `/v1/posts/${post.id}`, { body: change });
const show = async (post: { id: string }) =>
  (await owner.call("GET", `/v1/posts/${post.id}`)).json();

async function approved(more: object = {}): Promise<Post> {
  const post = await awaiting(more);
  const answer = await act(post, "approve", { contentHash: post.contentHash });
  expect(answer.statusCode, answer.body).toBe(200);
  return read(post.id);
}

describe("a new post", () => {
  it("asks for approval and goes out as soon as it has it, unless told otherwise", async () => {
    const answer = await owner.call("POST", "/v1/posts", {
      body: { content: { text: "Ahoy" }, targets: [{ channelId }] },
    });
    const { id } = answer.json();
    expect(answer.statusCode).toBe(202);
    expect(answer.headers["location"]).toBe(`/v1/posts/${id}`);
    expect(answer.json()).toEqual({ id, status: "preparing", engine: "ready", warnings: [] });
    expect(api.told).toEqual([{ what: "start publishPost", workflowId: `post/${id}` }]);
    expect(await waitingFor(id)).toEqual([]);
    expect(await show({ id })).toMatchObject({
      id,
      status: "preparing",
      version: 1,
      content: { text: "Ahoy" },
      assets: [],
      targets: [{ channelId, platform: "sandbox", status: "pending", remoteId: null }],
      schedule: { mode: "now", at: today, localAt: null, timeZone: null },
      approval: "required",
      contentHash: null,
      decision: null,
      offlineOutput: false,
      error: null,
      temporalUrl: `http://127.0.0.1:8080/temporal/namespaces/default/workflows/post%2F${id}`,
    });
    expect(await db().find(Event, { subjectId: id })).toMatchObject([{ type: "post.preparing" }]);
  });

  it("without approval is scheduled at once", async () => {
    const answer = await send({ approval: "none" });
    expect(answer.json()).toMatchObject({ status: "scheduled" });
  });

  it("keeps what each target overrides", async () => {
    const assetId = await addAsset(api, owner.workspaceId);
    const overrides = { text: "Shorter", assets: [{ id: assetId, altText: "A crane" }] };
    const post = await accept({
      targets: [{ channelId }, { channelId: bluesky, overrides, settings: { langs: ["en"] } }],
    });
    expect((await show(post)).targets).toMatchObject([
      { channelId, overrides: {}, settings: {} },
      { channelId: bluesky, overrides, settings: { langs: ["en"] } },
    ]);
  });
});

describe("the schedule", () => {
  it.each<[object, { at: string; localAt?: string; timeZone?: string }]>([
    [{ mode: "now" }, { at: today }],
    [
      { mode: "now", timeZone: "Asia/Tokyo" },
      { at: today, timeZone: "Asia/Tokyo" },
    ],
    [{ mode: "at", at: "2027-03-01T09:00:00Z" }, { at: "2027-03-01T09:00:00.000Z" }],
    [{ mode: "at", at: "2027-03-01T09:00:00+05:45" }, { at: "2027-03-01T03:15:00.000Z" }],
    [
      { mode: "at", at: "2027-03-01T09:00:00Z", timeZone: "America/New_York" },
      { at: "2027-03-01T09:00:00.000Z", timeZone: "America/New_York" },
    ],
    [
      { mode: "at", at: "2027-03-01T09:00", timeZone: "America/New_York" },
      {
        at: "2027-03-01T14:00:00.000Z",
        localAt: "2027-03-01T09:00:00",
        timeZone: "America/New_York",
      },
    ],
    // Before and after the clock skips 02:00 to 03:00.
    [
      { mode: "at", at: "2027-03-28T01:59", timeZone: "Europe/Berlin" },
      { at: "2027-03-28T00:59:00.000Z", localAt: "2027-03-28T01:59:00", timeZone: "Europe/Berlin" },
    ],
    [
      { mode: "at", at: "2027-03-28T03:00", timeZone: "Europe/Berlin" },
      { at: "2027-03-28T01:00:00.000Z", localAt: "2027-03-28T03:00:00", timeZone: "Europe/Berlin" },
    ],
    // 02:30 comes twice: the first counts.
    [
      { mode: "at", at: "2027-10-31T02:30", timeZone: "Europe/Berlin" },
      { at: "2027-10-31T00:30:00.000Z", localAt: "2027-10-31T02:30:00", timeZone: "Europe/Berlin" },
    ],
  ])("%j is understood", async (schedule, expected) => {
    const post = await accept({ schedule });
    expect((await show(post)).schedule).toMatchObject({
      mode: (schedule as { mode: string }).mode,
      at: expected.at,
      localAt: expected.localAt ?? null,
      timeZone: expected.timeZone ?? null,
    });
  });

  it.each([
    [{ mode: "at", at: "2027-03-28T02:30", timeZone: "Europe/Berlin" }, "invalid_time", "/at"],
    [{ mode: "at", at: "2027-01-15T12:00:00Z" }, "in_the_past", "/at"],
    [{ mode: "at", at: "2020-01-01T00:00", timeZone: "UTC" }, "in_the_past", "/at"],
    [{ mode: "at", at: "2027-03-01T09:00" }, "time_zone_missing", "/timeZone"],
    [{ mode: "at", at: "next week", timeZone: "UTC" }, "invalid_time", "/at"],
    [{ mode: "at", at: "2027-02-30T09:00:00Z" }, "invalid_time", "/at"],
    [{ mode: "at", at: "+020000-01-01T00:00:00Z" }, "invalid_time", "/at"],
    [{ mode: "at", at: "2027-03-01T09:00", timeZone: "Mars/Base" }, "invalid_request", "/timeZone"],
    [{ mode: "now", timeZone: "Mars/Base" }, "invalid_request", "/timeZone"],
    [{ mode: "now", at: "2027-03-01T09:00:00Z" }, "invalid_request", "/at"],
    [{ mode: "at" }, "invalid_request", "/at"],
    [{ mode: "soon" }, "invalid_request", "/mode"],
  ])("%j is refused", async (schedule, code, pointer) => {
    const answer = await send({ schedule });
    expect(answer.json(), answer.body).toMatchObject({ status: 422, code });
    const pointers = answer.json().errors.map((one: { pointer: string }) => one.pointer);
    expect(pointers).toContain(`/schedule${pointer}`);
    const moved = await edit(await accept(), { schedule });
    expect(moved.json()).toMatchObject({ status: 422, code });
  });
});

describe("content that does not fit", () => {
  const long = "x".repeat(501);

  it.each<[string, () => Promise<object>, string]>([
    ["no text and no media", async () => ({ content: {} }), "/content/text"],
    ["a text that is too long", async () => ({ content: { text: long } }), "/content/text"],
    [
      "an override that is too long",
      async () => ({ targets: [{ channelId, overrides: { text: long } }] }),
      "/targets/0/overrides/text",
    ],
    [
      "a description that is too long",
      async () => ({
        assets: [{ id: await addAsset(api, owner.workspaceId), altText: "x".repeat(1_001) }],
      }),
      "/assets/0/altText",
    ],
    [
      "sound alone",
      async () => ({ assets: [{ id: await addAsset(api, owner.workspaceId, { kind: "audio" }) }] }),
      "/assets/0",
    ],
    [
      "two videos",
      async () => ({
        targets: [
          {
            channelId,
            overrides: {
              assets: await Promise.all(
                [1, 2].map(async () => ({
                  id: await addAsset(api, owner.workspaceId, { kind: "video" }),
                })),
              ),
            },
          },
        ],
      }),
      "/targets/0/overrides/assets",
    ],
    [
      "settings that the platform does not have",
      async () => ({ targets: [{ channelId: bluesky, settings: { langs: ["no language"] } }] }),
      "/targets/0/settings/langs/0",
    ],
  ])("%s is refused with a pointer", async (_what, more, pointer) => {
    const answer = await send(await more());
    expect(answer.json(), answer.body).toMatchObject({ status: 422, code: "content_refused" });
    const pointers = answer.json().errors.map((one: { pointer: string }) => one.pointer);
    expect(pointers).toContain(pointer);
  });

  it("names every problem at once", async () => {
    const targets = [{ channelId }, { channelId: bluesky, overrides: { text: "" } }];
    const answer = await send({ content: { text: long }, targets });
    expect(answer.json().errors).toMatchObject([
      { pointer: "/content/text" },
      { pointer: "/targets/1/overrides/text" },
    ]);
  });

  it.each([
    ["a channel twice", { targets: "twice" }, 422, "/targets/1/channelId"],
    ["no target", { targets: [] }, 422, "/targets"],
    ["an unknown channel", { targets: [{ channelId: newId() }] }, 404, "/targets/0/channelId"],
    ["an unknown asset", { assets: [{ id: newId() }] }, 404, "/assets/0/id"],
    ["a channel that is no id", { targets: [{ channelId: "x" }] }, 422, "/targets/0/channelId"],
    ["an unknown member", { content: { text: "a", mood: "b" } }, 422, "/content"],
    ["NUL", { content: { text: "a\u0000b" } }, 422, "/content/text"],
    ["half a character", { content: { text: "a\udc00" } }, 422, "/content/text"],
  ])("%s is refused", async (what, more, status, pointer) => {
    const twice = { targets: [{ channelId }, { channelId }] };
    const answer = await send(what === "a channel twice" ? twice : more);
    expect(answer.json(), answer.body).toMatchObject({ status, errors: [{ pointer }] });
  });

  it("an asset that is not ready, or a channel whose account was disconnected, is not there", async () => {
    const id = await addAsset(api, owner.workspaceId, { status: "processing" });
    expect((await send({ assets: [{ id }] })).statusCode).toBe(404);
    const gone = await addChannel(api, owner.workspaceId);
    await db().nativeUpdate(Connection, { id: gone.connectionId }, { disconnectedAt: now });
    expect((await send({ targets: [{ channelId: gone.channelId }] })).statusCode).toBe(404);
  });

  it("leaves nothing behind", async () => {
    const count = async () => [
      await db().count(Post, {}),
      await db().count(Target, {}),
      await db().count(Event, {}),
      await outsideWorkspaces(api.context.orm).count(Outbox, {}),
    ];
    const before = await count();
    await send({ content: { text: long } });
    await send({ targets: [{ channelId: newId() }] });
    expect(await count()).toEqual(before);
    expect(api.told).toEqual([]);
  });
});

describe("output of the offline models", () => {
  const text = `Seagulls over crane ${newId()}`;
  let image: string;

  beforeAll(async () => {
    await addOfflineText(api, owner.workspaceId, text);
    image = await addAsset(api, owner.workspaceId, { offlineOutput: true });
  });

  const real = () => ({ targets: [{ channelId }, { channelId: bluesky }] });

  it.each<[string, () => object, string]>([
    ["a text", () => ({ ...real(), content: { text: ` ${text}\n` } }), "/targets/1"],
    ["an image", () => ({ ...real(), assets: [{ id: image }] }), "/targets/1"],
    [
      "a text for one target",
      () => ({ targets: [{ channelId: bluesky, overrides: { text } }] }),
      "/targets/0",
    ],
  ])("as %s needs approval on a real platform", async (_what, more, pointer) => {
    const refused = await send({ ...more(), approval: "none" });
    expect(refused.json(), refused.body).toMatchObject({
      status: 422,
      code: "sandbox_output",
      errors: [{ pointer }],
    });
    const post = await awaiting(more());
    const blind = await act(post, "approve", { contentHash: post.contentHash });
    expect(blind.json()).toMatchObject({ status: 422, code: "sandbox_output" });
    expect((await read(post.id)).status).toBe("awaiting_approval");
    const told = await act(post, "approve", {
      contentHash: post.contentHash,
      acceptSandboxOutput: true,
    });
    expect(told.json(), told.body).toMatchObject({ status: "scheduled" });
    const [approval] = await db().find(Approval, { postId: post.id });
    expect(approval).toMatchObject({ status: "approved", offlineOutputAccepted: true });
  });

  it("needs none on the sandbox network", async () => {
    const answer = await send({ content: { text }, assets: [{ id: image }], approval: "none" });
    expect(answer.statusCode, answer.body).toBe(202);
  });

  it("can't be edited into a post that needs no approval", async () => {
    const post = await accept({ targets: [{ channelId: bluesky }], approval: "none" });
    const answer = await edit(post, { content: { text } });
    expect(answer.json()).toMatchObject({ status: 422, code: "sandbox_output" });
    expect(await read(post.id)).toMatchObject({ version: 1, status: "scheduled" });
  });
});

describe("changing a post", () => {
  it("voids its approval and forgets its hash", async () => {
    const post = await approved();
    const answer = await edit(post, { content: { text: "Something else" } });
    expect(answer.json(), answer.body).toMatchObject({
      status: "preparing",
      version: post.version + 1,
      content: { text: "Something else" },
      contentHash: null,
      decision: { status: "voided" },
      engine: "ready",
    });
    expect(api.told.at(-1)).toEqual({ what: "wake publishPost", workflowId: `post/${post.id}` });
    const old = await act(post, "approve", { contentHash: post.contentHash });
    expect(old.json()).toMatchObject({ status: 409, code: "not_awaiting_approval" });
    await sealPost(api, await read(post.id));
    const again = await act(post, "approve", { contentHash: post.contentHash });
    expect(again.json()).toMatchObject({ status: 409, code: "content_changed" });
  });

  it("keeps the approval when only the time changes", async () => {
    const post = await approved();
    const schedule = { mode: "at", at: "2027-05-01T09:00", timeZone: "Europe/Berlin" };
    const answer = await edit(post, { schedule });
    expect(answer.json()).toMatchObject({
      status: "scheduled",
      version: post.version + 1,
      contentHash: post.contentHash,
      decision: { status: "approved" },
      schedule: { mode: "at", at: "2027-05-01T07:00:00.000Z", timeZone: "Europe/Berlin" },
    });
    expect(await db().count(AuditEvent, { subject: `post:${post.id}` })).toBe(2);
  });

  it("changes targets, and drops what was prepared for the old content", async () => {
    const post = await approved();
    const prepared = await addDeliveries(api, post, "claimed");
    const answer = await edit(post, { targets: [{ channelId: bluesky }] });
    expect(answer.json().targets).toMatchObject([{ channelId: bluesky, status: "pending" }]);
    expect(await db().count(Target, { postId: post.id })).toBe(1);
    expect(prepared).toHaveLength(1);
    expect(await db().count(Delivery, { id: { $in: prepared } })).toBe(0);
  });

  it("does not change what is out on one channel already", async () => {
    for (const status of ["sending", "published", "unknown"] as const) {
      const post = await accept({
        approval: "none",
        targets: [{ channelId }, { channelId: bluesky }],
      });
      await setPost(api, post, "blocked");
      await addDeliveries(api, post, status);
      const answer = await edit(post, { content: { text: "Other" } });
      expect(answer.json(), status).toMatchObject({ status: 409, code: "too_late" });
      expect(answer.json().detail).toContain("A bluesky profile");
      expect(await db().count(Target, { postId: post.id })).toBe(2);
      expect((await read(post.id)).content).toEqual({ text: "Ahoy from the harbour" });
      expect((await edit(post, { schedule: later })).statusCode).toBe(200);
    }
  });

  it("that waits for its account lets it try again", async () => {
    const post = await accept({ approval: "none" });
    await setPost(api, post, "blocked");
    expect((await edit(post, { schedule: later })).json()).toMatchObject({ status: "scheduled" });
  });

  it("is refused to who saw another version of it", async () => {
    const post = await accept();
    const mine = { content: { text: "Mine" }, version: 1 };
    expect((await edit(post, mine)).json()).toMatchObject({ version: 2 });
    expect((await edit(post, { content: { text: "Theirs" }, version: 1 })).json()).toMatchObject({
      status: 409,
      code: "version_conflict",
      version: 2,
    });
    expect(await read(post.id)).toMatchObject({ content: { text: "Mine" }, version: 2 });
    expect((await edit(post, { version: 2 })).statusCode).toBe(422);
    expect((await edit(post, { labels: ["a"], version: 2 })).statusCode).toBe(200);
  });

  it("that has ended is told so: what is out can be taken down, where anything is", async () => {
    const post = await accept();
    const cancelDetail = async () => (await act(post, "cancel")).json().detail;
    await setPost(api, post, "rejected");
    await db().nativeUpdate(Target, { postId: post.id }, { status: "cancelled" });
    expect(await cancelDetail()).toBe("It is rejected: there is nothing left to cancel.");
    expect((await edit(post, { schedule: later })).json().detail).toMatch(/Make a new one/);
    await setPost(api, post, "partially_published");
    await db().nativeUpdate(Target, { postId: post.id }, { status: "published" });
    await addDeliveries(api, post, "published");
    expect(await cancelDetail()).toMatch(/partially published.*taken down/);
  });

  it.each(["publishing", "published", "unconfirmed", "cancelled", "rejected", "expired"])(
    "is too late once it is %s",
    async (status) => {
      const post = await accept();
      await setPost(api, post, status as PostStatus);
      const answer = await edit(post, { content: { text: "Other" } });
      expect(answer.json()).toMatchObject({ status: 409, code: "too_late", postStatus: status });
      const now_ = await act(post, "publish-now");
      expect(now_.json()).toMatchObject({ status: 409, code: "too_late" });
      expect((await read(post.id)).version).toBe(1);
    },
  );

  it.each([{}, { approval: "none" }, { content: { text: "x".repeat(501) } }, { targets: [] }])(
    "refuses %j",
    async (change) => {
      const post = await accept();
      expect((await edit(post, change)).statusCode).toBe(422);
      expect(await read(post.id)).toMatchObject({ version: 1, status: "preparing" });
    },
  );
});

describe("deciding", () => {
  it("approves exactly the content that was seen, once", async () => {
    const post = await awaiting();
    const wrong = await act(post, "approve", { contentHash: "0".repeat(64) });
    expect(wrong.json()).toMatchObject({
      status: 409,
      code: "content_changed",
      contentHash: post.contentHash,
    });
    const first = await act(post, "approve", { contentHash: post.contentHash });
    expect(first.json()).toMatchObject({
      status: "scheduled",
      version: post.version + 1,
      decision: { status: "approved", decidedAt: today },
    });
    const told = api.told.length;
    const second = await act(post, "approve", { contentHash: post.contentHash });
    expect(second.statusCode).toBe(200);
    expect(second.json()).toEqual(first.json());
    expect(api.told).toHaveLength(told);
    const lines = await db().find(AuditEvent, { subject: `post:${post.id}` });
    expect(lines.map((line) => line.action)).toEqual(["post.approved"]);
  });

  it("takes now to mean the moment of the approval", async () => {
    const post = await awaiting({ schedule: { mode: "now" } });
    now = new Date("2027-01-16T08:00:00Z");
    const answer = await act(post, "approve", { contentHash: post.contentHash });
    expect(answer.json().schedule).toMatchObject({ mode: "now", at: "2027-01-16T08:00:00.000Z" });
  });

  it("rejects with a reason, for good", async () => {
    const post = await awaiting();
    const answer = await act(post, "reject", { reason: " Too loud " });
    expect(answer.json()).toMatchObject({
      status: "rejected",
      targets: [{ status: "cancelled" }],
      decision: { status: "rejected", reason: "Too loud", decidedAt: today },
    });
    for (const [verb, with_] of [
      ["reject", { reason: "again" }],
      ["approve", { contentHash: post.contentHash }],
    ] as const) {
      expect((await act(post, verb, with_)).json()).toMatchObject({
        status: 409,
        code: "not_awaiting_approval",
        postStatus: "rejected",
      });
    }
    expect((await act(post, "cancel")).json()).toMatchObject({ status: 409, code: "too_late" });
  });

  it.each([
    ["approve", {}],
    ["approve", { contentHash: "ABC" }],
    ["approve", { contentHash: "0".repeat(64), acceptSandboxOutput: "yes" }],
    ["reject", {}],
    ["reject", { reason: "  " }],
  ])("refuses to %s with %j", async (verb, with_) => {
    expect((await act({ id: newId() }, verb, with_)).statusCode).toBe(422);
  });

  it("is not possible before there is something to see", async () => {
    const post = await accept();
    const answer = await act(post, "approve", { contentHash: "0".repeat(64) });
    expect(answer.json()).toMatchObject({ status: 409, code: "not_awaiting_approval" });
  });
});

describe("publishing now", () => {
  it("makes it due at once", async () => {
    const post = await approved();
    const answer = await act(post, "publish-now");
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({
      status: "scheduled",
      version: post.version + 1,
      schedule: { mode: "now", at: today, localAt: null },
    });
    expect(api.told.at(-1)).toEqual({ what: "wake publishPost", workflowId: `post/${post.id}` });
  });

  it("does not step around approval", async () => {
    for (const post of [await accept(), await awaiting()]) {
      const answer = await act(post, "publish-now");
      expect(answer.json()).toMatchObject({ status: 409, code: "not_approved" });
    }
    const edited = await approved();
    await edit(edited, { content: { text: "Other" } });
    expect((await act(edited, "publish-now")).json()).toMatchObject({ code: "not_approved" });
  });
});

describe("cancelling", () => {
  it("leaves the row, and nothing that is queued", async () => {
    const assetId = await addAsset(api, owner.workspaceId);
    const post = await awaiting({ assets: [{ id: assetId }] });
    const other = await awaiting({ assets: [{ id: assetId }] });
    const { storage } = api.context;
    const mine = await addRendition(api, owner.workspaceId, { assetId, postIds: [post.id] });
    const shared = await addRendition(api, owner.workspaceId, {
      assetId,
      postIds: [post.id, other.id],
    });
    const [delivery] = await addDeliveries(api, post, "claimed");
    const answer = await act(post, "cancel");
    expect(answer.json(), answer.body).toMatchObject({
      status: "cancelled",
      cancelledAt: today,
      targets: [{ status: "cancelled" }],
      decision: { status: "voided" },
      engine: "ready",
    });
    expect(api.told.at(-1)).toEqual({ what: "cancel", workflowId: `post/${post.id}` });
    expect(await db().count(Delivery, { id: delivery ?? "" })).toBe(0);
    expect(await db().find(Rendition, { id: { $in: [mine.id, shared.id] } })).toMatchObject([
      { id: shared.id },
    ]);
    expect(await storage.size(mine.blobKey)).toBeUndefined();
    expect(await storage.size(shared.blobKey)).toBe(3);
    const told = api.told.length;
    const again = await act(post, "cancel");
    expect(again.statusCode).toBe(200);
    expect(again.json()).toEqual(answer.json());
    expect(api.told).toHaveLength(told);
    // With the last post that needs it, the shared one goes too.
    await act(other, "cancel");
    expect(await storage.size(shared.blobKey)).toBeUndefined();
  });

  it("takes the post's start back while the engine was not told", async () => {
    api.setEngine("delayed");
    const post = await accept();
    expect((await waitingFor(post.id)).map((one) => one.action)).toEqual(["start"]);
    await edit(post, { schedule: { mode: "at", at: "2027-06-01T00:00:00Z" } });
    expect((await waitingFor(post.id)).map((one) => one.action)).toEqual(["start", "wake"]);
    expect((await act(post, "cancel")).json()).toMatchObject({
      status: "cancelled",
      engine: "delayed",
    });
    expect((await waitingFor(post.id)).map((one) => one.action)).toEqual(["cancel"]);
  });

  it("is too late once it is being published, and keeps what was sent", async () => {
    const post = await accept({ approval: "none" });
    const [delivery] = await addDeliveries(api, post, "sending");
    await setPost(api, post, "publishing");
    const answer = await act(post, "cancel");
    expect(answer.json()).toMatchObject({
      status: 409,
      code: "too_late",
      postStatus: "publishing",
    });
    expect(await db().count(Delivery, { id: delivery ?? "" })).toBe(1);
    expect(api.told.filter((one) => one.what === "cancel")).toEqual([]);
  });

  it("shows on the run that the post belongs to", async () => {
    const agentId = await addAgent(api, owner.workspaceId, { channelId });
    const post = await awaiting();
    const runId = await addRun(api, owner.workspaceId, {
      agentId,
      status: "awaiting_approval",
      postId: post.id,
    });
    await db().nativeUpdate(Post, { id: post.id }, { runId, agentId });
    await act(post, "cancel");
    expect(await db().findOneOrFail(Run, { id: runId })).toMatchObject({ status: "running" });
  });
});

describe("with the engine away", () => {
  it("a post is accepted, kept, and started exactly once when it is back", async () => {
    api.setEngine("delayed");
    const answer = await send();
    expect(answer.statusCode).toBe(202);
    const { id } = answer.json();
    expect(answer.json()).toMatchObject({ status: "preparing", engine: "delayed" });
    expect(await waitingFor(id)).toMatchObject([{ action: "start", attempts: 1 }]);
    const { orm, engine } = api.context;
    expect(await dispatchOutbox({ orm, engine })).toMatchObject({ told: 0 });
    api.setEngine("ready");
    await dispatchOutbox({ orm, engine });
    await dispatchOutbox({ orm, engine });
    const starts = api.told.filter((one) => one.workflowId === `post/${id}`);
    expect(starts).toEqual([{ what: "start publishPost", workflowId: `post/${id}` }]);
    expect(await waitingFor(id)).toEqual([]);
  });

  it("decisions are made all the same", async () => {
    const post = await awaiting();
    api.setEngine("delayed");
    const answer = await act(post, "approve", { contentHash: post.contentHash });
    expect(answer.json()).toMatchObject({ status: "scheduled", engine: "delayed" });
    expect(await waitingFor(post.id)).toMatchObject([{ action: "wake" }]);
  });
});

describe("the list", () => {
  it("is in pages, newest first, and filtered", async () => {
    const someone = await person(api);
    const { workspaceId } = someone;
    const [one, two] = [await addChannel(api, workspaceId), await addChannel(api, workspaceId)];
    const ids: string[] = [];
    for (const at of [one, two, one, two, one]) {
      const answer = await someone.call("POST", "/v1/posts", {
        body: body({ targets: [{ channelId: at.channelId }] }),
      });
      ids.unshift(answer.json().id);
    }
    const list = async (query: string) => (await someone.call("GET", `/v1/posts?${query}`)).json();
    const idsOf = async (query: string) =>
      (await list(query)).data.map((post: { id: string }) => post.id);
    expect(await idsOf("")).toEqual(ids);
    const seen: string[] = [];
    let cursor = "";
    for (let pages = 0; pages < 3; pages += 1) {
      const page = await list(`limit=2${cursor}`);
      seen.push(...page.data.map((post: { id: string }) => post.id));
      cursor = `&cursor=${page.nextCursor}`;
      expect(page.nextCursor === null).toBe(pages === 2);
    }
    expect(seen).toEqual(ids);
    expect(await idsOf(`channelId=${two.channelId}`)).toEqual([ids[1], ids[3]]);
    expect(await idsOf(`channelId=${two.channelId}&limit=1`)).toEqual([ids[1]]);
    expect(await idsOf(`channelId=${newId()}`)).toEqual([]);
    await someone.call("POST", `/v1/posts/${ids[2]}/cancel`);
    expect(await idsOf("status=cancelled")).toEqual([ids[2]]);
    expect(await idsOf(`status=preparing&channelId=${one.channelId}`)).toEqual([ids[0], ids[4]]);
    const agentId = await addAgent(api, workspaceId, { channelId: one.channelId });
    expect(await idsOf(`agentId=${agentId}`)).toEqual([]);
    await inWorkspace(api.context.orm, workspaceId).nativeUpdate(
      Post,
      { id: ids[4] ?? "" },
      { agentId },
    );
    expect(await idsOf(`agentId=${agentId}`)).toEqual([ids[4]]);
  });

  it.each(["x", "%00", "''", Buffer.from("' or 1=1 --").toString("base64url"), "a".repeat(201)])(
    "refuses the cursor %s",
    async (cursor) => {
      expect((await owner.call("GET", `/v1/posts?cursor=${cursor}`)).statusCode).toBe(422);
    },
  );

  it.each(["limit=0", "limit=101", "limit=x", "limit=1&limit=2", "status=draft", "agentId=x"])(
    "refuses %s",
    async (query) => {
      expect((await owner.call("GET", `/v1/posts?${query}`)).statusCode).toBe(422);
    },
  );
});

describe("many at once", () => {
  it("decide one post in one order, and each is told the truth", async () => {
    const post = await awaiting();
    const calls = Array.from({ length: 50 }, (_, index) => {
      const kind = ["approve", "cancel", "publish-now", "edit", "approve"][index % 5] ?? "";
      const call =
        kind === "approve"
          ? act(post, kind, { contentHash: post.contentHash })
          : kind === "edit"
            ? edit(post, { schedule: { mode: "at", at: "2027-07-01T00:00:00Z" } })
            : act(post, kind);
      return call.then((answer) => ({ kind, answer }));
    });
    const answers = await Promise.all(calls);
    const end = await read(post.id);
    const statuses = answers.map(({ answer }) => answer.statusCode);
    expect([...new Set(statuses)].every((status) => [200, 202, 409].includes(status))).toBe(true);
    // A cancel came through, and nothing follows a cancel.
    expect(end.status).toBe("cancelled");
    for (const { kind, answer } of answers) {
      if (kind === "cancel") expect(answer.json()).toMatchObject({ status: "cancelled" });
      if (answer.statusCode === 409) {
        expect(["too_late", "not_approved", "not_awaiting_approval"]).toContain(answer.json().code);
      }
    }
    const lines = await db().find(
      AuditEvent,
      { subject: `post:${post.id}` },
      { orderBy: { sequence: "asc" } },
    );
    const actions = lines.map((line) => line.action);
    expect(actions.filter((action) => action === "post.cancelled")).toHaveLength(1);
    expect(actions.at(-1)).toBe("post.cancelled");
    expect(actions.filter((action) => action === "post.approved").length).toBeLessThanOrEqual(1);
    // Each that was told of a change made one, and each change counted.
    const edits = actions.filter((one) => one === "post.changed" || one === "post.published-now");
    const changed = answers.filter(
      ({ kind, answer }) => (kind === "edit" || kind === "publish-now") && answer.statusCode < 300,
    );
    expect(edits).toHaveLength(changed.length);
    const approvals = actions.length - edits.length - 1;
    expect(end.version).toBe(post.version + edits.length + approvals);
    const [approval] = await db().find(Approval, { postId: post.id });
    expect(approval?.status).toBe("voided");
    const events = await db().find(Event, { subjectId: post.id }, { orderBy: { sequence: "asc" } });
    expect(events.at(-1)?.type).toBe("post.cancelled");
  });

  it("approve and publish once", async () => {
    const post = await awaiting();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        index % 2
          ? act(post, "approve", { contentHash: post.contentHash })
          : act(post, "publish-now"),
      ),
    );
    expect(await read(post.id)).toMatchObject({ status: "scheduled" });
    for (const [index, answer] of answers.entries()) {
      if (index % 2) expect(answer.statusCode).toBe(200);
      else expect([202, 409]).toContain(answer.statusCode);
    }
    const done = await db().count(AuditEvent, {
      subject: `post:${post.id}`,
      action: "post.approved",
    });
    expect(done).toBe(1);
  });

  it("lose to the worker that has begun to send", async () => {
    const post = await accept({ approval: "none", schedule: { mode: "now" } });
    const [answers] = await Promise.all([
      Promise.all(Array.from({ length: 10 }, () => act(post, "cancel"))),
      // The worker's gate: the post's row locked, and `sending` committed only while it is not cancelled.
      db().transactional(async (em) => {
        const [row] = await em.execute<{ status: string }[]>(
          "select status from post where id = ? for update",
          [post.id],
        );
        if (row?.status !== "scheduled") return;
        await em.execute("update post set status = 'publishing' where id = ?", [post.id]);
        await em.execute("update target set status = 'publishing' where post_id = ?", [post.id]);
        await em.execute(
          `insert into delivery (id, workspace_id, created_at, target_id, part, status, marker, content_hash, post_version, claimed_at)
           select gen_random_uuid(), workspace_id, now(), id, 0, 'sending', 'marker', '', 1, now() from target where post_id = ?`,
          [post.id],
        );
      }),
    ]);
    const end = (await read(post.id)).status;
    expect(["publishing", "cancelled"]).toContain(end);
    for (const answer of answers) {
      if (end === "cancelled") expect(answer.statusCode).toBe(200);
      else expect(answer.json()).toMatchObject({ status: 409, code: "too_late" });
    }
  });
});

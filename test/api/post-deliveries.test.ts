import { LockMode } from "@mikro-orm/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hashOf } from "#activities/lib/hash-of.ts";
import { resumeTargets } from "#api/lib/resume-targets.ts";
import {
  Approval,
  Asset,
  Connection,
  Delivery,
  DeliveryAttempt,
  ExpiredObject,
  Post,
  Rendition,
  Target,
} from "#db/entities/index.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace } from "#db/orm.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { person, type Caller } from "./callers.ts";
import {
  addAsset,
  addChannel,
  addDeliveries,
  addRendition,
  endPost,
  onDatabase,
  sealPost,
} from "./rows.ts";

interface TargetView {
  id: string;
  status: string;
  waitingFor: { reason: string; since: string; until: string | null; detail: string } | null;
  removal: { status: string; detail: string } | null;
  error: { code: string } | null;
}
interface PostView {
  id: string;
  status: string;
  version: number;
  contentHash: string | null;
  targets: [TargetView, ...TargetView[]];
}
interface Need {
  kind: string;
  postId: string | null;
  connectionId: string | null;
  actions: string[];
  detail: string;
}

const noon = "2027-01-15T12:00:00.000Z";
let api: TestApi;
let owner: Caller;
let channelId: string;
let connectionId: string;
let bluesky: string;
let now = new Date(noon);

beforeAll(async () => {
  api = await startApi({ now: () => now });
});
afterAll(async () => {
  await api?.close();
});
beforeEach(async () => {
  now = new Date(noon);
  api.setEngine("ready");
  api.told.length = 0;
  owner = await person(api);
  ({ channelId, connectionId } = await addChannel(api, owner.workspaceId));
  bluesky = (await addChannel(api, owner.workspaceId, "bluesky")).channelId;
});

const own = () => inWorkspace(api.context.orm, owner.workspaceId);
const row = (id: string) => own().findOneOrFail(Post, { id });
const ask = async <Body>(method: "GET" | "POST" | "PATCH", url: string, body?: object) => {
  const answer = await owner.call(method, url, body ? { body } : {});
  return { status: answer.statusCode, body: answer.json<Body>() };
};
const read = async (id: string) => (await ask<PostView>("GET", `/v1/posts/${id}`)).body;

async function accepted(more: object = {}): Promise<string> {
  const { status, body } = await ask<{ id: string }>("POST", "/v1/posts", {
    content: { text: "hello" },
    targets: [{ channelId }],
    approval: "none",
    ...more,
  });
  expect(status, JSON.stringify(body)).toBe(202);
  return body.id;
}
async function ended(end: "published" | "failed" | "unconfirmed", more: object = {}) {
  const id = await accepted(more);
  await sealPost(api, await row(id));
  return { id, ...(await endPost(api, await row(id), end)) };
}
const needs = async () => (await ask<{ data: Need[] }>("GET", "/v1/needs-you")).body.data;

describe("parts", () => {
  it("are held against each platform, with pointers to what does not fit", async () => {
    const { status, body } = await ask<{ errors: { pointer: string }[] }>("POST", "/v1/posts", {
      content: { text: "hello" },
      parts: [
        { kind: "thread", text: "" },
        { kind: "comment", text: "x".repeat(501) },
      ],
      targets: [{ channelId }],
    });
    expect(status).toBe(422);
    expect(body.errors.map(({ pointer }) => pointer)).toEqual(["/parts/0/text", "/parts/1/text"]);
  });

  it("belong to what is approved: another part voids it", async () => {
    const id = await accepted({ approval: "required", parts: [{ kind: "thread", text: "more" }] });
    await sealPost(api, await row(id));
    const { contentHash } = await read(id);
    await ask("POST", `/v1/posts/${id}/approve`, { contentHash });
    const { body } = await ask<PostView>("PATCH", `/v1/posts/${id}`, {
      parts: [{ kind: "thread", text: "other" }],
    });
    expect(body).toMatchObject({ status: "preparing", contentHash: null });
    await sealPost(api, await row(id));
    expect((await read(id)).contentHash).not.toBe(contentHash);
  });
});

describe("why it waits", () => {
  it("is told of each target until it has ended", async () => {
    const id = await accepted({ schedule: { mode: "at", at: "2027-01-16T12:00:00Z" } });
    const waiting = async () => (await read(id)).targets[0].waitingFor;
    expect(await waiting()).toMatchObject({
      reason: "rendition",
      detail: expect.stringContaining("is being prepared"),
    });
    await sealPost(api, await row(id));
    expect(await waiting()).toMatchObject({
      reason: "due_time",
      until: "2027-01-16T12:00:00.000Z",
    });
    now = new Date("2027-01-16T12:00:05Z");
    expect(await waiting()).toMatchObject({
      reason: "worker",
      since: "2027-01-16T12:00:00.000Z",
    });
    await endPost(api, await row(id), "published");
    expect(await waiting()).toBeNull();
  });
});

describe("what failed", () => {
  it("is tried again at once, as late as it is, and its workflow is woken", async () => {
    const { id } = await ended("failed");
    api.told.length = 0;
    now = new Date("2027-01-17T12:00:00Z");
    const { status, body } = await ask<PostView>("POST", `/v1/posts/${id}/retry`, {});
    expect(status).toBe(202);
    expect(body).toMatchObject({
      status: "scheduled",
      targets: [{ status: "pending", error: null }],
    });
    expect(api.told).toEqual([{ what: "wake publishPost", workflowId: `post/${id}` }]);
    expect(await own().find(Delivery, { targetId: body.targets[0].id })).toMatchObject([
      { status: "claimed" },
    ]);
    expect((await row(id)).resumedAt).toEqual(now);
  });

  it("is nothing where nothing has failed", async () => {
    const { id } = await ended("published");
    expect(await ask("POST", `/v1/posts/${id}/retry`, {})).toMatchObject({
      status: 409,
      body: { code: "nothing_failed" },
    });
    const waiting = await accepted();
    expect((await ask("POST", `/v1/posts/${waiting}/retry`, {})).status).toBe(409);
  });

  it("is tried again while the engine is away, which the answer says", async () => {
    const { id } = await ended("failed");
    api.setEngine("delayed");
    const { body } = await ask("POST", `/v1/posts/${id}/retry`, {});
    expect(body).toMatchObject({ status: "scheduled", engine: "delayed" });
  });
});

describe("what failed", () => {
  const other = { content: { text: "other" } };

  it("can be changed, and then stays until it is tried again, with its history", async () => {
    const id = await accepted({ approval: "required" });
    await sealPost(api, await row(id));
    const { contentHash } = await read(id);
    await ask("POST", `/v1/posts/${id}/approve`, { contentHash });
    const { targetId } = await endPost(api, await row(id), "failed");
    api.told.length = 0;
    const changed = await ask<PostView>("PATCH", `/v1/posts/${id}`, {
      ...other,
      targets: [{ channelId, overrides: { text: "here" } }, { channelId: bluesky }],
    });
    expect(changed).toMatchObject({
      status: 200,
      body: {
        status: "failed",
        contentHash: null,
        content: { text: "other" },
        targets: [
          { id: targetId, channelId, status: "failed", error: { code: "changed" } },
          { channelId: bluesky, status: "failed", error: { code: "changed" } },
        ],
      },
    });
    expect(api.told).toEqual([]);
    expect(await own().count(Delivery, { targetId })).toBe(1);
    expect(await own().count(Approval, { postId: id, status: "voided" })).toBe(1);
    expect(await ask("PATCH", `/v1/posts/${id}`, { targets: [{ channelId }] })).toMatchObject({
      body: { targets: [{ id: targetId }] },
    });
    expect(await ask("POST", `/v1/posts/${id}/retry`, {})).toMatchObject({
      status: 202,
      body: { status: "preparing", targets: [{ status: "pending", error: null }] },
    });
    await sealPost(api, await row(id));
    expect(await read(id)).toMatchObject({ status: "awaiting_approval" });
  });

  it("is tried again whole once it was changed, what had expired beside it too", async () => {
    const id = await accepted({ targets: [{ channelId }, { channelId: bluesky }] });
    await endPost(api, await row(id), "failed");
    await own().nativeUpdate(Target, { postId: id, channelId: bluesky }, { status: "expired" });
    expect(await ask("PATCH", `/v1/posts/${id}`, other)).toMatchObject({
      status: 200,
      body: { targets: [{ status: "failed" }, { channelId: bluesky, status: "failed" }] },
    });
    expect(await ask("POST", `/v1/posts/${id}/retry`, {})).toMatchObject({
      body: { targets: [{ status: "pending" }, { status: "pending" }] },
    });
  });

  it("can't be changed where a part of it is out, or may be, nor be given a time", async () => {
    const { id } = await ended("failed");
    const schedule = { mode: "at", at: "2027-02-01T09:00:00Z" };
    for (const change of [{ schedule }, { ...other, schedule }])
      expect(await ask("PATCH", `/v1/posts/${id}`, change)).toMatchObject({
        status: 409,
        body: { code: "too_late" },
      });
    await own().nativeUpdate(Delivery, {}, { status: "published" });
    const answer = await ask<{ detail: string }>("PATCH", `/v1/posts/${id}`, other);
    expect(answer).toMatchObject({ status: 409, body: { code: "too_late" } });
    expect(answer.body.detail).toMatch(/Retry the rest/);
    const given = await ended("unconfirmed");
    const resolved = { targetId: given.targetId, outcome: "give_up" };
    await ask("POST", `/v1/posts/${given.id}/resolve`, resolved);
    expect(await ask("PATCH", `/v1/posts/${given.id}`, other)).toMatchObject({ status: 409 });
  });
});

describe("what failed of a post that waits for its account", () => {
  it("has the post prepared anew where its content is not approved any more", async () => {
    const id = await accepted({
      approval: "required",
      targets: [{ channelId }, { channelId: bluesky }],
    });
    await sealPost(api, await row(id));
    const [first] = (await read(id)).targets;
    await own().nativeUpdate(Target, { postId: id }, { status: "blocked" });
    await own().nativeUpdate(Target, { id: first.id }, { status: "failed" });
    await own().nativeUpdate(Post, { id }, { status: "blocked" });
    expect((await ask<PostView>("POST", `/v1/posts/${id}/retry`, {})).body).toMatchObject({
      status: "preparing",
      contentHash: null,
    });
    await sealPost(api, await row(id));
    expect((await read(id)).status).toBe("awaiting_approval");
  });
});

describe("what failed, and whose media was removed meanwhile", () => {
  /** What the sweep leaves of a file whose time was over. */
  async function expire(kind: "asset" | "rendition", id: string): Promise<void> {
    const find = () =>
      kind === "asset"
        ? own().findOneOrFail(Asset, { id })
        : own().findOneOrFail(Rendition, { id });
    const { workspaceId, bytes, blobKey } = await find();
    await onDatabase(api, (query) => query(`delete from "${kind}" where id = $1`, [id]));
    const rule = kind === "asset" ? ("upload" as const) : kind;
    await insertRow(own(), ExpiredObject, { ...{ id, workspaceId, kind, rule, bytes, blobKey } });
  }

  it("is prepared anew for all targets, also where one alone is tried again", async () => {
    const [one, other] = [
      await addAsset(api, owner.workspaceId),
      await addAsset(api, owner.workspaceId),
    ];
    const id = await accepted({
      targets: [
        { channelId, overrides: { assets: [{ id: one }] } },
        { channelId: bluesky, overrides: { assets: [{ id: other }] } },
      ],
    });
    const [first, second] = (await read(id)).targets;
    const made = [];
    for (const [target, assetId] of [[first, one] as const, [second, other] as const]) {
      const { id: renditionId } = await addRendition(api, owner.workspaceId, {
        assetId,
        postIds: [],
      });
      made.push(renditionId);
      await own().nativeUpdate(
        Target,
        { id: target?.id ?? "" },
        { renditions: [{ assetId, renditionId }] },
      );
    }
    await sealPost(api, await row(id));
    await endPost(api, await row(id), "failed");
    await expire("rendition", made[1] ?? "");
    const again = { targetIds: [first.id] };
    expect(await ask("POST", `/v1/posts/${id}/retry`, again)).toMatchObject({
      status: 202,
      body: { status: "preparing", contentHash: null },
    });
    // What the worker fixes then is what the gate finds.
    await sealPost(api, await row(id));
    const post = await row(id);
    const targets = await own().find(Target, { postId: id });
    expect(await hashOf(own(), post, targets)).toBe(post.contentHash);
  });

  it("is refused where a file to make it of is gone, and says which", async () => {
    const assetId = await addAsset(api, owner.workspaceId);
    const id = await accepted({
      targets: [{ channelId }, { channelId: bluesky, overrides: { assets: [{ id: assetId }] } }],
    });
    await sealPost(api, await row(id));
    await endPost(api, await row(id), "failed");
    await expire("asset", assetId);
    const { version, status, targets } = await read(id);
    expect(await ask("POST", `/v1/posts/${id}/retry`, {})).toMatchObject({
      status: 410,
      body: { code: "file_expired", errors: [{ pointer: "/targets/1/overrides/assets/0/id" }] },
    });
    expect(await read(id)).toMatchObject({ version, status });
    const other = { targetIds: [targets[0].id] };
    expect(await ask("POST", `/v1/posts/${id}/retry`, other)).toMatchObject({ status: 202 });
  });

  it("holds the files until it is written: who removes them waits, and finds them needed", async () => {
    const assetId = await addAsset(api, owner.workspaceId);
    const id = await accepted({ assets: [{ id: assetId }] });
    await sealPost(api, await row(id));
    await endPost(api, await row(id), "failed");
    await own().transactional(async (em) => {
      const post = await em.findOneOrFail(Post, { id });
      const failed = await em.find(Target, { postId: id });
      await resumeTargets(em, { post, targets: failed, now });
      const lockMode = LockMode.PESSIMISTIC_WRITE_OR_FAIL;
      await expect(
        own().transactional((other) => other.findOne(Asset, { id: assetId }, { lockMode })),
      ).rejects.toThrow(/could not obtain lock/);
    });
  });

  it("is out where a person says so, and what follows says why it does not", async () => {
    const [whole, part] = [
      await addAsset(api, owner.workspaceId),
      await addAsset(api, owner.workspaceId),
    ];
    const id = await accepted({
      assets: [{ id: whole }],
      parts: [{ kind: "thread", text: "more", assets: [{ id: part }] }],
    });
    const made = await addRendition(api, owner.workspaceId, { assetId: whole, postIds: [id] });
    const more = await addRendition(api, owner.workspaceId, { assetId: part, postIds: [id] });
    expect(made.id).not.toBe(more.id);
    await sealPost(api, await row(id));
    const { targetId } = await endPost(api, await row(id), "unconfirmed");
    const resolve = (outcome: string) =>
      ask<PostView>("POST", `/v1/posts/${id}/resolve`, { targetId, outcome });
    expect(await resolve("give_up")).toMatchObject({ status: 202 });
    await expire("rendition", more.id);
    expect(await resolve("is_there")).toMatchObject({
      status: 202,
      body: {
        status: "failed",
        targets: [{ status: "failed", error: { code: "file_expired" } }],
      },
    });
    expect(await own().find(Delivery, { targetId })).toMatchObject([{ status: "published" }]);
  });
});

describe("what nobody knows", () => {
  it("is decided once, by whoever comes first", async () => {
    const { id, targetId } = await ended("unconfirmed");
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        ask<{ code?: string }>("POST", `/v1/posts/${id}/resolve`, {
          targetId,
          outcome: index % 2 ? "send_again" : "give_up",
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    for (const { status, body } of answers)
      if (status !== 202) expect(body.code).toBe("not_unconfirmed");
  });

  it("is there, at an address of that very account", async () => {
    const { id, targetId } = await ended("unconfirmed", { targets: [{ channelId: bluesky }] });
    await own().nativeUpdate(Connection, { platform: "bluesky" }, { handle: "harbor.test" });
    const resolve = (url: string) =>
      ask<PostView & { code?: string }>("POST", `/v1/posts/${id}/resolve`, {
        targetId,
        outcome: "is_there",
        url,
      });
    expect(await resolve("https://bsky.app/profile/other.test/post/3kabc")).toMatchObject({
      status: 422,
      body: { code: "invalid_url" },
    });
    expect(await resolve("https://bsky.app/profile/harbor.test/post/3kabcdefgh2zz")).toMatchObject({
      status: 202,
      body: { status: "published", targets: [{ status: "published" }] },
    });
  });

  it("is not at the address of another post", async () => {
    const targets = [{ channelId: bluesky }];
    const one = await ended("unconfirmed", { targets });
    const two = await ended("unconfirmed", { targets });
    await own().nativeUpdate(Connection, { platform: "bluesky" }, { handle: "harbor.test" });
    const url = "https://bsky.app/profile/harbor.test/post/3kabcdefgh2zz";
    const there = ({ id, targetId }: { id: string; targetId: string }) =>
      ask("POST", `/v1/posts/${id}/resolve`, { targetId, outcome: "is_there", url });
    expect(await there(one)).toMatchObject({ status: 202 });
    expect(await there(two)).toMatchObject({
      status: 422,
      body: { code: "invalid_url", existingId: one.id, errors: [{ pointer: "/url" }] },
    });
    expect(await read(two.id)).toMatchObject({ status: "unconfirmed" });
  });

  it("takes no address with another decision, and no foreign target", async () => {
    const { id, targetId } = await ended("unconfirmed");
    const wrong = { targetId, outcome: "give_up", url: "https://bsky.app" };
    expect((await ask("POST", `/v1/posts/${id}/resolve`, wrong)).status).toBe(422);
    const other = await ended("unconfirmed");
    const foreign = { targetId: other.targetId, outcome: "give_up" };
    expect((await ask("POST", `/v1/posts/${id}/resolve`, foreign)).status).toBe(404);
  });
});

describe("what was given up", () => {
  it("is never sent again, and needs nobody any more", async () => {
    const { id, targetId } = await ended("unconfirmed");
    await ask("POST", `/v1/posts/${id}/resolve`, { targetId, outcome: "give_up" });
    expect(await needs()).toEqual([]);
    expect(await ask("POST", `/v1/posts/${id}/retry`, { targetIds: [targetId] })).toMatchObject({
      status: 409,
      body: { code: "nothing_failed" },
    });
  });

  it("is shown as unknown, is not taken down, and may turn up after all", async () => {
    const { id, targetId } = await ended("unconfirmed", { targets: [{ channelId: bluesky }] });
    await own().nativeUpdate(Connection, { platform: "bluesky" }, { handle: "harbor.test" });
    await ask("POST", `/v1/posts/${id}/resolve`, { targetId, outcome: "give_up" });
    expect(await read(id)).toMatchObject({
      status: "failed",
      targets: [{ parts: [{ part: 0, status: "unknown" }] }],
    });
    const answer = await ask<{ detail: string }>("POST", `/v1/posts/${id}/take-down`, {});
    expect(answer).toMatchObject({ status: 409, body: { code: "nothing_out" } });
    expect(answer.body.detail).toMatch(/Nobody knows.*resolve/);
    const again = { targetId, outcome: "send_again" };
    expect(await ask("POST", `/v1/posts/${id}/resolve`, again)).toMatchObject({
      status: 409,
      body: { code: "not_unconfirmed" },
    });
    const url = "https://bsky.app/profile/harbor.test/post/3kabcdefgh2zz";
    const there = { targetId, outcome: "is_there", url };
    expect(await ask("POST", `/v1/posts/${id}/resolve`, there)).toMatchObject({
      status: 202,
      body: { status: "published", targets: [{ status: "published", error: null }] },
    });
    expect(await ask("POST", `/v1/posts/${id}/take-down`, {})).toMatchObject({ status: 202 });
  });

  it("keeps what is left of its post from being decided anew", async () => {
    const id = await accepted({
      approval: "required",
      targets: [{ channelId }, { channelId: bluesky }],
    });
    await sealPost(api, await row(id));
    const { targetId } = await endPost(api, await row(id), "unconfirmed");
    await ask("POST", `/v1/posts/${id}/resolve`, { targetId, outcome: "give_up" });
    await own().nativeUpdate(Target, { channelId: bluesky }, { status: "failed" });
    await own().nativeUpdate(Delivery, { status: "unknown" }, { status: "rejected" });
    await own().nativeUpdate(Post, { id }, { status: "failed" });
    expect(await ask("POST", `/v1/posts/${id}/retry`, {})).toMatchObject({
      status: 409,
      body: { code: "not_approved" },
    });
  });

  it("is not made anew by an edit of what is left of the post", async () => {
    const { id, targetId } = await ended("unconfirmed");
    await ask("POST", `/v1/posts/${id}/resolve`, { targetId, outcome: "give_up" });
    await own().nativeUpdate(Post, { id }, { status: "blocked" });
    expect(await ask("PATCH", `/v1/posts/${id}`, { content: { text: "other" } })).toMatchObject({
      status: 409,
      body: { code: "too_late" },
    });
    expect(await own().count(Target, { id: targetId })).toBe(1);
  });
});

describe("a thread of which nobody knew whether its first part is out", () => {
  /** To two channels: the first part is unclear at one of them. */
  async function unclear(
    other: "publishing" | "cancelled",
    post: "publishing" | "unconfirmed",
  ): Promise<{ id: string; targetId: string }> {
    const parts = [{ kind: "thread", text: "more" }];
    const id = await accepted({ parts, targets: [{ channelId }, { channelId: bluesky }] });
    await sealPost(api, await row(id));
    await addDeliveries(api, await row(id), "unknown");
    const [first, second] = (await read(id)).targets;
    await own().nativeDelete(Delivery, { targetId: second?.id ?? "" });
    await own().nativeUpdate(Target, { id: first.id }, { status: "unconfirmed" });
    await own().nativeUpdate(Target, { id: second?.id ?? "" }, { status: other });
    await own().nativeUpdate(Post, { id }, { status: post });
    return { id, targetId: first.id };
  }
  const isThere = ({ id, targetId }: { id: string; targetId: string }) =>
    ask<PostView>("POST", `/v1/posts/${id}/resolve`, { targetId, outcome: "is_there" });

  it("goes on once a person says that it is, while the other is still under way", async () => {
    const post = await unclear("publishing", "publishing");
    expect((await isThere(post)).body).toMatchObject({
      status: "publishing",
      targets: [{ status: "publishing", error: null }, { status: "publishing" }],
    });
  });

  it("does not go on where the rest was cancelled meanwhile", async () => {
    const post = await unclear("cancelled", "unconfirmed");
    await own().nativeUpdate(Post, { id: post.id }, { cancelledAt: now });
    expect((await isThere(post)).body).toMatchObject({
      status: "failed",
      targets: [{ status: "failed", error: { code: "interrupted" } }, { status: "cancelled" }],
    });
    expect((await row(post.id)).cancelledAt).not.toBeNull();
  });
});

describe("taking down", () => {
  it("is asked of what is out, and told to its own workflow", async () => {
    const { id } = await ended("published");
    api.told.length = 0;
    const { status, body } = await ask<PostView>("POST", `/v1/posts/${id}/take-down`, {});
    expect(status).toBe(202);
    expect(body.targets[0]).toMatchObject({
      status: "published",
      removal: { status: "requested" },
    });
    expect(api.told).toEqual([{ what: "wake takeDownPost", workflowId: `takedown/${id}` }]);
  });

  it("is refused where nothing is out", async () => {
    const { id } = await ended("failed");
    expect(await ask("POST", `/v1/posts/${id}/take-down`, {})).toMatchObject({
      status: 409,
      body: { code: "nothing_out" },
    });
  });
});

describe("the list of what needs you", () => {
  it("names each kind, with what can be done, and nothing that has been dealt with", async () => {
    expect(await needs()).toEqual([]);
    const unconfirmed = await ended("unconfirmed");
    const failed = await ended("failed");
    const waiting = await accepted({ approval: "required" });
    await sealPost(api, await row(waiting));
    const overdue = await accepted();
    await own().nativeUpdate(Post, { id: overdue }, { overdueAt: now });
    const blocked = await accepted();
    await own().nativeUpdate(Post, { id: blocked }, { status: "blocked" });
    await own().nativeUpdate(Target, { postId: blocked }, { status: "blocked" });
    await own().nativeUpdate(
      Connection,
      { id: connectionId },
      { status: "needs_reauthorization", problem: "The access was revoked." },
    );
    // Failed today by the database's clock, which is not the test's.
    const found = await needs();
    expect(found.map(({ kind, postId }) => [kind, postId])).toEqual([
      ["unconfirmed", unconfirmed.id],
      ["overdue", overdue],
      ["blocked", blocked],
      ["connection", null],
      ["approval", waiting],
      ["failed", failed.id],
    ]);
    expect(found.map(({ actions }) => actions[0])).toEqual([
      "resolve",
      "look",
      "reconnect",
      "reconnect",
      "approve",
      "retry",
    ]);
    await ask("POST", `/v1/posts/${unconfirmed.id}/resolve`, {
      targetId: unconfirmed.targetId,
      outcome: "is_there",
    });
    expect((await needs()).map(({ kind }) => kind)).not.toContain("unconfirmed");
  });
});

describe("the history", () => {
  it("counts the tries of each step for itself, and names who did what", async () => {
    const { id, targetId } = await ended("unconfirmed");
    const { id: deliveryId } = await own().findOneOrFail(Delivery, { targetId });
    const steps = ["create", "poll", "poll", "publish", "reconcile"] as const;
    for (const [index, step] of steps.entries()) {
      await insertRow(own(), DeliveryAttempt, {
        workspaceId: owner.workspaceId,
        deliveryId,
        number: index + 1,
        step,
        startedAt: new Date(now.getTime() + index),
      });
    }
    now = new Date("2027-01-15T12:01:00.000Z");
    await ask("POST", `/v1/posts/${id}/resolve`, { targetId, outcome: "give_up" });
    const { body } = await ask<{
      attempts: { step: string; attempt: number; decidedByName: string | null }[];
      actions: { action: string; by: { id: string; name: string | null } }[];
    }>("GET", `/v1/posts/${id}/history`);
    expect(body.attempts.map(({ step, attempt }) => `${step} ${attempt}`)).toEqual([
      "create 1",
      "poll 1",
      "poll 2",
      "publish 1",
      "reconcile 1",
      "resolve 1",
    ]);
    const me = (await ask<{ user: { id: string; name: string } }>("GET", "/v1/me")).body.user;
    expect(body.attempts.at(-1)?.decidedByName).toBe(me.name);
    const by = { id: `user:${me.id}`, name: me.name };
    expect(body.actions).toMatchObject([
      { action: "post.created", by },
      { action: "post.resolved-give-up", by },
    ]);
  });
});

describe("cancelling what goes to several", () => {
  it("stops what is not on its way, and says of each what became of it", async () => {
    const id = await accepted({ targets: [{ channelId }, { channelId: bluesky }] });
    const [first] = await own().find(Target, { postId: id }, { orderBy: { position: "asc" } });
    await addDeliveries(api, await row(id), "sending");
    await own().nativeDelete(Delivery, { targetId: { $ne: first?.id ?? "" } });
    await own().nativeUpdate(Target, { id: first?.id ?? "" }, { status: "publishing" });
    await own().nativeUpdate(Post, { id }, { status: "publishing" });
    const { status, body } = await ask<PostView>("POST", `/v1/posts/${id}/cancel`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: "publishing",
      targets: [{ status: "publishing" }, { status: "cancelled" }],
    });
    expect(await ask("POST", `/v1/posts/${id}/cancel`)).toMatchObject({
      status: 409,
      body: { code: "too_late", targets: [{ status: "publishing" }, { status: "cancelled" }] },
    });
  });
});

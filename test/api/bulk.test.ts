import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { AuditEvent, Post } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { guest, person, program, type Caller } from "./callers.ts";
import { addChannel, checksumOf } from "./rows.ts";

const now = new Date("2027-01-15T12:00:00.000Z");

let api: TestApi;
let owner: Caller;
let channelId: string;

beforeAll(async () => {
  api = await startApi({ now: () => now });
});

afterAll(async () => {
  await api?.close();
});

beforeEach(async () => {
  api.setEngine("ready");
  api.told.length = 0;
  owner = await person(api);
  ({ channelId } = await addChannel(api, owner.workspaceId));
});

const db = () => inWorkspace(api.context.orm, owner.workspaceId);
/** A post of its own day. */
const row = (day: number, more: object = {}) => ({
  content: { text: `Day ${day}` },
  targets: [{ channelId }],
  schedule: { mode: "at", at: new Date(now.getTime() + day * 86_400_000).toISOString() },
  ...more,
});
const bulk = (posts: unknown[], more: object = {}, headers: Record<string, string> = {}) =>
  owner.call("POST", "/v1/posts/bulk", { body: { posts, ...more }, headers });
const gone = "0198c0de-0000-7000-8000-000000000000";

describe("many posts", () => {
  it("are made at once, each with its row, and the engine is told of each", async () => {
    const answer = await bulk([row(1), row(2, { externalId: "two" }), row(3)]);
    expect(answer.statusCode, answer.body).toBe(202);
    const { created, ...rest } = answer.json();
    expect(rest).toEqual({ dryRun: false, refused: [], warnings: [], engine: "ready" });
    expect(created).toMatchObject([
      { row: 1, externalId: null, status: "preparing" },
      { row: 2, externalId: "two", status: "preparing" },
      { row: 3, externalId: null, status: "preparing" },
    ]);
    expect(api.told.map(({ workflowId }) => workflowId).toSorted()).toEqual(
      created.map(({ id }: { id: string }) => `post/${id}`).toSorted(),
    );
    expect(await db().count(Post)).toBe(3);
  });

  const faulty = () => [
    row(1),
    { ...row(2), targets: "all", content: { txt: "x" } },
    row(3, { targets: [{ channelId: gone }] }),
    "nothing",
    row(5, { content: { text: "x".repeat(501) }, assets: [] }),
    row(6, { schedule: { mode: "at", at: "2020-01-01T00:00:00Z" } }),
    row(7, { externalId: "seven" }),
    row(8, { externalId: "seven" }),
  ];
  const reasons = [
    { row: 2, problem: { status: 422, code: "invalid_request" } },
    { row: 3, problem: { status: 404, code: "not_found" } },
    { row: 4, problem: { status: 422, code: "invalid_request" } },
    { row: 5, problem: { status: 422, code: "content_refused" } },
    { row: 6, problem: { status: 422, code: "in_the_past" } },
    { row: 8, problem: { status: 409, code: "external_id_taken" } },
  ];

  it("are made all or none: every row that is refused is told, with all that is wrong", async () => {
    const before = await checksumOf(api, owner.workspaceId);
    const answer = await bulk(faulty());
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({ code: "rows_refused", refused: reasons });
    expect(answer.json().detail).toBe(
      'Nothing was made: rows 2, 3, 4, 5, 6, 8 are refused. Mend them, or send "mode": "valid" for the others.',
    );
    const [second] = answer.json().refused;
    expect(second.problem.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      "/content",
      "/targets",
    ]);
    expect(await checksumOf(api, owner.workspaceId)).toEqual(before);
    expect(api.told).toEqual([]);
  });

  it("are made as far as they are valid where that is asked", async () => {
    const answer = await bulk(faulty(), { mode: "valid" });
    expect(answer.statusCode, answer.body).toBe(202);
    expect(answer.json()).toMatchObject({ created: [{ row: 1 }, { row: 7 }], refused: reasons });
    expect(await db().count(Post)).toBe(2);
  });

  it("are refused as single ones are: the same problem, with the same pointers", async () => {
    for (const one of faulty()) {
      const single = await owner.call("POST", "/v1/posts", { body: one as object });
      if (single.statusCode < 300 || typeof one === "string") continue;
      const answer = await bulk([one]);
      const { status, code, errors } = single.json();
      expect(answer.json().refused[0].problem).toMatchObject({ status, code, errors });
    }
  });

  it("are only checked in a dry run, with the warnings that there would be", async () => {
    const before = await checksumOf(api, owner.workspaceId);
    const answer = await bulk([row(1), row(1), ...faulty().slice(1)], { dryRun: true });
    expect(answer.statusCode, answer.body).toBe(200);
    expect(answer.json()).toMatchObject({
      dryRun: true,
      created: [{ row: 1, id: null }, { row: 2, id: null }, { row: 8 }],
      warnings: [
        { row: 1, code: "same_text", postId: null, otherRow: 2 },
        { row: 1, code: "close_in_time", postId: null, otherRow: 2 },
        { row: 2, code: "same_text", postId: null, otherRow: 1 },
        { row: 2, code: "close_in_time", postId: null, otherRow: 1 },
      ],
    });
    expect(answer.json().refused).toHaveLength(6);
    expect(await checksumOf(api, owner.workspaceId)).toEqual(before);
    expect(api.told).toEqual([]);
  });

  it("are made once: by the same key, and without one by their names", async () => {
    const posts = [row(1, { externalId: "a" }), row(2, { externalId: "b" })];
    const first = await bulk(posts, {}, { "Idempotency-Key": "k1" });
    const again = await bulk(posts, {}, { "Idempotency-Key": "k1" });
    expect(again.headers["idempotent-replayed"]).toBe("true");
    expect(again.json()).toEqual(first.json());
    const bare = await bulk([...posts, row(3)], { mode: "valid" });
    const ids = first.json().created.map(({ id }: { id: string }) => id);
    expect(bare.json()).toMatchObject({
      created: [{ row: 3 }],
      refused: [
        { row: 1, problem: { code: "external_id_taken", existingId: ids[0] } },
        { row: 2, problem: { code: "external_id_taken", existingId: ids[1] } },
      ],
    });
    expect(await db().count(Post)).toBe(3);
  });

  it("are made once where several ask at once with the same names in another order", async () => {
    const posts = Array.from({ length: 20 }, (_, day) => row(day + 1, { externalId: `n${day}` }));
    const answers = await Promise.all(
      [0, 1, 2, 3, 4, 5].map((one) =>
        bulk(one % 2 === 0 ? posts : posts.toReversed(), { mode: "valid" }),
      ),
    );
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([202, 202, 202, 202, 202, 202]);
    const made = answers.map((answer) => answer.json().created.length);
    expect(made.toSorted((a, b) => a - b)).toEqual([0, 0, 0, 0, 0, 20]);
  });

  it("take a slot each", async () => {
    await owner.call("PUT", `/v1/queues/${channelId}`, {
      body: { timeZone: "UTC", slots: [{ day: "mon", time: "09:00" }] },
    });
    const queued = { schedule: { mode: "queue" } };
    const answer = await bulk([row(1, queued), row(2, queued), row(3, queued)]);
    expect(answer.statusCode, answer.body).toBe(202);
    const due = (await db().find(Post, {}, { orderBy: { id: "asc" } })).map(({ dueAt }) =>
      dueAt.toISOString().slice(0, 10),
    );
    expect(due).toEqual(["2027-01-18", "2027-01-25", "2027-02-01"]);
  });

  it("need the right to publish where one of them asks nobody, and the log names each", async () => {
    const writer = await program(api, owner, ["posts:write"]);
    const posts = [row(1), row(2, { approval: "none" })];
    const refused = await writer.call("POST", "/v1/posts/bulk", { body: { posts } });
    expect(refused.json()).toMatchObject({ status: 403, code: "missing_scope" });
    const viewer = await guest(api, owner, "viewer");
    expect((await viewer.call("POST", "/v1/posts/bulk", { body: { posts } })).statusCode).toBe(403);
    expect(await db().count(Post)).toBe(0);
    const made = await bulk(posts);
    expect(made.json().created[1]).toMatchObject({ status: "scheduled" });
    const lines = await db().find(AuditEvent, { action: "post.created" });
    expect(lines.map(({ subject }) => subject)).toEqual([`post:${made.json().created[1].id}`]);
  });

  it("say that the engine is away, and wait for it", async () => {
    api.setEngine("delayed");
    expect((await bulk([row(1)])).json()).toMatchObject({ engine: "delayed" });
  });

  it("are 500 at the most, for which the database is asked little", async () => {
    const posts = Array.from({ length: 500 }, (_, day) => row(day + 1, { externalId: `e${day}` }));
    expect((await bulk([...posts, row(501)])).json()).toMatchObject({
      status: 422,
      errors: [{ pointer: "/posts" }],
    });
    const statements = vi.spyOn(api.context.orm.em.getConnection(), "execute");
    const answer = await bulk(posts);
    const asked = statements.mock.calls.length;
    statements.mockRestore();
    expect(answer.json()).toMatchObject({ refused: [], warnings: [], engine: "ready" });
    expect(answer.json().created).toHaveLength(500);
    expect(api.told).toHaveLength(500);
    // The event, the message to Temporal, and its removal of each; all else is asked once, however many they are.
    expect(asked).toBeGreaterThan(1_000);
    expect(asked).toBeLessThan(1_600);
  });
});

describe("a post that is only tried", () => {
  it("is told when it would go out, with which texts, and what speaks against it", async () => {
    await owner.call("PATCH", `/v1/channels/${channelId}`, {
      body: { defaults: { signature: "Ada" } },
    });
    await bulk([row(1)]);
    const before = await checksumOf(api, owner.workspaceId);
    const answer = await owner.call("POST", "/v1/posts/validate", { body: row(1) });
    expect(answer.statusCode, answer.body).toBe(200);
    expect(answer.json()).toMatchObject({
      schedule: { mode: "at", at: "2027-01-16T12:00:00.000Z" },
      targets: [{ channelId, texts: ["Day 1\n\nAda"] }],
      warnings: [{ code: "same_text" }, { code: "close_in_time" }],
    });
    const bad = await owner.call("POST", "/v1/posts/validate", { body: row(-1) });
    expect(bad.json()).toMatchObject({ status: 422, code: "in_the_past" });
    expect(await checksumOf(api, owner.workspaceId)).toEqual(before);
  });
});

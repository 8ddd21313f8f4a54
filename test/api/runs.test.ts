import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import {
  Approval,
  AuditEvent,
  Delivery,
  Event,
  Outbox,
  Post,
  Rendition,
  Run,
  Step,
} from "#db/entities/index.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import type { PostStatus, RunStatus } from "#domain/states.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { person, type Caller } from "./callers.ts";
import {
  addAgent,
  addAsset,
  addChannel,
  addDeliveries,
  addRendition,
  addRun,
  onDatabase,
  sealPost,
  setPost,
} from "./rows.ts";

let api: TestApi;
let owner: Caller;
let channelId: string;
let agentId: string;

beforeAll(async () => {
  api = await startApi();
  owner = await person(api);
  ({ channelId } = await addChannel(api, owner.workspaceId));
  agentId = await addAgent(api, owner.workspaceId, { channelId });
});

afterAll(async () => {
  await api?.close();
});

beforeEach(() => {
  api.setEngine("ready");
  api.told.length = 0;
});

const db = () => inWorkspace(api.context.orm, owner.workspaceId);
const read = (id: string) => db().findOneOrFail(Run, { id });
const cancel = (id: string) => owner.call("POST", `/v1/runs/${id}/cancel`);
const add = (status: RunStatus, postId?: string) =>
  addRun(api, owner.workspaceId, { agentId, status, ...(postId ? { postId } : {}) });

/** A run with a post that awaits approval. */
async function withPost(): Promise<{ runId: string; post: Post; assetId: string }> {
  const assetId = await addAsset(api, owner.workspaceId);
  const accepted = await owner.call("POST", "/v1/posts", {
    body: {
      content: { text: "Ahoy" },
      assets: [{ id: assetId }],
      targets: [{ channelId }],
      schedule: { mode: "at", at: "2099-01-01T00:00:00Z" },
    },
  });
  expect(accepted.statusCode, accepted.body).toBe(202);
  const postId = accepted.json<{ id: string }>().id;
  const runId = await add("running", postId);
  await db().nativeUpdate(Post, { id: postId }, { runId, agentId });
  await sealPost(api, await db().findOneOrFail(Post, { id: postId }));
  api.told.length = 0;
  return { runId, assetId, post: await db().findOneOrFail(Post, { id: postId }) };
}

describe("reading", () => {
  it("lists the runs of every agent, newest first, by agent and state", async () => {
    const { workspaceId } = owner;
    const other = await addAgent(api, workspaceId, { channelId });
    const first = await addRun(api, workspaceId, { agentId: other, status: "succeeded" });
    const second = await addRun(api, workspaceId, { agentId: other, status: "failed" });
    const third = await addRun(api, workspaceId, { agentId, status: "failed" });
    const list = async (query: string) => {
      const answer = await owner.call("GET", `/v1/runs${query}`);
      return answer.json<{ data: { id: string }[]; nextCursor: string | null }>();
    };
    const ids = async (query: string) => (await list(query)).data.map(({ id }) => id);
    expect((await ids("")).slice(0, 3)).toEqual([third, second, first]);
    expect(await ids(`?agentId=${other}`)).toEqual([second, first]);
    expect(await ids(`?agentId=${other}&status=failed`)).toEqual([second]);
    const page = await list(`?agentId=${other}&limit=1`);
    expect(await ids(`?agentId=${other}&cursor=${page.nextCursor}`)).toEqual([first]);
    const stranger = await person(api);
    expect((await stranger.call("GET", "/v1/runs")).json()).toEqual({ data: [], nextCursor: null });
  });

  it("shows the run with its own steps, then what becomes of its post", async () => {
    const { runId, post } = await withPost();
    const startedAt = new Date("2027-01-15T12:00:00.000Z");
    for (const [position, kind, credits] of [
      [1, "gather", 0],
      [2, "model", 1],
    ] as const) {
      await insertRow(db(), Step, {
        workspaceId: owner.workspaceId,
        runId,
        key: `step-${position}`,
        position,
        kind,
        name: kind,
        status: "succeeded",
        input: { wanted: kind },
        output: { found: kind },
        transcript: [{ role: "system", content: "not for the API" }],
        model: kind === "model" ? "sandbox/sandbox-text-1" : null,
        credits,
        startedAt,
        finishedAt: new Date(startedAt.getTime() + 1_500),
      });
    }
    const answer = await owner.call("GET", `/v1/runs/${runId}`);
    const run = answer.json();
    expect(run).toMatchObject({
      id: runId,
      agentId,
      status: "awaiting_approval",
      trigger: "manual",
      postId: post.id,
      credits: 1,
      error: null,
      temporalUrl: `http://127.0.0.1:8080/temporal/namespaces/default/workflows/run%2F${runId}`,
    });
    expect(run.steps).toMatchObject([
      { position: 1, kind: "gather", input: { wanted: "gather" }, durationMs: 1_500, model: null },
      { position: 2, kind: "model", credits: 1, model: "sandbox/sandbox-text-1" },
      {
        position: 3,
        kind: "media",
        status: "succeeded",
        output: { contentHash: post.contentHash },
      },
      { position: 4, kind: "approval", status: "running" },
      { position: 5, kind: "publish", status: "pending" },
    ]);
    expect(answer.body).not.toContain("not for the API");
  });
});

describe("cancelling", () => {
  it.each(["queued", "running", "awaiting_approval", "paused"] as const)(
    "takes a run that is %s, once",
    async (status) => {
      const id = await add(status);
      const answer = await cancel(id);
      expect(answer.json()).toMatchObject({ id, status: "cancelled", engine: "ready" });
      expect(answer.json().finishedAt).not.toBeNull();
      expect((await cancel(id)).json()).toEqual(answer.json());
      expect(api.told).toEqual([{ what: "cancel", workflowId: `run/${id}` }]);
      expect(await db().count(AuditEvent, { subject: `run:${id}` })).toBe(1);
      expect(await db().find(Event, { subjectId: id })).toMatchObject([{ type: "run.cancelled" }]);
    },
  );

  it.each(["succeeded", "failed", "skipped"] as const)("refuses what is %s", async (status) => {
    const id = await add(status);
    expect((await cancel(id)).json()).toMatchObject({ status: 409, code: "too_late" });
    expect((await read(id)).status).toBe(status);
    expect(api.told).toEqual([]);
  });

  it("cancels the run's post as the post's own cancelling would", async () => {
    const { runId, post, assetId } = await withPost();
    const rendition = await addRendition(api, owner.workspaceId, { assetId, postIds: [post.id] });
    await addDeliveries(api, post, "claimed");
    api.setEngine("delayed");
    await owner.call("PATCH", `/v1/posts/${post.id}`, {
      body: { schedule: { mode: "at", at: "2098-01-01T00:00:00Z" } },
    });
    const answer = await cancel(runId);
    expect(answer.json(), answer.body).toMatchObject({ status: "cancelled", engine: "delayed" });
    const after = (await owner.call("GET", `/v1/posts/${post.id}`)).json();
    expect(after).toMatchObject({
      status: "cancelled",
      targets: [{ status: "cancelled" }],
      decision: { status: "voided" },
    });
    expect(await db().count(Approval, { postId: post.id, status: "pending" })).toBe(0);
    expect(await db().count(Delivery, { postVersion: post.version, status: "claimed" })).toBe(0);
    expect(await db().count(Rendition, { id: rendition.id })).toBe(0);
    expect(await api.context.storage.size(rendition.blobKey)).toBeUndefined();
    const waiting = await outsideWorkspaces(api.context.orm).find(Outbox, {
      workflowId: { $in: [`run/${runId}`, `post/${post.id}`] },
    });
    expect(waiting.map((one) => [one.workflowId, one.action])).toEqual([
      [`run/${runId}`, "cancel"],
    ]);
  });

  it("takes back the start of a run that the engine was not told of", async () => {
    api.setEngine("delayed");
    const { id } = (await owner.call("POST", `/v1/agents/${agentId}/run`)).json();
    await cancel(id);
    const waiting = await outsideWorkspaces(api.context.orm).find(Outbox, {
      workflowId: `run/${id}`,
    });
    expect(waiting.map((one) => one.action)).toEqual(["cancel"]);
  });

  it.each<PostStatus>(["publishing", "unconfirmed"])(
    "is too late once its post is %s",
    async (status) => {
      const { runId, post } = await withPost();
      await setPost(api, post, status);
      const answer = await cancel(runId);
      expect(answer.json()).toMatchObject({ status: 409, code: "too_late", postStatus: status });
      expect((await read(runId)).status).toBe("awaiting_approval");
      expect(api.told).toEqual([]);
    },
  );

  it("leaves a post that has ended as it is", async () => {
    const { runId, post } = await withPost();
    await setPost(api, post, "published");
    expect((await cancel(runId)).json()).toMatchObject({ status: "cancelled" });
    expect((await db().findOneOrFail(Post, { id: post.id })).status).toBe("published");
  });

  it("gives way to whoever has the post that the run gets at this moment", async () => {
    const { runId, post } = await withPost();
    await db().nativeUpdate(Run, { id: runId }, { postId: null });
    const answer = await onDatabase(api, (making) =>
      onDatabase(api, async (deciding) => {
        const oneWaitsFor = (holder: number) =>
          vi.waitFor(async () => {
            const { rows } = await making(
              "select 1 from pg_stat_activity where $1::int = any(pg_blocking_pids(pid))",
              [holder],
            );
            expect(rows).toHaveLength(1);
          }, 5_000);
        const pidOf = async (query: typeof making) =>
          Number((await query("select pg_backend_pid() as pid")).rows[0]?.["pid"]);
        const [maker, decider] = [await pidOf(making), await pidOf(deciding)];
        await making("begin");
        await making("select 1 from run where id = $1 for update", [runId]);
        await deciding("begin");
        await deciding("select 1 from post where id = $1 for update", [post.id]);
        const asked = cancel(runId);
        await oneWaitsFor(maker);
        await making("update run set post_id = $2 where id = $1", [runId, post.id]);
        await making("commit");
        await oneWaitsFor(decider);
        // What changes a post shows it on its run.
        await deciding("update run set status = 'running' where id = $1", [runId]);
        await deciding("commit");
        return asked;
      }),
    );
    expect(answer.statusCode, answer.body).toBe(200);
    expect(await read(runId)).toMatchObject({ status: "cancelled", postId: post.id });
    expect(await db().findOneOrFail(Post, { id: post.id })).toMatchObject({ status: "cancelled" });
  });

  it("and deciding its post at the same time never blocks one another", async () => {
    for (let round = 0; round < 4; round += 1) {
      const { runId, post } = await withPost();
      const { contentHash } = post;
      const url = `/v1/posts/${post.id}`;
      const answers = await Promise.all([
        owner.call("POST", `${url}/approve`, { body: { contentHash } }),
        cancel(runId),
        owner.call("POST", `${url}/cancel`),
        cancel(runId),
        owner.call("PATCH", url, { body: { content: { text: "Other" } } }),
        cancel(runId),
      ]);
      for (const answer of answers) expect([200, 409], answer.body).toContain(answer.statusCode);
      expect((await db().findOneOrFail(Post, { id: post.id })).status).toBe("cancelled");
      expect((await read(runId)).status).toBe("cancelled");
    }
  });
});

import { afterAll, beforeAll, expect, it } from "vitest";
import { Channel, Connection, MetricSnapshot, Post, Target } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace } from "#db/orm.ts";
import { person, type Caller } from "#test/api/callers.ts";
import { addChannel } from "#test/api/rows.ts";
import { activityDeps, runActivity } from "#test/harness/activity-deps.ts";
import { startApi, type TestApi } from "#test/harness/start-api.ts";
import { createConnectionActivities } from "./connections.ts";

let api: TestApi;
let owner: Caller;

beforeAll(async () => {
  api = await startApi();
  owner = await person(api);
});

afterAll(async () => {
  await api?.close();
});

const db = () => inWorkspace(api.context.orm, owner.workspaceId);

/** A post that went out to these channels and was measured on each; gives its targets' ids by channel. */
async function measuredPost(channelIds: string[]): Promise<Map<string, string>> {
  const { workspaceId } = owner;
  const postId = newId();
  const targets = new Map(channelIds.map((channelId) => [channelId, newId()]));
  await db().transactional(async (em) => {
    await insertRow(em, Post, {
      id: postId,
      workspaceId,
      status: "published",
      content: { text: "hello" },
      assets: [],
      scheduleMode: "now",
      dueAt: new Date(),
      approval: "none",
      createdBy: "user:test",
    });
    for (const [position, [channelId, id]] of [...targets].entries()) {
      await insertRow(em, Target, {
        id,
        workspaceId,
        postId,
        position,
        channelId,
        platform: "sandbox",
        channelName: "Somebody",
        status: "published",
        remoteId: `remote-${id}`,
        remoteUrl: `https://network.example/${id}`,
        overrides: {},
        settings: {},
      });
      await insertRow(em, MetricSnapshot, {
        workspaceId,
        postId,
        targetId: id,
        slot: "1h",
        takenAt: new Date(),
        metrics: { views: 7 },
      });
    }
  });
  return targets;
}

it("forgets with a connection what was measured through it; where the posts went stays", async () => {
  const [leaving, staying] = [
    await addChannel(api, owner.workspaceId),
    await addChannel(api, owner.workspaceId),
  ];
  const targets = await measuredPost([leaving.channelId, staying.channelId]);
  const gone = targets.get(leaving.channelId) ?? "";
  const { forgetConnection } = createConnectionActivities(await activityDeps(api));
  const ids = { workspaceId: owner.workspaceId, connectionId: leaving.connectionId };
  // One that nobody disconnected is left alone.
  await runActivity(forgetConnection, ids);
  expect(await db().count(MetricSnapshot, {})).toBe(2);

  await db().nativeUpdate(Connection, { id: leaving.connectionId }, { disconnectedAt: new Date() });
  await runActivity(forgetConnection, ids);
  expect(await db().count(Connection, { id: leaving.connectionId })).toBe(0);
  expect(await db().count(Channel, { id: leaving.channelId })).toBe(0);
  expect(await db().find(MetricSnapshot, {})).toMatchObject([
    { targetId: targets.get(staying.channelId) },
  ]);
  expect(await db().findOneOrFail(Target, { id: gone })).toMatchObject({
    status: "published",
    remoteId: `remote-${gone}`,
    remoteUrl: `https://network.example/${gone}`,
  });
});

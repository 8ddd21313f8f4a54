import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Connection, DeliveryAttempt, MetricSnapshot, Target } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import {
  startSandboxNetwork,
  type SandboxNetwork,
} from "#local/sandbox-network/start-sandbox-network.ts";
import { person } from "#test/api/callers.ts";
import { activityDeps, runActivity } from "#test/harness/activity-deps.ts";
import { connectDemo, postOnSandbox } from "#test/harness/post-on-sandbox.ts";
import { startApi, type TestApi } from "#test/harness/start-api.ts";
import type { DeliveryIds } from "#workflows/delivery-ports.ts";
import { createMetricActivities } from "./metrics.ts";

const hour = 60 * 60_000;

let folder: string;
let network: SandboxNetwork;
let api: TestApi;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "drumbeat-metrics-"));
  network = await startSandboxNetwork({ port: 0, host: "127.0.0.1", dataDir: folder });
  api = await startApi({
    platformApp: (name) => (name === "sandbox" ? { baseUrl: network.url } : {}),
  });
});

afterAll(async () => {
  await api?.close();
  await network?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A post that came out so long ago, as its target says. */
async function outSince(agoMs: number): Promise<{ ids: DeliveryIds; connectionId: string }> {
  const owner = await person(api);
  const { workspaceId } = owner;
  const connectionId = await connectDemo(owner);
  const ids = await postOnSandbox({ deps: await activityDeps(api), workspaceId, connectionId });
  const publishedAt = new Date(api.context.now().getTime() - agoMs);
  await dbOf(ids).nativeUpdate(Target, { id: ids.targetId }, { publishedAt });
  return { ids, connectionId };
}

const dbOf = ({ workspaceId }: DeliveryIds) => inWorkspace(api.context.orm, workspaceId);

async function take({ workspaceId, postId, targetId }: DeliveryIds, slot: string) {
  const { takeSnapshot } = createMetricActivities(await activityDeps(api));
  return runActivity(takeSnapshot, { workspaceId, postId, targetId, slot });
}

const slotsOf = async (ids: DeliveryIds) =>
  (await dbOf(ids).find(MetricSnapshot, { targetId: ids.targetId })).map(({ slot }) => slot);

it("measures under the name of a time only before the next one", async () => {
  const { ids } = await outSince(7 * hour);
  expect(await take(ids, "first")).toBe("skipped");
  expect(await take(ids, "1h")).toBe("skipped");
  expect(await take(ids, "6h")).toBe(true);
  expect(await take(ids, "6h")).toBe(true);
  expect(await slotsOf(ids)).toEqual(["6h"]);
  // However late, it was looked whether the post is there for everybody.
  const seen = await dbOf(ids).find(DeliveryAttempt, { deliveryId: ids.deliveryId });
  expect(seen).toMatchObject([{ step: "confirm", outcome: "visible" }]);
});

it("leaves an account alone that was disconnected, and goes on once it is back", async () => {
  const { ids, connectionId } = await outSince(2 * hour);
  const set = (disconnectedAt: Date | null) =>
    dbOf(ids).nativeUpdate(Connection, { id: connectionId }, { disconnectedAt });
  await set(api.context.now());
  expect(await take(ids, "1h")).toBe("skipped");
  await set(null);
  expect(await take(ids, "1h")).toBe(true);
  expect(await slotsOf(ids)).toEqual(["1h"]);
});

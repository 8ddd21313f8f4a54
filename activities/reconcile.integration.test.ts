import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Delivery, Post, Target } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import {
  startSandboxNetwork,
  type SandboxNetwork,
} from "#local/sandbox-network/start-sandbox-network.ts";
import { person, type Caller } from "#test/api/callers.ts";
import { activityDeps, runActivity } from "#test/harness/activity-deps.ts";
import { connectDemo, postOnSandbox } from "#test/harness/post-on-sandbox.ts";
import { startApi, type TestApi } from "#test/harness/start-api.ts";
import type { DeliveryIds } from "#workflows/delivery-ports.ts";
import { createDeliveryActivities } from "./deliveries.ts";

let folder: string;
let network: SandboxNetwork;
let api: TestApi;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "drumbeat-reconcile-"));
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

/** It is out, its answer was lost, and then the account's access was revoked. */
async function lostAndRevoked(): Promise<{ ids: DeliveryIds; owner: Caller }> {
  const owner = await person(api);
  const { workspaceId } = owner;
  const connectionId = await connectDemo(owner);
  const deps = await activityDeps(api);
  const ids = await postOnSandbox({ deps, workspaceId, connectionId });
  const em = inWorkspace(api.context.orm, workspaceId);
  await em.nativeUpdate(Post, { id: ids.postId }, { status: "publishing" });
  await em.nativeUpdate(Target, { id: ids.targetId }, { status: "publishing", remoteId: null });
  await em.nativeUpdate(
    Delivery,
    { id: ids.deliveryId },
    { status: "sending", sendingAt: api.context.now(), remoteId: null },
  );
  const revoked = await fetch(`${network.url}/_accounts/demo/revoke`, { method: "POST" });
  expect(revoked.ok).toBe(true);
  return { ids, owner };
}

async function reconcile(ids: DeliveryIds, laterMs = 0) {
  const now = () => new Date(api.context.now().getTime() + laterMs);
  const deps = await activityDeps(api, { now });
  return runActivity(createDeliveryActivities(deps).reconcileDelivery, ids);
}

const targetOf = ({ workspaceId, targetId }: DeliveryIds) =>
  inWorkspace(api.context.orm, workspaceId).findOneOrFail(Target, { id: targetId });

it("an account that can't be read waits to be connected again, and then tells", async () => {
  const { ids, owner } = await lostAndRevoked();
  expect(await reconcile(ids)).toEqual({ kind: "too_early", afterMs: 30_000 });
  expect(await targetOf(ids)).toMatchObject({
    status: "publishing",
    waiting: { reason: "connection" },
  });
  await connectDemo(owner);
  expect(await reconcile(ids)).toEqual({ kind: "published" });
  expect(await targetOf(ids)).toMatchObject({ status: "published", waiting: null });
});

it("which nobody connects again for a day is left to a person", async () => {
  const { ids } = await lostAndRevoked();
  expect(await reconcile(ids)).toMatchObject({ kind: "too_early" });
  expect(await reconcile(ids, 24 * 60 * 60_000)).toEqual({ kind: "unprovable" });
  expect(await targetOf(ids)).toMatchObject({ status: "unconfirmed" });
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { Connection, Delivery, DeliveryAttempt, Outbox, Target } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace } from "#db/orm.ts";
import { PlatformError } from "#domain/errors.ts";
import {
  startSandboxNetwork,
  type SandboxNetwork,
} from "#local/sandbox-network/start-sandbox-network.ts";
import { person, type Caller } from "#test/api/callers.ts";
import { connectDemo, postOnSandbox } from "#test/harness/post-on-sandbox.ts";
import { activityDeps, runActivity } from "#test/harness/activity-deps.ts";
import { startApi, type TestApi } from "#test/harness/start-api.ts";
import type { ActivityDeps } from "./deps.ts";
import { closeCall } from "./lib/delivery-ledger.ts";
import { createTakeDownActivities } from "./take-down.ts";

let folder: string;
let network: SandboxNetwork;
let api: TestApi;
let owner: Caller;
let deps: ActivityDeps;
let connectionId: string;

const hourMs = 3_600_000;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "drumbeat-take-down-"));
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

beforeEach(async () => {
  owner = await person(api);
  deps = await activityDeps(api);
  connectionId = await connectDemo(owner);
});

const db = () => inWorkspace(api.context.orm, owner.workspaceId);
const atNetwork = (what: "expire" | "revoke") =>
  fetch(`${network.url}/_accounts/demo/${what}`, { method: "POST" });
const connection = () => db().findOneOrFail(Connection, { id: connectionId });
const attemptsOf = async (deliveryId: string) =>
  (await db().find(DeliveryAttempt, { deliveryId }, { orderBy: { number: "asc" } })).map((one) => [
    one.step,
    one.outcome,
  ]);

const published = () => postOnSandbox({ deps, workspaceId: owner.workspaceId, connectionId });

const removal = (status: "requested" | "removed") => ({
  status,
  detail: "It was asked for.",
  at: new Date().toISOString(),
});

const remove = (ids: {
  workspaceId: string;
  postId: string;
  targetId: string;
  deliveryId: string;
}) => runActivity(createTakeDownActivities(deps).removeDelivery, ids);

it("takes down with access that the network has ended: it is renewed first", async () => {
  const ids = await published();
  const before = await connection();
  await atNetwork("expire");
  expect(await remove(ids)).toEqual({ kind: "gone" });
  const after = await connection();
  expect(after).toMatchObject({ status: "active" });
  expect(after.secretsVersion).toBeGreaterThan(before.secretsVersion);
  expect(await attemptsOf(ids.deliveryId)).toEqual([
    ["remove", "failed"],
    ["remove", "removed"],
  ]);
  // A repetition finds it done.
  expect(await remove(ids)).toEqual({ kind: "gone" });
});

it("counts a target as taken down only when nothing of it stands any more", async () => {
  const ids = await published();
  await db().nativeUpdate(Target, { id: ids.targetId }, { removal: removal("requested") });
  const removalOf = async () => (await db().findOneOrFail(Target, { id: ids.targetId })).removal;
  const { settleRemoval } = createTakeDownActivities(deps);
  // A part came out while the story took the others down.
  await settleRemoval(ids);
  expect(await removalOf()).toMatchObject({ status: "requested" });
  await db().nativeUpdate(Delivery, { id: ids.deliveryId }, { removedAt: new Date() });
  await settleRemoval(ids);
  expect(await removalOf()).toMatchObject({ status: "removed" });
});

it("takes down too what was on its way and came out after the others were gone", async () => {
  const { deliveryId, ...ids } = await published();
  const target = { status: "publishing" as const, removal: removal("removed") };
  await db().nativeUpdate(Target, { id: ids.targetId }, target);
  await db().nativeUpdate(
    Delivery,
    { id: deliveryId },
    { status: "sending", sendingAt: new Date() },
  );
  await closeCall(deps, { ...ids, deliveryId }, newId(), {
    outcome: "published",
    published: { remoteId: "late" },
  });
  expect((await db().findOneOrFail(Target, { id: ids.targetId })).removal).toMatchObject({
    status: "requested",
  });
  expect(
    await db().find(Outbox, { workspaceId: ids.workspaceId, workflowId: `takedown/${ids.postId}` }),
  ).toMatchObject([{ action: "wake", workflowType: "takeDownPost" }]);
});

it("renews it again for a later one, whatever was refused before", async () => {
  const ids = await published();
  await insertRow(db(), DeliveryAttempt, {
    workspaceId: ids.workspaceId,
    deliveryId: ids.deliveryId,
    number: 1,
    step: "publish",
    outcome: "not_accepted",
    code: "invalid_token",
    startedAt: new Date(Date.now() - hourMs),
    finishedAt: new Date(Date.now() - hourMs),
  });
  await atNetwork("expire");
  expect(await remove(ids)).toEqual({ kind: "gone" });
});

it("asks a person to connect the account again where the network renews nothing", async () => {
  const ids = await published();
  await atNetwork("revoke");
  expect(await remove(ids)).toMatchObject({ kind: "failed" });
  expect(await connection()).toMatchObject({ status: "needs_reauthorization" });
  expect(await db().findOneOrFail(Delivery, { id: ids.deliveryId })).toMatchObject({
    removedAt: null,
  });
});

it("renews it once: access that is refused although it is new needs a person", async () => {
  const ids = await published();
  const before = await connection();
  const sandbox = deps.platforms.get("sandbox");
  if (!sandbox) throw new Error("there is no sandbox platform");
  let asked = 0;
  const remove_ = () => {
    asked += 1;
    throw new PlatformError("no", { fate: "reauthorize", code: "unauthorized" });
  };
  deps = {
    ...deps,
    platforms: new Map(deps.platforms).set("sandbox", { ...sandbox, remove: remove_ }),
  };
  expect(await remove(ids)).toMatchObject({ kind: "failed", code: "unauthorized" });
  expect(asked).toBe(2);
  const after = await connection();
  expect(after).toMatchObject({ status: "needs_reauthorization" });
  expect(after.secretsVersion).toBe(before.secretsVersion + 1);
});

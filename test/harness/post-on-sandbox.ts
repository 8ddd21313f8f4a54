import type { ActivityDeps } from "#activities/index.ts";
import { openConnection } from "#activities/lib/open-connection.ts";
import { Channel, Delivery, Post, Target } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace } from "#db/orm.ts";
import type { Caller } from "#test/api/callers.ts";
import type { DeliveryIds } from "#workflows/delivery-ports.ts";

/** Connects the account `demo` of the sandbox network that the API knows; returns the connection's id. */
export async function connectDemo(owner: Caller): Promise<string> {
  const begun = await owner.call("POST", "/v1/connections", { body: { platform: "sandbox" } });
  const { id, authorizationUrl } = begun.json<{ id: string; authorizationUrl: string }>();
  const approved = await fetch(`${authorizationUrl}&approve=demo`, { redirect: "manual" });
  const { pathname, search } = new URL(approved.headers.get("location") ?? "");
  await owner.call("GET", pathname + search);
  return id;
}

/** A post that is out on the network, as the ledger knows it: no answer was lost. */
export async function postOnSandbox(input: {
  deps: ActivityDeps;
  workspaceId: string;
  connectionId: string;
}): Promise<DeliveryIds> {
  const { deps, workspaceId, connectionId } = input;
  const em = inWorkspace(deps.orm, workspaceId);
  const signal = AbortSignal.timeout(10_000);
  const [channel] = await em.find(Channel, { connectionId }, { orderBy: { id: "asc" } });
  if (!channel) throw new Error("the account has channels");
  const open = await openConnection(deps, { workspaceId, connectionId }, signal);
  const call = {
    ...open.platformDeps,
    secrets: open.secrets,
    account: open.account,
    channel: { remoteId: channel.remoteId, kind: channel.kind },
    signal,
  };
  const [postId, targetId, deliveryId] = [newId(), newId(), newId()];
  const marker = open.platform.marker({ deliveryId, claimedAt: deps.now() });
  const { remoteId } = await open.platform.publish(call, {
    text: "Ahoy",
    media: [],
    settings: {},
    created: {},
    marker,
  });
  await insertRow(em, Post, {
    id: postId,
    workspaceId,
    status: "published",
    content: { text: "Ahoy" },
    assets: [],
    scheduleMode: "now",
    dueAt: new Date(),
    approval: "none",
    createdBy: "user:test",
  });
  await insertRow(em, Target, {
    id: targetId,
    workspaceId,
    postId,
    position: 0,
    channelId: channel.id,
    platform: "sandbox",
    channelName: "Demo",
    status: "published",
    remoteId,
    overrides: {},
    settings: {},
  });
  await insertRow(em, Delivery, {
    id: deliveryId,
    workspaceId,
    targetId,
    status: "published",
    marker,
    contentHash: "",
    postVersion: 1,
    claimedAt: new Date(),
    remoteId,
  });
  return { workspaceId, postId, targetId, deliveryId };
}

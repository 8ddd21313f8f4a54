import { LockMode } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { sealIntoConnection, setConnectionStatus } from "#db/connection-changes.ts";
import { Channel, Connection, Post, Target } from "#db/entities/index.ts";
import { insertRow } from "#db/insert-row.ts";
import { enqueue } from "#db/outbox/enqueue.ts";
import { recordEvent } from "#db/record-event.ts";
import type { KeyRing } from "#db/vault/key-ring.ts";
import { cut } from "#domain/cut.ts";
import { targetMachine } from "#domain/states.ts";
import type { Authorized, ChannelFacts } from "#platforms/contract.ts";
import { found } from "./not-found.ts";

/** The connection under its lock; Problem 404 when there is none, or none any more. Call it within a transaction. */
export async function lockConnection(em: EntityManager, id: string): Promise<Connection> {
  const row = await em.findOne(
    Connection,
    { id, disconnectedAt: null },
    { lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  return found(row, "connection");
}

/** Seals what the platform gave and notes the account and its channels. The connection's status stays as it is. */
export async function storeAuthorization(
  em: EntityManager,
  input: {
    keyRing: KeyRing;
    now: Date;
    connection: Connection;
    authorized: Authorized;
    channels: ChannelFacts[];
  },
): Promise<void> {
  const { connection, authorized } = input;
  const { account } = authorized;
  sealIntoConnection({
    keyRing: input.keyRing,
    connection,
    secrets: authorized.secrets,
    expiresAt: authorized.expiresAt,
    refreshExpiresAt: authorized.refreshExpiresAt,
    now: input.now,
  });
  Object.assign(connection, {
    remoteAccountId: account.remoteId,
    name: cut(account.name, 300),
    handle: account.handle === undefined ? null : cut(account.handle, 300),
    accountData: account.data,
    scopes: authorized.scopes,
  } satisfies Partial<Connection>);
  await em.flush();
  const channels = new Map(input.channels.map((channel) => [channel.remoteId, channel]));
  for (const channel of channels.values()) {
    await insertRow(em, Channel, {
      workspaceId: connection.workspaceId,
      connectionId: connection.id,
      platform: connection.platform,
      remoteId: channel.remoteId,
      ...shownOf(channel),
    });
  }
}

/**
 * Makes an authorized connection work: the channels that an older connection of the same account had become its own,
 * so that posts and agents keep theirs, and its workflow starts. Returns the messages for the engine.
 */
export async function activateConnection(
  em: EntityManager,
  connection: Connection,
): Promise<string[]> {
  const released = await takeOver(em, connection);
  await setConnectionStatus(em, connection, "active", null);
  return [...released, ...(await wakeConnection(em, connection))];
}

/** Starts the connection's workflow where it is gone, and has it look at its row. Returns the messages for the engine. */
export async function wakeConnection(em: EntityManager, connection: Connection): Promise<string[]> {
  const { workspaceId, id } = connection;
  const workflowId = `connection/${id}`;
  const start = await enqueue(em, {
    workspaceId,
    action: "start",
    workflowType: "refreshConnection",
    workflowId,
    input: { connectionId: id },
  });
  return [start, await enqueue(em, { workspaceId, action: "signal", workflowId })];
}

/**
 * Disconnects: gone for every reader from now on; what was to go out through it is blocked and says why. Its workflow
 * tells the platform and removes the row with the secrets. Returns the messages for the engine.
 */
export async function disconnectConnection(
  em: EntityManager,
  connection: Connection,
  now: Date,
): Promise<string[]> {
  connection.disconnectedAt = now;
  connection.version += 1;
  const posts = await blockTargets(em, connection);
  return [
    ...(await signalPosts(em, connection.workspaceId, posts)),
    ...(await wakeConnection(em, connection)),
  ];
}

/** Returns the posts whose targets were blocked. */
async function blockTargets(em: EntityManager, connection: Connection): Promise<string[]> {
  const channels = await em.find(Channel, { connectionId: connection.id });
  const waiting = {
    channelId: { $in: channels.map((one) => one.id) },
    status: { $in: ["pending" as const, "preparing" as const] },
  };
  const postIds = [...new Set((await em.find(Target, waiting)).map((target) => target.postId))];
  // A post's row is the lock of its targets: a delivery that has passed its gate is let through, none passes it later.
  await em.find(
    Post,
    { id: { $in: postIds } },
    { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: "asc" } },
  );
  const targets = await em.find(
    Target,
    { ...waiting, postId: { $in: postIds } },
    { refresh: true },
  );
  for (const target of targets) {
    target.status = targetMachine.step(target.status, "blocked");
    target.error = {
      code: "disconnected",
      detail: `The account of ${target.channelName} was disconnected. Choose another channel, or cancel the post.`,
    };
  }
  return [...new Set(targets.map((target) => target.postId))];
}

async function takeOver(em: EntityManager, connection: Connection): Promise<string[]> {
  const { workspaceId, platform, remoteAccountId } = connection;
  if (!remoteAccountId) throw new Error("a connection must be authorized before it is made active");
  // One at a time per account: two that come together would each take over the same older one.
  await em.execute("select pg_advisory_xact_lock(hashtextextended(?, 11))", [
    [workspaceId, platform, remoteAccountId].join("|"),
  ]);
  const older = await em.find(
    Connection,
    {
      id: { $ne: connection.id },
      platform,
      remoteAccountId,
      disconnectedAt: null,
      status: { $ne: "pending" },
    },
    { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: "asc" } },
  );
  const messages: string[] = [];
  for (const one of older) {
    const moved = await moveChannels(em, one, connection);
    // What the account no longer offers goes with the old row. Its workflow finds no row and ends.
    await em.nativeDelete(Connection, { id: one.id });
    await recordEvent(em, {
      workspaceId,
      type: "connection.disconnected",
      subjectKind: "connection",
      subjectId: one.id,
      data: { replacedBy: connection.id },
    });
    messages.push(
      await enqueue(em, { workspaceId, action: "signal", workflowId: `connection/${one.id}` }),
    );
    const blocked = await em.find(Target, { channelId: { $in: moved }, status: "blocked" });
    messages.push(
      ...(await signalPosts(em, workspaceId, [...new Set(blocked.map((target) => target.postId))])),
    );
  }
  return messages;
}

/** Returns the ids of the channels that now belong to `to`. */
async function moveChannels(
  em: EntityManager,
  from: Connection,
  to: Connection,
): Promise<string[]> {
  const fresh = new Map(
    (await em.find(Channel, { connectionId: to.id })).map((one) => [one.remoteId, one]),
  );
  const moved: string[] = [];
  for (const channel of await em.find(Channel, { connectionId: from.id })) {
    const same = fresh.get(channel.remoteId);
    if (!same) continue;
    await em.nativeDelete(Channel, { id: same.id });
    await em.nativeUpdate(Channel, { id: channel.id }, { connectionId: to.id, ...shownOf(same) });
    moved.push(channel.id);
  }
  return moved;
}

async function signalPosts(
  em: EntityManager,
  workspaceId: string,
  postIds: string[],
): Promise<string[]> {
  const messages: string[] = [];
  for (const postId of postIds) {
    messages.push(
      await enqueue(em, { workspaceId, action: "signal", workflowId: `post/${postId}` }),
    );
  }
  return messages;
}

/** What people see of a channel, no longer than its columns. */
function shownOf(
  channel: Pick<ChannelFacts, "kind" | "name"> & {
    [K in "handle" | "url" | "avatarUrl"]?: string | null | undefined;
  },
) {
  return {
    kind: cut(channel.kind, 40),
    name: cut(channel.name, 300),
    handle: channel.handle ? cut(channel.handle, 300) : null,
    url: channel.url && channel.url.length <= 2_000 ? channel.url : null,
    avatarUrl: channel.avatarUrl && channel.avatarUrl.length <= 2_000 ? channel.avatarUrl : null,
  };
}

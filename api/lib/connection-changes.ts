import { LockMode } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import {
  isForgotten,
  sealIntoConnection,
  setConnectionStatus,
  stripConnection,
} from "#db/connection-changes.ts";
import { disconnectedInUse } from "#db/connection-use.ts";
import { setTarget } from "#db/delivery-changes.ts";
import { Channel, Connection, Post, RateUse, Series, Target } from "#db/entities/index.ts";
import { insertRow } from "#db/insert-row.ts";
import { forgetMetrics } from "#db/forget-metrics.ts";
import { enqueue } from "#db/outbox/enqueue.ts";
import { recordEvent } from "#db/record-event.ts";
import type { KeyRing } from "#db/vault/key-ring.ts";
import { cut } from "#domain/cut.ts";
import { connectionMachine } from "#domain/states.ts";
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
 * also where it was disconnected, so that posts, series, queues and agents keep theirs; and its workflow starts. Returns
 * the messages for the engine.
 */
export async function activateConnection(
  em: EntityManager,
  connection: Connection,
  now: Date,
): Promise<string[]> {
  const released = await takeOver(em, connection, now);
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
 * Disconnects: nothing can be done through it from now on; what was to go out through it is blocked and says why. Its
 * workflow tells the platform and removes the secrets, and the row too unless something refers to its channels. Returns
 * the messages for the engine.
 */
export async function disconnectConnection(
  em: EntityManager,
  connection: Connection,
  now: Date,
): Promise<string[]> {
  markDisconnected(connection, now);
  const posts = await blockTargets(
    em,
    connection,
    "was disconnected. Connect it again, choose another channel, or cancel the post.",
  );
  return [
    ...(await signalPosts(em, connection.workspaceId, posts)),
    ...(await wakeConnection(em, connection)),
  ];
}

/**
 * Forgets a disconnected connection that was kept for its channels: nothing brings these back then. Where its platform
 * was not told yet, its workflow removes the row as soon as it was.
 */
export async function forgetKept(em: EntityManager, connection: Connection): Promise<void> {
  await forgetMetrics(em, connection.id);
  await em.nativeDelete(Channel, { connectionId: connection.id });
  if (isForgotten(connection)) await em.nativeDelete(Connection, { id: connection.id });
}

function markDisconnected(connection: Connection, now: Date): void {
  connection.disconnectedAt = now;
  connection.version += 1;
  if (connectionMachine.allows(connection.status, "revoked"))
    connection.status = connectionMachine.step(connection.status, "revoked");
}

/** Returns the posts whose targets were blocked, which say what became of their account. */
async function blockTargets(
  em: EntityManager,
  connection: Connection,
  became: string,
): Promise<string[]> {
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
    const detail = `The account of ${target.channelName} ${became}`;
    await setTarget(em, target, "blocked", { code: "disconnected", detail });
  }
  return [...new Set(targets.map((target) => target.postId))];
}

async function takeOver(em: EntityManager, connection: Connection, now: Date): Promise<string[]> {
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
      status: { $ne: "pending" },
    },
    { lockMode: LockMode.PESSIMISTIC_WRITE, populate: ["wrappedKey"], orderBy: { id: "asc" } },
  );
  const messages: string[] = [];
  for (const one of older) {
    const told = isForgotten(one);
    const moved = await moveChannels(em, one, connection);
    await moveRates(em, one, connection);
    await resumeSeries(em, moved, now);
    const left = await partWith(em, one, now);
    messages.push(...(await signalPosts(em, workspaceId, left)));
    if (!told) {
      await recordEvent(em, {
        workspaceId,
        type: "connection.disconnected",
        subjectKind: "connection",
        subjectId: one.id,
        data: { replacedBy: connection.id },
      });
    }
    await correctRemovals(em, moved);
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

/**
 * Removes an older connection whose channels were taken over. Where something refers to channels that the account does
 * not offer any more, these stay, without secrets, until it offers them again. Its workflow finds nothing to do and
 * ends. Returns the posts that this blocks.
 */
async function partWith(em: EntityManager, older: Connection, now: Date): Promise<string[]> {
  if (!older.disconnectedAt) {
    markDisconnected(older, now);
    await em.flush();
  }
  const [used] = await disconnectedInUse(em, older.id);
  if (!used) {
    await em.nativeDelete(Connection, { id: older.id });
    return [];
  }
  const posts = await blockTargets(
    em,
    older,
    "does not offer it any more. Choose another channel, or cancel the post.",
  );
  await stripConnection(em, older);
  older.problem =
    "The account was connected again and does not offer these channels any more. Connect it again once it does.";
  await em.flush();
  return posts;
}

/**
 * Series that paused by themselves because the account was gone go on; what was due meanwhile is not made up for. One
 * that misses another channel too pauses again.
 */
async function resumeSeries(em: EntityManager, channelIds: string[], now: Date): Promise<void> {
  const rows = await em.execute<{ id: string }[]>(
    `select s."id" from "series" s where s."status" = 'paused' and s."reason"->>'code' = 'channel_gone'
       and exists (select 1 from unnest(?::text[]) as moved(id)
         where s."template"->'targets' @> jsonb_build_array(jsonb_build_object('channelId', moved.id)))`,
    [`{${channelIds.join(",")}}`],
  );
  const paused = await em.find(
    Series,
    { id: { $in: rows.map(({ id }) => id) }, status: "paused" },
    { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: "asc" } },
  );
  for (const series of paused) {
    Object.assign(series, {
      status: "active",
      reason: null,
      notBefore: now,
      madeThrough: null,
      nextAt: null,
      version: series.version + 1,
    } satisfies Partial<Series>);
    await em.flush();
    await recordEvent(em, {
      workspaceId: series.workspaceId,
      type: "series.active",
      subjectKind: "series",
      subjectId: series.id,
    });
  }
}

/** What the account has used of what its platform allows was used all the same. */
async function moveRates(em: EntityManager, from: Connection, to: Connection): Promise<void> {
  if ((await em.count(RateUse, { connectionId: to.id })) > 0) return;
  await em.nativeUpdate(RateUse, { connectionId: from.id }, { connectionId: to.id });
}

/** What could not be taken down for want of the account says that it can be now. */
async function correctRemovals(em: EntityManager, channelIds: string[]): Promise<void> {
  await em.execute(
    `update "target" set "removal" = "removal" || jsonb_build_object('detail', ?::text) - 'code'
     where "channel_id" = any(?::uuid[]) and "removal"->>'status' = 'failed'
       and "removal"->>'code' = 'connection_not_usable'`,
    [
      "The account was not connected then. It is now: take the post down again.",
      `{${channelIds.join(",")}}`,
    ],
  );
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

import { LockMode } from "@mikro-orm/core";
import type { CallSummary } from "#db/entities/delivery-attempt.ts";
import {
  Asset,
  Channel,
  type Connection,
  Delivery,
  Post,
  Rendition,
  Target,
} from "#db/entities/index.ts";
import { inWorkspace, type EntityManager } from "#db/orm.ts";
import { partsOf, type PartOfPost } from "#db/post-changes.ts";
import { PlatformError } from "#domain/errors.ts";
import type { CallContext, OutgoingPost, PlaceOfPart } from "#platforms/contract.ts";
import type { DeliveryIds } from "#workflows/delivery-ports.ts";
import type { ActivityDeps } from "../deps.ts";
import {
  findSealed,
  openAsItIs,
  openConnection,
  openFresh,
  type OpenConnection,
} from "./open-connection.ts";
import { recordCalls } from "./record-calls.ts";

/** An edit replaced the target, or what goes out, while a step was under way: the story looks at the row again. */
export class MovedOn extends Error {
  override name = "MovedOn";
}

export interface PreparedCall {
  call: CallContext;
  outgoing: OutgoingPost;
  delivery: Delivery;
  platform: OpenConnection["platform"];
  /** Which of the connection's secrets it shows. */
  secretsVersion: number;
  /** Every call that is made, as it is made: for the attempt's record. */
  calls: CallSummary[];
}

/** Rows that others decide about are held as they are until `sending` is committed; who changes one is not waited for. */
export const held = { lockMode: LockMode.PESSIMISTIC_READ_OR_FAIL, refresh: true } as const;

interface CallRows {
  delivery: Delivery;
  post: Post;
  target: Target;
  channel: Channel;
  connection: Connection | null;
  part: PartOfPost;
  place: PlaceOfPart | undefined;
  chosen: NonNullable<Target["renditions"]>;
  renditions: Rendition[];
  aiGenerated: boolean;
}

/**
 * Reads what goes out and opens the connection; nothing is sent but a refresh of the connection. Throws MovedOn, and
 * PlatformError when the connection can't be used.
 */
export async function prepareCall(
  deps: ActivityDeps,
  ids: DeliveryIds,
  signal: AbortSignal,
): Promise<PreparedCall> {
  const rows = await inWorkspace(deps.orm, ids.workspaceId).transactional((em) =>
    readRows(em, ids),
  );
  const { workspaceId } = ids;
  const { connectionId } = rows.channel;
  const open =
    openFresh(deps, rows.connection) ??
    (await openConnection(deps, { workspaceId, connectionId }, signal));
  return assemble(deps, rows, open, signal);
}

/** What is about to be sent, and the rows that decide about it, held as they are until the transaction ends. */
export type HeldCall =
  | { kind: "ready"; prepared: PreparedCall; channel: Channel; connection: Connection }
  /** Its access must be refreshed first, which no transaction waits for. */
  | { kind: "stale"; connectionId: string };

/**
 * The same within the transaction that decides whether it may be sent: what was read is what goes out. Who changes the
 * channel or the connection meanwhile is not waited for. `asItIs`: with the access as it is; it was just refreshed.
 */
export async function prepareHeldCall(
  em: EntityManager,
  deps: ActivityDeps,
  input: { ids: DeliveryIds; signal: AbortSignal; asItIs: boolean },
): Promise<HeldCall> {
  const rows = await readRows(em, input.ids, held);
  const { channel, connection } = rows;
  const open = input.asItIs ? openAsItIs(deps, connection) : openFresh(deps, connection);
  if (!open) return { kind: "stale", connectionId: channel.connectionId };
  const prepared = assemble(deps, rows, open, input.signal);
  return { kind: "ready", prepared, channel, connection: open.connection };
}

function assemble(
  deps: ActivityDeps,
  rows: CallRows,
  open: OpenConnection,
  signal: AbortSignal,
): PreparedCall {
  const { delivery, post, target, channel, part, place, chosen, renditions } = rows;
  const title =
    part.part === 0 ? (target.overrides.title ?? post.content.title ?? undefined) : undefined;
  const settings = open.platform.manifest.settings.parse(target.settings);
  const recorder = recordCalls(open.platformDeps.fetch);
  return {
    platform: open.platform,
    delivery,
    secretsVersion: open.connection.secretsVersion,
    calls: recorder.calls,
    call: {
      ...open.platformDeps,
      fetch: recorder.fetch,
      secrets: open.secrets,
      account: open.account,
      channel: { remoteId: channel.remoteId, kind: channel.kind },
      signal,
    },
    outgoing: {
      text: part.text,
      ...(title === undefined ? {} : { title }),
      ...(place === undefined ? {} : { place }),
      ...(rows.aiGenerated ? { aiGenerated: true } : {}),
      settings: settings as Record<string, unknown>,
      media: chosen.map((one) => {
        const rendition = renditions.find((candidate) => candidate.id === one.renditionId);
        if (!rendition) throw new MovedOn();
        return {
          renditionId: rendition.id,
          kind: rendition.kind,
          contentType: rendition.contentType,
          bytes: rendition.bytes,
          sha256: rendition.sha256,
          width: rendition.width,
          height: rendition.height,
          ...(rendition.durationSeconds ? { durationSeconds: rendition.durationSeconds } : {}),
          ...(one.altText ? { altText: one.altText } : {}),
          open: (range?: { start: number; length: number }) =>
            deps.storage.open(rendition.blobKey, range),
        };
      }),
    },
  };
}

async function readRows(
  em: EntityManager,
  ids: DeliveryIds,
  lock?: typeof held,
): Promise<CallRows> {
  const delivery = await em.findOne(Delivery, { id: ids.deliveryId });
  const target = await em.findOne(Target, { id: ids.targetId });
  const post = await em.findOne(Post, { id: ids.postId });
  if (!delivery || !target || !post) throw new MovedOn();
  const part = partsOf(post, target)[delivery.part];
  if (!part) throw new MovedOn();
  const channel = await em.findOne(Channel, { id: target.channelId }, lock ?? {});
  if (!channel) {
    throw new PlatformError("the channel's account was disconnected", {
      fate: "reauthorize",
      code: "connection_not_usable",
    });
  }
  const chosen = (target.renditions ?? []).filter((one) => (one.part ?? 0) === part.part);
  const renditions =
    chosen.length === 0
      ? []
      : await em.find(Rendition, { id: { $in: chosen.map((one) => one.renditionId) } });
  // Words alone where a picture belongs to them are not what was meant to go out.
  if (chosen.length !== part.assets.length) {
    throw new PlatformError("the media of this part was not made", {
      fate: "reject",
      code: "media_missing",
    });
  }
  const place =
    part.kind === "post" ? undefined : await placeOf(em, partsOf(post, target), part, target.id);
  const connection = await findSealed(em, channel.connectionId, lock);
  const aiGenerated = await isAiGenerated(em, renditions);
  return {
    ...{ delivery, target, post, channel, connection },
    ...{ part, place, chosen, renditions, aiGenerated },
  };
}

/** Whether a model had a part in any of the media. */
async function isAiGenerated(em: EntityManager, renditions: Rendition[]): Promise<boolean> {
  if (renditions.length === 0) return false;
  const id = { $in: renditions.map(({ assetId }) => assetId) };
  return (await em.count(Asset, { id, digitalSource: { $ne: null } })) > 0;
}

/** Where a further part hangs: a thread goes on under its last part that is out, a comment stands under the post. */
async function placeOf(
  em: EntityManager,
  parts: PartOfPost[],
  part: PartOfPost,
  targetId: string,
): Promise<PlaceOfPart> {
  const out = await em.find(
    Delivery,
    { targetId, status: "published", part: { $lt: part.part } },
    { orderBy: { part: "asc" } },
  );
  const published = (number: number) => {
    const delivery = out.find((one) => one.part === number);
    if (!delivery?.remoteId) return undefined;
    return {
      remoteId: delivery.remoteId,
      ...(delivery.remoteData ? { data: delivery.remoteData } : {}),
    };
  };
  const before = parts.filter((one) => one.part < part.part && one.kind !== "comment").at(-1);
  const root = published(0);
  const parent = part.kind === "comment" ? root : published(before?.part ?? 0);
  if (!root || !parent) {
    throw new PlatformError("nobody knows where the part before this one is", {
      fate: "reject",
      code: "parent_unknown",
    });
  }
  return { kind: part.kind === "comment" ? "comment" : "thread", root, parent };
}

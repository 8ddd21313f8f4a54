import { Channel, Delivery, Post, Rendition, Target } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import { PlatformError } from "#domain/errors.ts";
import type { CallContext, OutgoingPost } from "#platforms/contract.ts";
import type { DeliveryIds } from "#workflows/deliver-target.ts";
import type { ActivityDeps } from "../deps.ts";
import { openConnection, type OpenConnection } from "./open-connection.ts";

/** An edit replaced the target, or what goes out, while a step was under way: the story looks at the row again. */
export class MovedOn extends Error {
  override name = "MovedOn";
}

export interface PreparedCall {
  call: CallContext;
  outgoing: OutgoingPost;
  delivery: Delivery;
  platform: OpenConnection["platform"];
  /** The post's hash as it was when the content was read. */
  hash: string | null;
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
  const em = inWorkspace(deps.orm, ids.workspaceId);
  const delivery = await em.findOne(Delivery, { id: ids.deliveryId });
  const target = await em.findOne(Target, { id: ids.targetId });
  const post = await em.findOne(Post, { id: ids.postId });
  if (!delivery || !target || !post) throw new MovedOn();
  const channel = await em.findOne(Channel, { id: target.channelId });
  if (!channel) {
    throw new PlatformError("the channel's account was disconnected", {
      fate: "reauthorize",
      code: "connection_not_usable",
    });
  }
  const open = await openConnection(
    deps,
    { workspaceId: ids.workspaceId, connectionId: channel.connectionId },
    signal,
  );
  const chosen = target.renditions ?? [];
  const renditions = await em.find(Rendition, {
    id: { $in: chosen.map((one) => one.renditionId) },
  });
  const title = target.overrides.title ?? post.content.title;
  const settings = open.platform.manifest.settings.parse(target.settings);
  return {
    platform: open.platform,
    delivery,
    hash: post.contentHash ?? null,
    call: {
      ...open.platformDeps,
      secrets: open.secrets,
      account: open.account,
      channel: { remoteId: channel.remoteId, kind: channel.kind },
      signal,
    },
    outgoing: {
      text: target.overrides.text ?? post.content.text,
      ...(title === undefined ? {} : { title }),
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

import type { RequiredEntityData } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import type { TargetOverrides } from "#domain/schemas/content.ts";
import { textKey } from "#domain/text-key.ts";
import { askedTexts, textsAt } from "#domain/texts-at.ts";
import { Target, type Channel, type Post } from "./entities/index.ts";
import { insertRows } from "./insert-row.ts";

/** Where a post goes, in order. */
export interface NewTarget {
  channel: Pick<Channel, "id" | "platform" | "name" | "handle" | "defaults">;
  overrides: TargetOverrides;
  settings: Record<string, unknown>;
  /** Whether the channel's defaults are added. */
  takesDefaults: boolean;
}

type WrittenPost = Pick<Post, "id" | "workspaceId" | "content" | "parts" | "campaign">;

/**
 * Writes what of each post goes out where, with the channels' defaults in its texts: from here on they stay as they are,
 * whatever becomes of the defaults. Call it within the transaction that writes the post.
 */
export async function insertTargets(
  em: EntityManager,
  posts: readonly {
    post: WrittenPost;
    targets: readonly NewTarget[];
  }[],
): Promise<void> {
  const rows = posts.flatMap(({ post, targets }) =>
    targets.map((target, position) => ({
      ...placeOf(post, target, position),
      status: "pending" as const,
    })),
  );
  await insertRows(em, Target, rows);
}

/**
 * Gives a post other targets in place of these, of which nothing is out: all wait for a person to try again. What was
 * tried at a channel that stays belongs to its target, and stays too. Call it under the post's lock.
 */
export async function replaceFailedTargets(
  em: EntityManager,
  input: { post: WrittenPost; before: readonly Target[]; targets: readonly NewTarget[] },
): Promise<void> {
  const { post, before, targets } = input;
  const error = {
    code: "changed",
    detail: "It was changed after it had failed. Retry to send what it is now.",
  };
  // One that expired can't be tried again: it is made anew.
  const kept = before.filter(
    ({ channelId, status }) =>
      status === "failed" && targets.some(({ channel }) => channel.id === channelId),
  );
  for (const target of before) if (!kept.includes(target)) em.remove(target);
  const added: RequiredEntityData<Target>[] = [];
  for (const [position, target] of targets.entries()) {
    const place = placeOf(post, target, position);
    const known = kept.find(({ channelId }) => channelId === target.channel.id);
    if (known) Object.assign(known, place, { error, renditions: null });
    else added.push({ ...place, status: "failed", error });
  }
  await em.flush();
  await insertRows(em, Target, added);
}

function placeOf(post: WrittenPost, target: NewTarget, position: number) {
  const { channel, overrides, settings, takesDefaults } = target;
  return {
    workspaceId: post.workspaceId,
    postId: post.id,
    position,
    channelId: channel.id,
    platform: channel.platform,
    channelName: channel.name,
    overrides,
    settings,
    takesDefaults,
    texts: textsAt({ post, ...target }),
    textKey: textKey(askedTexts(post, overrides)[0]),
  };
}

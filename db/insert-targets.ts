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

/**
 * Writes what of each post goes out where, with the channels' defaults in its texts: from here on they stay as they are,
 * whatever becomes of the defaults. Call it within the transaction that writes the post.
 */
export async function insertTargets(
  em: EntityManager,
  posts: readonly {
    post: Pick<Post, "id" | "workspaceId" | "content" | "parts" | "campaign">;
    targets: readonly NewTarget[];
  }[],
): Promise<void> {
  const rows = posts.flatMap(({ post, targets }) =>
    targets.map((target, position) => {
      const { channel, overrides, settings, takesDefaults } = target;
      return {
        workspaceId: post.workspaceId,
        postId: post.id,
        position,
        channelId: channel.id,
        platform: channel.platform,
        channelName: channel.name,
        status: "pending" as const,
        overrides,
        settings,
        takesDefaults,
        texts: textsAt({ post, ...target }),
        textKey: textKey(askedTexts(post, overrides)[0]),
      };
    }),
  );
  await insertRows(em, Target, rows);
}

import type { EntityManager } from "@mikro-orm/postgresql";
import type { TargetOverrides } from "#domain/schemas/content.ts";
import { Target } from "./entities/index.ts";
import { insertRow } from "./insert-row.ts";

/** Where a post goes, in order. */
export interface NewTarget {
  channel: { id: string; platform: string; name: string };
  overrides: TargetOverrides;
  settings: Record<string, unknown>;
}

/** Writes what of a post goes out where. Call it within the transaction that writes the post. */
export async function insertTargets(
  em: EntityManager,
  input: { workspaceId: string; postId: string; targets: readonly NewTarget[] },
): Promise<void> {
  for (const [position, { channel, overrides, settings }] of input.targets.entries()) {
    await insertRow(em, Target, {
      workspaceId: input.workspaceId,
      postId: input.postId,
      position,
      channelId: channel.id,
      platform: channel.platform,
      channelName: channel.name,
      status: "pending",
      overrides,
      settings,
    });
  }
}

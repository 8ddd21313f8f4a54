import type { EntityManager } from "@mikro-orm/postgresql";
import { Post, Target, type Series } from "./entities/index.ts";
import { placesOf, writeOccurrence } from "./make-occurrences.ts";
import { keptError } from "./withdraw-occurrences.ts";

/**
 * Makes again what somebody had edited, moved or approved before a pause of the series cancelled it, with its content and
 * its time; an approval is asked for anew. What was due meanwhile is let go; where a channel or a file of it is gone, the
 * series makes that occurrence as any other. Returns what Temporal is to be told after the commit. Call it within the
 * transaction that locks the series' row, before its occurrences are made.
 */
export async function restoreOccurrences(
  em: EntityManager,
  input: { series: Series; now: Date },
): Promise<string[]> {
  const { series, now } = input;
  const cancelled = await em.find(
    Post,
    { seriesId: series.id, status: "cancelled", occurrenceAt: { $ne: null } },
    { orderBy: { dueAt: "asc", id: "asc" } },
  );
  const outboxIds: string[] = [];
  for (const post of cancelled.filter(({ error }) => error?.code === keptError.code)) {
    const { occurrenceAt } = post;
    // Its place is the new one's.
    Object.assign(post, { occurrenceAt: null, error: null });
    await em.flush();
    if (post.dueAt <= now) continue;
    const made = await em.find(Target, { postId: post.id }, { orderBy: { position: "asc" } });
    const targets = made.map(({ channelId, overrides, settings, takesDefaults }) => ({
      channelId,
      overrides,
      settings,
      defaults: takesDefaults,
    }));
    const places = await placesOf(em, { assets: post.assets, parts: post.parts, targets });
    if ("reason" in places) continue;
    const row = {
      workspaceId: post.workspaceId,
      content: post.content,
      assets: post.assets,
      parts: post.parts,
      campaign: post.campaign ?? null,
      labels: post.labels,
      dueAt: post.dueAt,
      localAt: post.localAt ?? null,
      timeZone: post.timeZone ?? null,
      zoneData: post.zoneData ?? null,
      seriesId: series.id,
      occurrenceAt,
      touchedAt: post.touchedAt ?? null,
      // A series that asks for approval by now asks for that of its edited posts too.
      approval: series.approval === "required" ? "required" : post.approval,
      createdBy: post.createdBy,
      writtenBy: post.writtenBy,
      offlineOutput: post.offlineOutput,
    };
    outboxIds.push(await writeOccurrence(em, row, places.targets));
  }
  return outboxIds;
}

import { LockMode, type RequiredEntityData } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { planOccurrences } from "#domain/plan-occurrences.ts";
import type { Occurrence } from "#domain/recurrence.ts";
import type { SeriesTemplate } from "#domain/schemas/series.ts";
import { systemClocks } from "./clocks.ts";
import { Asset, Post, Series } from "./entities/index.ts";
import { newId } from "./entities/lib.ts";
import { insertRow } from "./insert-row.ts";
import { insertTargets, type NewTarget } from "./insert-targets.ts";
import { latestAfterDueMsOf } from "./latest-after-due.ts";
import { enqueue } from "./outbox/enqueue.ts";
import { recordEvent } from "./record-event.ts";

/** What was done of a series. */
export interface MadeOccurrences {
  made: number;
  skipped: number;
  /** What Temporal is to be told after the commit. */
  outboxIds: string[];
}

/**
 * Makes the posts of a series that are to be made by now, and notes what was missed: one transaction of the caller,
 * under the lock of the series' row, so that of two who do it at once the second finds it done. A series whose channel
 * or file is gone pauses and says so. Does nothing for one that is not active.
 */
export async function makeOccurrences(
  em: EntityManager,
  { seriesId, now }: { seriesId: string; now: Date },
): Promise<MadeOccurrences> {
  const series = await em.findOne(
    Series,
    { id: seriesId, status: "active" },
    { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
  );
  if (!series) return { made: 0, skipped: 0, outboxIds: [] };
  const plan = planOccurrences(
    {
      ...series,
      madeThrough: series.madeThrough ?? null,
      latestAfterDueMs: await latestAfterDueMsOf(em, series.workspaceId),
    },
    now,
  );
  const missing = plan.make.length === 0 ? { targets: [] } : await placesOf(em, series.template);
  const making = await notYetMade(em, series, plan.make);
  if ("reason" in missing && making.length > 0) {
    series.status = "paused";
    series.reason = missing.reason;
    series.version += 1;
    await tellOf(em, series, "paused", { code: missing.reason.code });
    return { made: 0, skipped: 0, outboxIds: [] };
  }
  const outboxIds: string[] = [];
  const targets = "targets" in missing ? missing.targets : [];
  for (const occurrence of making)
    outboxIds.push(await makePost(em, { series, occurrence, targets }));
  const [oldest, latest] = [plan.skipped[0], plan.skipped.at(-1)];
  if (oldest && latest) {
    await tellOf(em, series, "skipped", {
      occurrences: plan.skipped.length,
      from: oldest.at.toISOString(),
      through: latest.at.toISOString(),
    });
  }
  series.madeThrough = plan.madeThrough;
  series.nextAt = plan.nextAt;
  if (plan.ended) {
    series.status = "ended";
    await tellOf(em, series, "ended", {});
  }
  await em.flush();
  return { made: making.length, skipped: plan.skipped.length, outboxIds };
}

type Missing = { reason: { code: string; detail: string } } | { targets: AskedTarget[] };
type AskedTarget = NewTarget & { requiresApproval: boolean };

/** Where such posts go; or what is not there any more. */
export async function placesOf(
  em: EntityManager,
  template: Pick<SeriesTemplate, "assets" | "parts" | "targets">,
): Promise<Missing> {
  const rows = await em.execute<(NewTarget["channel"] & { requiresApproval: boolean })[]>(
    `select c."id", c."platform", c."name", c."handle", c."defaults",
       c."requires_approval" as "requiresApproval"
     from "channel" c join "connection" k on k."id" = c."connection_id"
     where c."id" = any(?::uuid[]) and k."disconnected_at" is null and k."status" <> 'pending'`,
    [`{${template.targets.map((target) => target.channelId).join(",")}}`],
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  const targets = template.targets.flatMap(
    ({ channelId, overrides, settings, defaults }): AskedTarget[] => {
      const channel = byId.get(channelId);
      if (!channel) return [];
      const { requiresApproval } = channel;
      return [{ channel, overrides, settings, takesDefaults: defaults ?? true, requiresApproval }];
    },
  );
  if (targets.length < template.targets.length) {
    const detail =
      "A channel of the series is not connected any more. Give the series other channels, then resume it.";
    return { reason: { code: "channel_gone", detail } };
  }
  const wanted = new Set(
    [
      template.assets,
      ...template.parts.map((part) => part.assets),
      ...template.targets.flatMap(({ overrides }) => [
        overrides.assets ?? [],
        ...(overrides.parts ?? []).map((part) => part.assets),
      ]),
    ].flatMap((assets) => assets.map((asset) => asset.id)),
  );
  // Held until the posts are written: an asset in use can't be removed meanwhile.
  const assets = await em.find(
    Asset,
    { id: { $in: [...wanted] }, status: "ready" },
    { lockMode: LockMode.PESSIMISTIC_READ, orderBy: { id: "asc" } },
  );
  if (assets.length === wanted.size) return { targets };
  const detail = "A file of the series is gone. Give the series other files, then resume it.";
  return { reason: { code: "asset_gone", detail } };
}

/** One that a person cancelled or moved is made already, and not made again. */
async function notYetMade(
  em: EntityManager,
  series: Series,
  occurrences: Occurrence[],
): Promise<Occurrence[]> {
  const posts = await em.find(
    Post,
    { seriesId: series.id, occurrenceAt: { $in: occurrences.map(({ at }) => at) } },
    { fields: ["occurrenceAt"] },
  );
  const made = new Set(posts.map((post) => post.occurrenceAt?.getTime()));
  return occurrences.filter(({ at }) => !made.has(at.getTime()));
}

function makePost(
  em: EntityManager,
  input: { series: Series; occurrence: Occurrence; targets: AskedTarget[] },
): Promise<string> {
  const { series, occurrence, targets } = input;
  const { template } = series;
  const row = {
    workspaceId: series.workspaceId,
    content: template.content,
    parts: template.parts,
    campaign: template.campaign ?? null,
    assets: template.assets,
    labels: template.labels ?? [],
    dueAt: occurrence.at,
    localAt: occurrence.localAt,
    timeZone: series.timeZone,
    zoneData: systemClocks.version,
    seriesId: series.id,
    occurrenceAt: occurrence.at,
    approval: series.approval,
    createdBy: series.createdBy,
    writtenBy: series.writtenBy,
    offlineOutput: series.offlineOutput,
  };
  return writeOccurrence(em, row, targets);
}

type OccurrenceRow = Omit<RequiredEntityData<Post>, "id" | "status" | "version" | "scheduleMode"> &
  Pick<Post, "workspaceId" | "content" | "parts" | "campaign" | "approval">;

/** Writes a post of a series; gives what Temporal is to be told after the commit. */
export async function writeOccurrence(
  em: EntityManager,
  row: OccurrenceRow,
  targets: readonly AskedTarget[],
): Promise<string> {
  const id = newId();
  const { workspaceId } = row;
  // A channel may ask for approval since the series was made without.
  const asks = row.approval === "required" || targets.some((one) => one.requiresApproval);
  const status = asks ? "preparing" : "scheduled";
  const post = { ...row, id, approval: asks ? ("required" as const) : ("none" as const) };
  await insertRow(em, Post, { ...post, status, version: 1, scheduleMode: "at" });
  await insertTargets(em, [{ post, targets }]);
  await recordEvent(em, {
    workspaceId,
    type: `post.${status}`,
    subjectKind: "post",
    subjectId: id,
    data: { version: 1 },
  });
  return enqueue(em, {
    workspaceId,
    action: "start",
    workflowType: "publishPost",
    workflowId: `post/${id}`,
    input: { postId: id },
  });
}

async function tellOf(
  em: EntityManager,
  series: Series,
  what: "paused" | "skipped" | "ended",
  data: Record<string, string | number>,
): Promise<void> {
  await em.flush();
  await recordEvent(em, {
    workspaceId: series.workspaceId,
    type: `series.${what}`,
    subjectKind: "series",
    subjectId: series.id,
    data,
  });
}

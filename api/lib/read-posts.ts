import type { Approval, Delivery, Post, Target } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import type { PostStatus } from "#domain/states.ts";

/** Dates as PostgreSQL writes them in JSON. */
type Written<Row> = {
  [Name in keyof Row]: Row[Name] extends Date
    ? string
    : Row[Name] extends Date | null | undefined
      ? string | null
      : Row[Name];
};

/** What is shown of a post, with its targets in order and its latest approval. */
export type ReadPost = Written<Omit<Post, "workspaceId" | "updatedAt">> & {
  targets: (Written<
    Omit<Target, "workspaceId" | "createdAt" | "postId" | "position" | "textKey">
  > & {
    deliveries: Pick<Delivery, "part" | "status" | "remoteUrl">[];
  })[];
  /** How late it may go out, in minutes. */
  latestAfterDueMinutes: number;
  decision: Written<
    Pick<Approval, "status" | "createdAt" | "expiresAt" | "decidedAt" | "reason">
  > | null;
};

/** Which posts; each part that is given narrows. */
export interface PostFilter {
  id?: string | undefined;
  /** Only those before this id, newest first. */
  before?: string | undefined;
  status?: readonly PostStatus[] | undefined;
  campaign?: string | undefined;
  /** Without regard to case. */
  label?: string | undefined;
  /** Due then or later, and before. */
  from?: Date | undefined;
  to?: Date | undefined;
  agentId?: string | undefined;
  channelId?: string | undefined;
  externalId?: string | undefined;
  seriesId?: string | undefined;
}

const postFields = fieldsOf("p", [
  "id",
  "status",
  "version",
  "overdueAt",
  "scheduleMode",
  "dueAt",
  "localAt",
  "timeZone",
  "approval",
  "contentHash",
  "offlineOutput",
  "createdBy",
  "writtenBy",
  "externalId",
  "campaign",
  "labels",
  "seriesId",
  "occurrenceAt",
  "resumedAt",
  "agentId",
  "runId",
  "error",
  "createdAt",
  "publishedAt",
  "cancelledAt",
]);
const targetFields = fieldsOf("t", [
  "id",
  "channelId",
  "platform",
  "channelName",
  "status",
  "settings",
  "takesDefaults",
  "texts",
  "renditions",
  "remoteId",
  "remoteUrl",
  "publishedAt",
  "error",
  "statusAt",
  "waiting",
  "removal",
]);
// What is optional in them is absent, and never null, also where a row was written so.
const contentFields = ["content", "assets", "parts"].map(withoutNulls("p")).join(", ");
const overridesField = withoutNulls("t")("overrides");
const decisionFields = fieldsOf("a", ["status", "createdAt", "expiresAt", "decidedAt", "reason"]);
const deliveryFields = fieldsOf("d", ["part", "status", "remoteUrl"]);

/**
 * Reads posts as they are shown, newest first, in one statement: the most asked question of all, which as entities takes
 * three statements and several times the work. Call it within the workspace's transaction.
 */
export async function readPosts(
  em: EntityManager,
  { filter, limit }: { filter: PostFilter; limit: number },
): Promise<ReadPost[]> {
  const conditions: [string, string | Date][] = [
    ...given(`p."id" = ?`, filter.id),
    ...given(`p."id" < ?`, filter.before),
    ...given(`p."status" = any(?::text[])`, filter.status && `{${filter.status.join(",")}}`),
    ...given(`p."campaign" = ?`, filter.campaign),
    ...given(
      `exists (select 1 from jsonb_array_elements_text(p."labels") l where lower(l) = lower(?))`,
      filter.label,
    ),
    ...given(`p."due_at" >= ?`, filter.from),
    ...given(`p."due_at" < ?`, filter.to),
    ...given(`p."agent_id" = ?`, filter.agentId),
    ...given(`p."external_id" = ?`, filter.externalId),
    ...given(`p."series_id" = ?`, filter.seriesId),
    ...given(
      `exists (select 1 from "target" c where c."post_id" = p."id" and c."channel_id" = ?)`,
      filter.channelId,
    ),
  ];
  const where =
    conditions.length === 0 ? "" : `where ${conditions.map(([sql]) => sql).join(" and ")}`;
  const rows = await em.execute<{ post: ReadPost }[]>(
    `select json_build_object(${postFields}, ${contentFields},
       'targets', (select coalesce(json_agg(json_build_object(${targetFields}, ${overridesField},
                     'deliveries', (select coalesce(json_agg(json_build_object(${deliveryFields}) order by d."part"), '[]')
                                    from "delivery" d where d."target_id" = t."id")) order by t."position"), '[]')
                   from "target" t where t."post_id" = p."id"),
       'latestAfterDueMinutes', (select w."latest_after_due_minutes" from "workspace_details" w
                                 where w."id" = p."workspace_id"),
       'decision', (select json_build_object(${decisionFields})
                    from "approval" a where a."post_id" = p."id" order by a."id" desc limit 1)
     ) as post
     from "post" p ${where} order by p."id" desc limit ?`,
    [...conditions.map(([, value]) => value), limit],
  );
  return rows.map(({ post }) => post);
}

function given(sql: string, value: string | Date | undefined): [string, string | Date][] {
  return value === undefined ? [] : [[sql, value]];
}

function withoutNulls(table: string): (name: string) => string {
  return (name) => `'${name}', jsonb_strip_nulls(${table}."${name}")`;
}

/** `'dueAt', p."due_at"` and so on: what `json_build_object` takes. */
function fieldsOf(table: string, names: string[]): string {
  return names
    .map(
      (name) =>
        `'${name}', ${table}."${name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}"`,
    )
    .join(", ");
}

import { z } from "zod";
import type { EntityManager } from "#db/orm.ts";
import { sqlWords } from "#db/sql-words.ts";
import { adviceFor } from "#domain/advice-for.ts";
import { connectionMachine, isUsable, openPosts } from "#domain/states.ts";
import type { ApiContext } from "../context.ts";
import { Id, Instant } from "./responses.ts";

const kinds = ["unconfirmed", "overdue", "blocked", "connection", "approval", "failed"] as const;

export const NeedView = z.object({
  kind: z.enum(kinds),
  since: Instant,
  detail: z.string(),
  postId: Id.nullable(),
  targetId: Id.nullable(),
  connectionId: Id.nullable(),
  channelName: z.string().nullable(),
  /** The first words of the post. */
  excerpt: z.string().nullable().describe("The first words of the post"),
  actions: z.array(
    z.enum(["resolve", "retry", "approve", "reject", "reconnect", "cancel", "look"]),
  ),
  link: z.string().describe("Where the console shows it"),
});
export type NeedView = z.infer<typeof NeedView>;

interface Row {
  kind: (typeof kinds)[number];
  since: string;
  postId: string | null;
  targetId: string | null;
  connectionId: string | null;
  channelName: string | null;
  excerpt: string | null;
  error: { code: string; detail: string } | null;
}

/** What failed longer ago than this needs nobody any more. */
const failedForDays = 7;
const atMost = 200;
const open = sqlWords(openPosts);
/** What waited for its account goes on by itself as soon as that is connected again. */
const usable = sqlWords(connectionMachine.states.filter(isUsable));
const excerpt = `left(p."content"->>'text', 80)`;

// One statement per kind, each by an index on the workspace and a state.
const questions: Record<(typeof kinds)[number], string> = {
  unconfirmed: `select t."status_at" as since, p."id" as "postId", t."id" as "targetId", null as "connectionId",
      t."channel_name" as "channelName", ${excerpt} as excerpt, t."error"
    from "target" t join "post" p on p."id" = t."post_id" where t."status" = 'unconfirmed'`,
  overdue: `select p."overdue_at" as since, p."id" as "postId", null as "targetId", null as "connectionId",
      null as "channelName", ${excerpt} as excerpt, null::jsonb as error
    from "post" p where p."overdue_at" is not null and p."status" in ${open}`,
  blocked: `select t."status_at" as since, p."id" as "postId", t."id" as "targetId", c."connection_id" as "connectionId",
      t."channel_name" as "channelName", ${excerpt} as excerpt, t."error"
    from "target" t join "post" p on p."id" = t."post_id" left join "channel" c on c."id" = t."channel_id"
      left join "connection" k on k."id" = c."connection_id"
    where t."status" = 'blocked' and p."status" in ${open}
      and (t."error"->>'code' is null or t."error"->>'code' not in ('disconnected', 'connection_not_usable')
        or k."id" is null or k."disconnected_at" is not null or k."status" not in ${usable})`,
  connection: `select k."updated_at" as since, null as "postId", null as "targetId", k."id" as "connectionId",
      k."name" as "channelName", null as excerpt, json_build_object('code', k."status", 'detail', k."problem")::jsonb as error
    from "connection" k where k."status" in ('needs_reauthorization', 'expired', 'revoked', 'invalid')
      and k."disconnected_at" is null`,
  approval: `select a."created_at" as since, p."id" as "postId", null as "targetId", null as "connectionId",
      null as "channelName", ${excerpt} as excerpt, null::jsonb as error
    from "post" p join "approval" a on a."post_id" = p."id" and a."status" = 'pending'
    where p."status" = 'awaiting_approval'`,
  failed: `select t."status_at" as since, p."id" as "postId", t."id" as "targetId", null as "connectionId",
      t."channel_name" as "channelName", ${excerpt} as excerpt, t."error"
    from "target" t join "post" p on p."id" = t."post_id"
    where t."status" = 'failed' and p."status" <> 'cancelled' and coalesce(t."error"->>'code', '') <> 'given_up' and t."status_at" > now() - interval '${failedForDays} days'`,
};

const actions: Record<(typeof kinds)[number], NeedView["actions"]> = {
  unconfirmed: ["resolve"],
  overdue: ["look", "cancel"],
  blocked: ["reconnect", "cancel"],
  connection: ["reconnect"],
  approval: ["approve", "reject"],
  failed: ["retry"],
};

const words: Record<(typeof kinds)[number], string> = {
  unconfirmed: "Nobody knows whether it is out. Look there and decide.",
  overdue: "It is long past its time and not out. Its targets say what they wait for.",
  blocked: "Nothing goes out there until the account is connected again.",
  connection: "The account must be connected again.",
  approval: "It waits for approval.",
  failed: "It could not be published.",
};

/** Everything that waits for a person. Call it within the workspace's transaction. */
export async function readNeedsYou(context: ApiContext, em: EntityManager): Promise<NeedView[]> {
  const needs: NeedView[] = [];
  for (const kind of kinds) {
    const rows = await em.execute<Row[]>(
      `select '${kind}' as kind, found.* from (${questions[kind]}) found order by found.since limit ${atMost}`,
    );
    needs.push(...rows.map((row) => viewNeed(context, row)));
  }
  return needs;
}

function viewNeed(context: ApiContext, row: Row): NeedView {
  const { kind, error } = row;
  // What is unclear says itself what to do.
  const advice =
    error && kind !== "unconfirmed" ? adviceFor({ outcome: null, code: error.code }) : null;
  const halted = error?.code.endsWith("_halted") ?? false;
  return {
    kind,
    since: new Date(row.since).toISOString(),
    detail: [error?.detail ?? words[kind], advice].filter(Boolean).join(" "),
    postId: row.postId,
    targetId: row.targetId,
    connectionId: row.connectionId,
    channelName: row.channelName,
    excerpt: row.excerpt,
    actions: kind === "blocked" && halted ? ["look", "cancel"] : actions[kind],
    link: row.postId
      ? `${context.publicUrl}/posts/${row.postId}`
      : `${context.publicUrl}/connections`,
  };
}

import type { EntityManager } from "@mikro-orm/postgresql";
import { cut } from "#domain/cut.ts";
import {
  notificationKindOf,
  recipientsOf,
  type NotifiableMember,
  type NotificationKind,
} from "#domain/notifications.ts";
import { givenUp, type TargetStatus } from "#domain/states.ts";
import { newId } from "./entities/lib.ts";
import { outboxChannel } from "./outbox/enqueue.ts";

/** An event as far as people are told of it. */
export interface NotableEvent {
  id: string;
  workspaceId: string;
  type: string;
  subjectKind: string;
  subjectId: string;
  data: Record<string, unknown>;
}

/**
 * Writes in the event's transaction what members are told of it, once per cause, and has the messages sent that they
 * want. Most events need nobody, and cost nothing here.
 */
export async function notifyMembers(em: EntityManager, event: NotableEvent): Promise<void> {
  const kind = notificationKindOf(event.type);
  if (!kind) return;
  const { workspaceId, type, subjectKind, subjectId } = event;
  const subject = await lookAt(em, kind, event);
  if (subject.known) return;
  const members = await em.execute<NotifiableMember[]>(
    `select member.user_id as "userId", member.role, settings.choices
     from member left join notification_settings settings
       on settings.workspace_id = member.workspace_id and settings.user_id = member.user_id
     where member.workspace_id = ?`,
    [workspaceId],
  );
  const rows = recipientsOf(kind, members).map(({ userId, ways }) => ({
    id: newId(),
    user_id: userId,
    in_console: ways.includes("console"),
    email: ways.includes("email") ? "waiting" : "none",
    chat: ways.includes("chat") ? "waiting" : "none",
  }));
  if (rows.length === 0) return;
  const now = new Date();
  await em.execute(
    `with written as (
       insert into notification (id, workspace_id, created_at, user_id, kind, cause, event_type, subject_kind,
         subject_id, subject_name, in_console, email, chat)
       select id, ?, ?, user_id, ?, ?, ?, ?, ?, ?, in_console, email, chat
       from jsonb_to_recordset(?::jsonb)
         as told(id uuid, user_id uuid, in_console boolean, email text, chat text)
       on conflict (workspace_id, user_id, kind, cause) do nothing
       returning user_id, email, chat),
     message as (
       insert into outbox (id, workspace_id, action, workflow_type, workflow_id, input, created_at, attempts)
       select gen_random_uuid(), ?, 'wake', 'notifyMember', 'notify/' || ? || '/' || user_id,
         jsonb_build_object('userId', user_id), ?, 0
       from written where email = 'waiting' or chat = 'waiting'
       returning id)
     select pg_notify(?, '') from message limit 1`,
    [
      ...[workspaceId, now, kind, causeOf(kind, event, subject.episode), type],
      ...[subjectKind, subjectId, subject.name === null ? null : cut(subject.name, 300)],
      JSON.stringify(rows),
      ...[workspaceId, workspaceId, now, outboxChannel],
    ],
  );
}

/**
 * Has messages of this workspace sent that were to be sent before `before`: the workflow is gone that would have. One that
 * is there looks again, and finds nothing new.
 */
export async function wakeNotifiers(
  em: EntityManager,
  input: { workspaceId: string; before: Date },
): Promise<void> {
  const { workspaceId } = input;
  await em.execute(
    `with message as (
       insert into outbox (id, workspace_id, action, workflow_type, workflow_id, input, created_at, attempts)
       select gen_random_uuid(), ?, 'wake', 'notifyMember', 'notify/' || ? || '/' || user_id,
         jsonb_build_object('userId', user_id), now(), 0
       from notification
       where workspace_id = ? and (email = 'waiting' or chat = 'waiting') and created_at < ?
       group by user_id
       returning id)
     select pg_notify(?, '') from message limit 1`,
    [workspaceId, workspaceId, workspaceId, input.before, outboxChannel],
  );
}

/**
 * What makes two events one cause: a post that waits for the same thing at the same version, an account whose
 * authorization is the same one. A failure is one each time.
 */
function causeOf(kind: NotificationKind, event: NotableEvent, episode: string | null): string {
  switch (kind) {
    case "needs_approval":
    case "blocked":
    case "overdue":
      return `post/${event.subjectId}/${String(event.data["version"] ?? "")}`;
    case "connection":
      return `connection/${event.subjectId}/${episode ?? ""}`;
    case "limit_near":
      return `credits/${String(event.data["grantId"] ?? "")}`;
    case "failed":
    case "unconfirmed":
    case "agent_halted":
      return event.id;
  }
}

const subjects: Readonly<Record<string, string>> = {
  post: `select coalesce(string_agg(distinct channel_name, ', ') filter (where status = ?),
      string_agg(distinct channel_name, ', ')) as name, null as episode,
      count(*) filter (where status = 'failed') > 0
        and count(*) filter (where status = 'failed' and coalesce(error->>'code', '') <> '${givenUp}') = 0 as known
    from target where post_id = ?`,
  run: `select agent.name, null as episode, false as known from run join agent on agent.id = run.agent_id where run.id = ?`,
  agent: `select name, null as episode, false as known from agent where id = ?`,
  connection: `select coalesce(name, platform) as name, secrets_version::text as episode, false as known
    from connection where id = ?`,
};

/** Of a post's targets, those that it is about; all where none is in that state. */
const concerned: Partial<Record<NotificationKind, TargetStatus>> = {
  failed: "failed",
  unconfirmed: "unconfirmed",
  blocked: "blocked",
};

/** What an event is about, in the words that people know it by. */
interface Subject {
  name: string | null;
  episode: string | null;
  /** It came from a person's own decision, which nobody needs to be told of: all that failed was given up by hand. */
  known: boolean;
}

async function lookAt(
  em: EntityManager,
  kind: NotificationKind,
  { subjectKind, subjectId }: NotableEvent,
): Promise<Subject> {
  const query = subjects[subjectKind];
  // What became of the targets may not be written yet.
  if (concerned[kind]) await em.flush();
  const values = subjectKind === "post" ? [concerned[kind] ?? "", subjectId] : [subjectId];
  const [row] = query ? await em.execute<Subject[]>(query, values) : [];
  return {
    name: row?.name ?? null,
    episode: row?.episode ?? null,
    known: kind === "failed" && (row?.known ?? false),
  };
}

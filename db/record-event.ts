import type { EntityManager } from "@mikro-orm/postgresql";
import { webhookPatternsOf } from "#domain/webhook-events.ts";
import { currentTraceParent } from "../observe/trace-context.ts";
import { newId } from "./entities/lib.ts";
import { notifyMembers } from "./notify-members.ts";
import { outboxChannel } from "./outbox/enqueue.ts";

/** Channel of PostgreSQL's NOTIFY that wakes whoever streams events. */
export const eventChannel = "drumbeat_event";

export interface RecordedEvent {
  workspaceId: string;
  type: string;
  subjectKind: string;
  subjectId: string;
  data?: Record<string, string | number | boolean | null>;
}

/**
 * Writes an event in the caller's transaction and wakes the streams once it commits; for each webhook that wants it, a
 * delivery and the message that starts its workflow; and for members whom it needs, what they are told. `data` carries ids and states, never content.
 */
export async function recordEvent(em: EntityManager, event: RecordedEvent): Promise<void> {
  const { workspaceId, type } = event;
  const id = newId();
  const now = new Date();
  const data = JSON.stringify(event.data ?? {});
  // All in one statement, for publishing writes many events. The endpoints are held until the commit, lest one be removed
  // under its deliveries; that keeps nobody from changing them.
  await em.execute(
    `with written as (
       insert into event (id, workspace_id, created_at, type, subject_kind, subject_id, data)
       values (?, ?, ?, ?, ?, ?, ?::jsonb)),
     wanting as (
       select id from webhook_endpoint
       where workspace_id = ? and status = 'active' and jsonb_exists_any(event_types, ?::text[])
       for key share),
     delivery as (
       insert into webhook_delivery
         (id, workspace_id, created_at, endpoint_id, event_id, type, subject_kind, subject_id, occurred_at, data)
       select gen_random_uuid(), ?, ?, wanting.id, ?, ?, ?, ?, ?, ?::jsonb from wanting
       returning id, endpoint_id),
     message as (
       insert into outbox
         (id, workspace_id, action, workflow_type, workflow_id, input, created_at, attempts, trace_parent)
       select gen_random_uuid(), ?, 'start', 'deliverWebhook', 'webhook/' || ? || '/' || endpoint_id,
         jsonb_build_object('deliveryId', id, 'round', '0'), ?, 0, ? from delivery
       returning id)
     select pg_notify(?, ?), (select pg_notify(?, '') from message limit 1)`,
    [
      ...[id, workspaceId, now, type, event.subjectKind, event.subjectId, data],
      ...[workspaceId, `{${webhookPatternsOf(type).join(",")}}`],
      ...[workspaceId, now, id, type, event.subjectKind, event.subjectId, now, data],
      ...[workspaceId, id, now, currentTraceParent()],
      ...[eventChannel, workspaceId, outboxChannel],
    ],
  );
  await notifyMembers(em, { ...event, id, data: event.data ?? {} });
}

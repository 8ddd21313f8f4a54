import type { EntityManager } from "@mikro-orm/postgresql";
import { Event } from "./entities/index.ts";
import { insertRow } from "./insert-row.ts";

/** Channel of PostgreSQL's NOTIFY that wakes whoever streams events. */
export const eventChannel = "drumbeat_event";

/**
 * Writes an event in the caller's transaction and wakes the streams once it commits.
 * `data` carries ids and states, never content.
 */
export async function recordEvent(
  em: EntityManager,
  event: {
    workspaceId: string;
    type: string;
    subjectKind: string;
    subjectId: string;
    data?: Record<string, string | number | boolean | null>;
  },
): Promise<void> {
  await insertRow(em, Event, { ...event, data: event.data ?? {} });
  await em.execute("select pg_notify(?, ?)", [eventChannel, event.workspaceId]);
}

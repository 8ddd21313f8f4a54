import { writeCursor, type Cursor } from "./cursor.ts";
import type { ToldEvent } from "./read-events.ts";

/** Why a stream ends that will not come back by itself. */
export type EndReason =
  /** The session or key is no longer valid: sign in, or use another key. */
  | "access_ended"
  /** The role, the scopes or the workspace are others now: look at /v1/me, then open a new stream. */
  | "access_changed";

/** A server-sent event: `data` is one line of JSON. */
function message(fields: { id?: Cursor; event: string; data: object }): string {
  const id = fields.id ? `id: ${writeCursor(fields.id)}\n` : "";
  return `${id}event: ${fields.event}\ndata: ${JSON.stringify(fields.data)}\n\n`;
}

/** An event of the workspace: what happened to what, with ids and states. */
export function eventMessage(event: ToldEvent): string {
  return message({
    id: event.cursor,
    event: event.type,
    data: {
      id: event.subjectId,
      kind: event.subjectKind,
      type: event.type,
      at: event.createdAt.toISOString(),
      ...event.data,
    },
  });
}

/** The first message: from here on nothing is missed, whenever the client comes back with this id. */
export function readyMessage(id: Cursor): string {
  return message({ id, event: "ready", data: {} });
}

/** The client's place is unknown here (the database was restored): what it shows must be read anew. */
export function resetMessage(id: Cursor): string {
  return message({ id, event: "reset", data: {} });
}

/** The last message of a stream to which its client need not come back. */
export function endMessage(reason: EndReason): string {
  return message({ event: "end", data: { reason } });
}

/** How long a client waits before it comes back, milliseconds. */
export function retryHint(milliseconds: number): string {
  return `retry: ${milliseconds}\n\n`;
}

/** Says nothing; no proxy takes the stream for dead. */
export const heartbeat = ": still here\n\n";

import { Event } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import { setTimeout as wait } from "node:timers/promises";
import type { ApiContext } from "../context.ts";

/** How often the table is looked at while somebody listens. Milliseconds. */
const lookMs = 300;
/** Silence for so long is broken by a comment, so that no proxy takes the stream for dead. */
const heartbeatMs = 15_000;
/** A stream ends then; the browser comes back by itself and goes on where it was. */
const longestMs = 10 * 60_000;

export interface EventsAfter {
  events: Event[];
  /** Nothing will follow these. */
  ended: boolean;
}

/**
 * The events of one subject after `after`, and whether more may come. `isEnded` is asked before the events are read:
 * what is written with the last change is then among them.
 */
export async function readEvents(
  context: ApiContext,
  input: { workspaceId: string; subjectId: string; after: number; isEnded: () => Promise<boolean> },
): Promise<EventsAfter> {
  const ended = await input.isEnded();
  const limit = 200;
  // Events of one subject are written under its row's lock: a lower number never shows up after a higher one.
  const events = await inWorkspace(context.orm, input.workspaceId).find(
    Event,
    { subjectId: input.subjectId, sequence: { $gt: input.after } },
    { orderBy: { sequence: "asc" }, limit },
  );
  return { events, ended: ended && events.length < limit };
}

/**
 * A subject's events as server-sent events, `first` at once and then as they come, until nothing can follow, the signal
 * is aborted or ten minutes are over. Each `id` is the event's sequence.
 */
export async function* streamEvents(
  input: { first: EventsAfter; after: number; signal: AbortSignal },
  read: (after: number) => Promise<EventsAfter>,
): AsyncGenerator<string> {
  const startedAt = performance.now();
  let { after } = input;
  let { events, ended } = input.first;
  let spokeAt = startedAt;
  // Also sends the headers off, and says when to come back.
  yield "retry: 2000\n\n";
  for (;;) {
    for (const event of events) {
      after = event.sequence;
      yield messageOf(event);
      spokeAt = performance.now();
    }
    const now = performance.now();
    if (ended || input.signal.aborted || now - startedAt >= longestMs) return;
    if (now - spokeAt >= heartbeatMs) {
      yield ": still here\n\n";
      spokeAt = now;
    }
    if (!(await rest(input.signal))) return;
    ({ events, ended } = await read(after));
  }
}

/** The number after which a client wants to go on, from its Last-Event-ID; 0 where it has none that we gave. */
export function lastEventId(header: string | string[] | undefined): number {
  return typeof header === "string" && /^\d{1,15}$/.test(header) ? Number(header) : 0;
}

function messageOf(event: Event): string {
  const data = {
    id: event.subjectId,
    type: event.type,
    at: event.createdAt.toISOString(),
    ...event.data,
  };
  return `id: ${event.sequence}\nevent: ${event.type}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** False when the signal was aborted meanwhile. */
async function rest(signal: AbortSignal): Promise<boolean> {
  try {
    await wait(lookMs, undefined, { signal });
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

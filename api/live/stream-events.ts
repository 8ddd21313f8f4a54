import type { Bell } from "./bell.ts";
import type { Cursor } from "./cursor.ts";
import { eventMessage, heartbeat, retryHint } from "./event-message.ts";
import type { ToldEvent } from "./read-events.ts";

/** What one look at the table gave. */
export interface Look {
  events: ToldEvent[];
  withheld: boolean;
  full: boolean;
  /** Nothing will follow these. */
  ended: boolean;
}

/** Silence for so long is broken, so that no proxy takes the stream for dead. */
const heartbeatMs = 15_000;
/** The pause before looking again at what was withheld: nothing rings when the transaction that was in the way ends. */
const firstPauseMs = 20;
const longestPauseMs = 1_000;

export interface EventStream {
  from: Cursor;
  /** What is said first. */
  greeting: string;
  bell: Bell;
  /** Aborted when the client went away, or the stream must end. */
  signal: AbortSignal;
  look: (after: Cursor) => Promise<Look>;
  /** Settles once it is known that whoever listens still may; called before anything is told. */
  allowed: () => Promise<void>;
  /** What is said last when the signal was aborted; empty for nothing. */
  lastWords: () => string;
  onError: (error: unknown) => void;
}

/**
 * A stream of events as server-sent events: those after `from`, then as they come. It reads no more than its client
 * takes. Ends when nothing can follow or the signal is aborted.
 */
export async function* streamEvents(stream: EventStream): AsyncGenerator<string> {
  const { bell, signal } = stream;
  let cursor = stream.from;
  let pauseMs = firstPauseMs;
  // Also sends the headers off, and says when to come back.
  yield retryHint(2_000) + stream.greeting;
  while (!signal.aborted) {
    const seen = await lookOrNothing(stream, cursor);
    await stream.allowed();
    if (signal.aborted) break;
    const { events = [], ended = false, full = false } = seen ?? {};
    const last = events.at(-1);
    if (last) {
      cursor = last.cursor;
      yield events.map(eventMessage).join("");
    }
    if (ended) return;
    if (full) continue;
    const waits = seen === undefined || seen.withheld;
    const heard = await bell.heard(waits ? pauseMs : heartbeatMs, signal);
    pauseMs = waits ? Math.min(longestPauseMs, pauseMs * 2) : firstPauseMs;
    if (!heard && !waits && !signal.aborted) yield heartbeat;
  }
  const said = stream.lastWords();
  if (said !== "") yield said;
}

/** Undefined when the table can't be read now: the stream outlives an outage of the database. */
async function lookOrNothing(stream: EventStream, after: Cursor): Promise<Look | undefined> {
  try {
    return await stream.look(after);
  } catch (error) {
    if (!stream.signal.aborted) stream.onError(error);
    return undefined;
  }
}

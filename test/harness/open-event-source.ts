import { createParser, type EventSourceMessage } from "eventsource-parser";

/** A client of a stream of server-sent events. */
export interface EventSource {
  status: number;
  /** What came so far, in order. */
  messages: EventSourceMessage[];
  /** What the server asked for as the pause before coming back, milliseconds. */
  retries: number[];
  /** Waits for the first message, from the last one that was waited for on, that satisfies. */
  next(satisfied: (message: EventSourceMessage) => boolean): Promise<EventSourceMessage>;
  /** Settles when the stream ended, however it did. */
  ended: Promise<void>;
  close(): void;
}

/** Opens a stream over a real connection. */
export async function openEventSource(
  url: string,
  headers: Record<string, string>,
): Promise<EventSource> {
  const leave = new AbortController();
  const answer = await fetch(url, { headers, signal: leave.signal });
  const messages: EventSourceMessage[] = [];
  const retries: number[] = [];
  let read = 0;
  let tell: () => void = () => undefined;
  const parser = createParser({
    onEvent: (message) => void messages.push(message),
    onRetry: (milliseconds) => void retries.push(milliseconds),
  });
  let over = false;
  const follow = async () => {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of answer.body ?? []) {
        parser.feed(decoder.decode(chunk, { stream: true }));
        tell();
      }
    } catch {
      // We left, or the server cut the connection: both are an end.
    }
    over = true;
    tell();
  };
  const ended = follow();
  return {
    status: answer.status,
    messages,
    retries,
    ended,
    async next(satisfied) {
      for (;;) {
        while (read < messages.length) {
          const message = messages[read++];
          if (message && satisfied(message)) return message;
        }
        if (over) throw new Error(`the stream ended; it said ${JSON.stringify(messages)}`);
        await new Promise<void>((resolve) => {
          tell = resolve;
        });
      }
    },
    close: () => leave.abort(),
  };
}

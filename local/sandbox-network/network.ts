import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openJournal } from "./journal.ts";
import { applyEvent, emptyState, type NetworkEvent, type NetworkState } from "./state.ts";

/** The network behind the routes: what it knows, and the one way to change it. */
export interface Network {
  state: Readonly<NetworkState>;
  now(): Date;
  /** Where the network is found from outside, without a slash at the end. */
  publicUrl: string;
  mediaDir: string;
  tokenSeconds: number;
  processingMs: number;
  /** Aborted when the network closes. */
  closing: AbortSignal;
  /** Ends all waiting on purpose. */
  stopWaiting(): void;
  /** Writes what happened to the journal, then to the state. */
  record(event: NetworkEvent): void;
}

export interface NetworkOptions {
  dataDir: string;
  now: () => Date;
  publicUrl: string;
  tokenSeconds: number;
  processingMs: number;
}

/** What the public saw must be known after a power cut too. */
const flushed = new Set<NetworkEvent["type"]>(["post.accepted", "post.deleted"]);

/** Opens the network kept in `dataDir`, as it was when it stopped, however it stopped. */
export function openNetwork(options: NetworkOptions): { network: Network; close: () => void } {
  const mediaDir = join(options.dataDir, "media");
  mkdirSync(mediaDir, { recursive: true, mode: 0o700 });
  const { entries, journal } = openJournal({ path: join(options.dataDir, "journal.jsonl") });

  const state = emptyState();
  // The journal is written by this program alone, from the very type that it is read as.
  for (const entry of entries) applyEvent(state, entry as NetworkEvent);

  const closing = new AbortController();
  return {
    network: {
      state,
      now: options.now,
      publicUrl: options.publicUrl.replace(/\/+$/, ""),
      mediaDir,
      tokenSeconds: options.tokenSeconds,
      processingMs: options.processingMs,
      closing: closing.signal,
      stopWaiting: () => closing.abort(),
      record(event) {
        journal.append(event, { sync: flushed.has(event.type) });
        applyEvent(state, event);
      },
    },
    close: () => journal.close(),
  };
}

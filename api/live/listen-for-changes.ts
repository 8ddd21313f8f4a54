import pg from "pg";
import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "pino";
import { accessChannel } from "#db/announce-access.ts";
import { eventChannel } from "#db/record-event.ts";

/** What somebody who follows the database is told. */
export interface ChangeListener {
  /** Events of this workspace were committed. */
  onEvents(workspaceId: string): void;
  /** Somebody's rights changed: `session:…`, `key:…` or `user:…`. */
  onAccess(subject: string): void;
  /** Something may have been missed: look at everything again. */
  onGap(): void;
}

export interface Changes {
  /** The connection is made with the first listener. Returns how to stop listening. */
  listen(listener: ChangeListener): () => void;
  close(): Promise<void>;
}

/** How often the connection is asked whether it still carries anything: a dead one says nothing by itself. */
const proofMs = 10_000;
const answerMs = 5_000;
const firstPauseMs = 250;
const longestPauseMs = 10_000;

/**
 * The one connection of a process that PostgreSQL wakes (LISTEN): outside the pool, which would hand it to others.
 * Lost, it comes back by itself; whoever listens is then told of the gap.
 */
export function listenForChanges(options: { databaseUrl: string; logger: Logger }): Changes {
  const listeners = new Set<ChangeListener>();
  const closing = new AbortController();
  let running: Promise<void> | undefined;

  async function keepListening(): Promise<void> {
    let lostAt: number | undefined;
    let tries = 0;
    while (!closing.signal.aborted) {
      try {
        await followOnce({
          databaseUrl: options.databaseUrl,
          listeners,
          signal: closing.signal,
          onListening() {
            if (lostAt !== undefined) {
              const seconds = Math.round((performance.now() - lostAt) / 1000);
              options.logger.info({ seconds }, "the database tells of changes again");
            }
            lostAt = undefined;
            tries = 0;
            // What was committed before this moment woke nobody, at the very first connection too.
            for (const listener of listeners) listener.onGap();
          },
        });
      } catch (error) {
        if (closing.signal.aborted) return;
        if (lostAt === undefined) {
          options.logger.warn({ err: error }, "the database no longer tells of changes; trying on");
          lostAt = performance.now();
        }
      }
      await pause(Math.min(longestPauseMs, firstPauseMs * 2 ** tries), undefined, {
        signal: closing.signal,
      }).catch(() => undefined);
      tries += 1;
    }
  }

  return {
    listen(listener) {
      listeners.add(listener);
      running ??= keepListening();
      return () => void listeners.delete(listener);
    },
    async close() {
      closing.abort();
      await running;
    },
  };
}

/** Listens until the connection is lost, which it throws, or the signal is aborted. */
async function followOnce(options: {
  databaseUrl: string;
  listeners: ReadonlySet<ChangeListener>;
  signal: AbortSignal;
  onListening: () => void;
}): Promise<void> {
  const { listeners, signal } = options;
  const client = new pg.Client({
    connectionString: options.databaseUrl,
    application_name: "drumbeat live events",
    connectionTimeoutMillis: answerMs,
    query_timeout: answerMs,
    keepAlive: true,
  });
  const { promise: lost, reject: lose } = Promise.withResolvers<never>();
  // It may be lost while nobody waits for it yet.
  lost.catch(() => undefined);
  const leave = () => lose(new Error("no longer listening"));
  client.on("error", lose);
  client.on("end", leave);
  client.on("notification", ({ channel, payload = "" }) => {
    for (const listener of listeners) {
      if (channel === eventChannel) listener.onEvents(payload);
      else if (channel === accessChannel) listener.onAccess(payload);
    }
  });
  signal.addEventListener("abort", leave, { once: true });
  try {
    await Promise.race([client.connect(), lost]);
    await client.query(`listen ${eventChannel}; listen ${accessChannel}`);
    options.onListening();
    for (;;) {
      await Promise.race([pause(proofMs, undefined, { ref: false, signal }), lost]);
      await Promise.race([client.query("select 1"), lost]);
    }
  } finally {
    signal.removeEventListener("abort", leave);
    // The server ends what we can no longer tell it to end.
    await Promise.race([
      client.end().catch(() => undefined),
      pause(1_000, undefined, { ref: false }),
    ]);
  }
}

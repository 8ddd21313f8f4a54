import pg from "pg";
import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "pino";

/** How often the connection is asked whether it still carries anything: a dead one says nothing by itself. */
const proofMs = 10_000;
const answerMs = 5_000;
const firstPauseMs = 250;
const longestPauseMs = 10_000;

export interface FollowOptions {
  databaseUrl: string;
  logger: Logger;
  /** How PostgreSQL names the connection in `pg_stat_activity`. */
  applicationName: string;
  /** Channels of NOTIFY; plain words. */
  channels: readonly string[];
  onNotification(channel: string, payload: string): void;
  /** Something may have been missed: look at everything again. Called at the first connection too. */
  onGap(): void;
}

/**
 * Keeps a connection of its own that PostgreSQL wakes (LISTEN): outside the pool, which would hand it to others. Lost, it
 * comes back by itself; whoever follows is then told of the gap.
 */
export function followChannels(options: FollowOptions): { close(): Promise<void> } {
  const { logger, applicationName } = options;
  const closing = new AbortController();

  async function keepFollowing(): Promise<void> {
    let lostAt: number | undefined;
    let tries = 0;
    while (!closing.signal.aborted) {
      try {
        await followOnce(options, closing.signal, () => {
          if (lostAt !== undefined) {
            const seconds = Math.round((performance.now() - lostAt) / 1000);
            logger.info({ seconds, applicationName }, "the database tells of changes again");
          }
          lostAt = undefined;
          tries = 0;
          // What was committed before this moment woke nobody.
          options.onGap();
        });
      } catch (error) {
        if (closing.signal.aborted) return;
        if (lostAt === undefined) {
          logger.warn(
            { err: error, applicationName },
            "the database no longer tells of changes; trying on",
          );
          lostAt = performance.now();
        }
      }
      await pause(Math.min(longestPauseMs, firstPauseMs * 2 ** tries), undefined, {
        signal: closing.signal,
      }).catch(() => undefined);
      tries += 1;
    }
  }

  const running = keepFollowing();
  return {
    async close() {
      closing.abort();
      await running;
    },
  };
}

/** Listens until the connection is lost, which it throws, or the signal is aborted. */
async function followOnce(
  options: FollowOptions,
  signal: AbortSignal,
  onListening: () => void,
): Promise<void> {
  const client = new pg.Client({
    connectionString: options.databaseUrl,
    application_name: options.applicationName,
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
  client.on("notification", ({ channel, payload = "" }) =>
    options.onNotification(channel, payload),
  );
  signal.addEventListener("abort", leave, { once: true });
  try {
    await Promise.race([client.connect(), lost]);
    await client.query(options.channels.map((channel) => `listen ${channel}`).join("; "));
    onListening();
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

import type { MikroORM } from "@mikro-orm/postgresql";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { followChannels } from "../follow-channels.ts";
import { dispatchAlone } from "./dispatch-alone.ts";
import type { Engine } from "./engine.ts";
import { outboxChannel } from "./enqueue.ts";

/** Milliseconds between what wakes it and what it does. */
export interface OutboxPauses {
  /** After a message was written: who wrote it may tell it, and others may come along. */
  afterMessage: number;
  /** While another process tells. */
  whileBusy: number;
  /** After Temporal or the database was away: the first time, and at most. Twice as long each time. */
  afterFailure: { first: number; longest: number };
}

const usualPauses: OutboxPauses = {
  afterMessage: 200,
  whileBusy: 500,
  afterFailure: { first: 500, longest: 15_000 },
};

const atOnce = 200;

/** What a timer takes is no longer than this; woken too early, it looks and waits again. Milliseconds. */
const longestAlarm = 60 * 60_000;

/**
 * Tells Temporal what is written to the outbox, a moment after it was: woken by PostgreSQL, never twice at once. The sweep
 * stays the net below it.
 */
export function followOutbox(options: {
  databaseUrl: string;
  orm: MikroORM;
  engine: Engine;
  logger: Logger;
  pauses?: OutboxPauses;
}): { close(): Promise<void> } {
  const { orm, engine, logger, pauses = usualPauses } = options;
  const closing = new AbortController();
  let woken = Promise.withResolvers<void>();
  closing.signal.addEventListener("abort", () => woken.resolve());
  const wake = () => woken.resolve();
  let alarm: NodeJS.Timeout | undefined;
  const wakeIn = (milliseconds: number | undefined) => {
    clearTimeout(alarm);
    if (milliseconds !== undefined) alarm = setTimeout(wake, Math.min(milliseconds, longestAlarm));
  };
  const pause = (milliseconds: number) =>
    sleep(milliseconds, undefined, { signal: closing.signal }).catch(() => undefined);

  async function tellForEver(): Promise<void> {
    let failures = 0;
    for (;;) {
      await woken.promise;
      if (closing.signal.aborted) return;
      await pause(pauses.afterMessage);
      if (closing.signal.aborted) return;
      // What is written from here on may be missed by what follows: it wakes again.
      woken = Promise.withResolvers<void>();
      const outcome = await tellOnce();
      failures = outcome === "failed" ? failures + 1 : 0;
      if (outcome === "done") continue;
      if (outcome === "busy") await pause(pauses.whileBusy);
      if (outcome === "failed") {
        const { first, longest } = pauses.afterFailure;
        await pause(Math.min(longest, first * 2 ** (failures - 1)));
      }
      wake();
    }
  }

  async function tellOnce(): Promise<"done" | "more" | "busy" | "failed"> {
    try {
      const result = await dispatchAlone({ orm, engine, limit: atOnce });
      if (!result) return "busy";
      wakeIn(result.nextInMs);
      if (result.away) return "failed";
      // What Temporal refused is not due again for a while: it waits for the sweep, and what comes after it does not.
      return result.told + result.waiting === atOnce ? "more" : "done";
    } catch (error) {
      if (!closing.signal.aborted) logger.warn({ err: error }, "the outbox can't be told now");
      return "failed";
    }
  }

  const telling = tellForEver();
  const following = followChannels({
    databaseUrl: options.databaseUrl,
    logger,
    applicationName: "drumbeat outbox",
    channels: [outboxChannel],
    onNotification: wake,
    onGap: wake,
  });
  return {
    async close() {
      closing.abort();
      await following.close();
      await telling;
      clearTimeout(alarm);
    },
  };
}

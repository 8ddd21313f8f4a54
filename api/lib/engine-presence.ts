import type { Logger } from "pino";

/** What this process last saw of Temporal. */
export interface EnginePresence {
  /** Whether it is worth asking now; of many who come at once after a rest, only the first is told so. */
  mayAsk(): boolean;
  /** Temporal answered, if only with a refusal. */
  answered(): void;
  /** Temporal did not answer. */
  missed(error: unknown): void;
}

/** How long Temporal is left alone once it did not answer, in milliseconds: the sweep delivers what is accepted meanwhile. */
const restMs = 5_000;

/** Says in the log once that Temporal is away, and once that it is back and after how long. */
export function createEnginePresence(options: { logger: Logger; now: () => Date }): EnginePresence {
  const { logger } = options;
  const now = () => options.now().getTime();
  let away: { since: number; askAgainAt: number } | undefined;
  return {
    mayAsk() {
      if (!away) return true;
      if (now() < away.askAgainAt) return false;
      away.askAgainAt = now() + restMs;
      return true;
    },
    answered() {
      if (!away) return;
      const seconds = Math.round((now() - away.since) / 1000);
      away = undefined;
      logger.info({ seconds }, "Temporal is back");
    },
    missed(error) {
      if (!away) {
        logger.warn({ err: error }, "Temporal does not answer; what is accepted waits for it");
      }
      away = { since: away?.since ?? now(), askAgainAt: now() + restMs };
    },
  };
}

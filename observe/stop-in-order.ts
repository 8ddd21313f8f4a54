import closeWithGrace from "close-with-grace";
import type { Logger } from "pino";

/**
 * Ends this process on a signal, on an error that nobody caught, and when the process that started it is gone: the steps
 * one after the other, within `withinMs`. A second signal ends it at once. A step that fails is told and does not keep
 * the others from being made; the exit code is then 1.
 */
export function stopInOrder(options: {
  logger: Logger;
  withinMs: number;
  steps: readonly { what: string; stop: () => Promise<void> | void }[];
}): { stop(): void } {
  const { logger, withinMs, steps } = options;
  let asked = false;
  const { close } = closeWithGrace(
    {
      delay: withinMs,
      logger: false,
      // The event loop runs dry once everything is closed: that is no wish to stop.
      skip: ["beforeExit"],
      onSecondSignal: (signal) => logger.warn({ signal }, "told to stop again: ending at once"),
      onSecondError: (error) => logger.fatal({ err: error }, "failed while stopping"),
      onTimeout: () => logger.error({ withinMs }, "did not stop in time: ending at once"),
    },
    async ({ err, signal }) => {
      asked = true;
      if (err) logger.fatal({ err }, err.message);
      else logger.info({ signal: signal ?? "none" }, "stopping");
      const startedAt = performance.now();
      const failed: string[] = [];
      for (const { what, stop } of steps) {
        try {
          await stop();
        } catch (error) {
          logger.error({ err: error, step: what }, "could not be stopped cleanly");
          failed.push(what);
        }
      }
      logger.info({ ms: Math.round(performance.now() - startedAt) }, "stopped");
      if (failed.length > 0) throw new Error(`not stopped cleanly: ${failed.join(", ")}`);
    },
  );
  const stop = () => {
    if (!asked) close();
    asked = true;
  };
  // Started by the one-machine default: when that is gone, so are we.
  process.once("disconnect", stop);
  return { stop };
}

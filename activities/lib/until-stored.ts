import { setTimeout as sleep } from "node:timers/promises";
import { MediaError, Problem } from "#domain/errors.ts";
import { ModelAnswerError } from "./classify-model-error.ts";

/** A minute and a half in all: a database or a store that restarts is back by then. Milliseconds. */
const pausesMs = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000];

/**
 * Stores what a provider answered, with the answer in hand: asked again, it would do the work again. What is wrong with the
 * answer itself, and the last failure, are thrown; the signal's reason when aborted.
 */
export async function untilStored<T>(store: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (const pauseMs of pausesMs) {
    try {
      return await store();
    } catch (error) {
      signal.throwIfAborted();
      const final = [MediaError, ModelAnswerError, Problem].some((type) => error instanceof type);
      if (final) throw error;
      await sleep(pauseMs, undefined, { signal });
    }
  }
  return store();
}

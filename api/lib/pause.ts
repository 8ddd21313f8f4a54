import { setTimeout as wait } from "node:timers/promises";

/** Waits; once the signal is aborted it throws the signal's reason. Milliseconds. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(milliseconds, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

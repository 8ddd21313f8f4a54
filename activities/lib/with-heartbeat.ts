import { Context } from "@temporalio/activity";

/**
 * Runs a long call with a heartbeat every few seconds, so that Temporal notices a dead worker and can tell this one
 * of a cancellation. The signal ends the call when the activity is cancelled or the worker stops.
 */
export async function withHeartbeat<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const context = Context.current();
  context.heartbeat();
  const timer = setInterval(() => context.heartbeat(), 4_000);
  try {
    return await call(context.cancellationSignal);
  } finally {
    clearInterval(timer);
  }
}

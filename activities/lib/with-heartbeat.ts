import { Context } from "@temporalio/activity";

/**
 * Runs a long call with a heartbeat every few seconds, so that Temporal notices a dead worker and can tell this one
 * of a cancellation. The signal ends the call when the activity is cancelled or the worker stops. `details`, where there
 * are any, are shown in the Temporal UI, and the next try finds the last of them in its `heartbeatDetails`.
 */
export async function withHeartbeat<T>(
  call: (signal: AbortSignal) => Promise<T>,
  details: () => unknown = () => undefined,
): Promise<T> {
  const context = Context.current();
  // None at once: most calls are over by the first, and Temporal counts from the start as it is.
  const timer = setInterval(() => context.heartbeat(details()), 4_000);
  try {
    return await call(context.cancellationSignal);
  } finally {
    clearInterval(timer);
  }
}

import { Context } from "@temporalio/activity";

/** Gives signs of life until the activity is cancelled; then fails as cancelled. Never ends otherwise. */
export async function workUntilCancelled(): Promise<never> {
  const context = Context.current();
  const beat = setInterval(() => context.heartbeat(), 50);
  try {
    return await context.cancelled;
  } finally {
    clearInterval(beat);
  }
}

import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setCurrentDetails,
  workflowInfo,
} from "@temporalio/workflow";
import type { WebhookDeliveryStatus } from "#domain/states.ts";
import { webhookOptions } from "#temporal.config";
import { onChanged } from "./changed.ts";
import type { WebhookDeliveryIds } from "./ids.ts";
import { toldActivities } from "./told-activities.ts";

export interface WebhookActivities {
  /**
   * Sends the event to the endpoint if that is due at `now` (epoch ms) and notes what came of it. A repeated try may send
   * it again, under the same id.
   */
  attemptWebhook(input: WebhookDeliveryIds & { now: number }): Promise<WebhookProgress>;
}

export type WebhookProgress =
  /** Epoch ms. */
  | { kind: "wait"; until: number; tries: number }
  /** `gone` where the row or this round of it is no more. */
  | { kind: "done"; status: WebhookDeliveryStatus | "gone" };

/** Delivers one event to one endpoint: tries more and more seldom, for a day. The row says when, and when no more. */
export async function deliverWebhook(
  ids: WebhookDeliveryIds,
): Promise<{ status: WebhookDeliveryStatus | "gone" }> {
  const { attemptWebhook } = toldActivities<WebhookActivities>(webhookOptions, {
    attemptWebhook: "send the event if it is due, and note the answer",
  });
  const row = onChanged();
  while (!workflowInfo().continueAsNewSuggested) {
    row.clear();
    const progress = await attemptWebhook({ ...ids, now: Date.now() });
    if (progress.kind === "done") {
      setCurrentDetails(`Ended: ${progress.status}.`);
      return { status: progress.status };
    }
    const at = new Date(progress.until).toISOString();
    setCurrentDetails(`Not delivered after ${progress.tries} tries; the next one at ${at}.`);
    await row.waitUntil(progress.until, "until the next try");
  }
  await condition(allHandlersFinished);
  return continueAsNew<typeof deliverWebhook>(ids);
}

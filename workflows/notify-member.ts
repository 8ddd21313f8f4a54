import {
  ActivityFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  isCancellation,
  setCurrentDetails,
  workflowInfo,
} from "@temporalio/workflow";
import { ioOptions, messageOptions } from "#temporal.config";
import { onChanged } from "./changed.ts";
import type { MemberIds } from "./ids.ts";
import { toldActivities } from "./told-activities.ts";

export interface NotificationActivities {
  /** What is to be done about the member's messages that were not sent yet, at `now` (epoch ms). */
  nextNotificationMove(input: MemberIds & { now: number }): Promise<NotificationMove>;
}

export interface MessageActivities {
  /** Sends everything that waits to go out by e-mail in one message, and notes it. Throws while that can't be sent. */
  sendEmailNotifications(input: MemberIds): Promise<void>;
  /** The same for the chat. */
  sendChatNotifications(input: MemberIds): Promise<void>;
}

export type NotificationMove =
  /** More may come that goes into the same message. Epoch ms. */
  | { kind: "wait"; until: number }
  | { kind: "send"; email: boolean; chat: boolean }
  | { kind: "done" };

/**
 * Tells one member what needs them: waits a moment for more of it, then sends one message by each way that they chose.
 * Ends when nothing is left, and starts anew with the next.
 */
export async function notifyMember(ids: MemberIds): Promise<void> {
  const { nextNotificationMove } = toldActivities<NotificationActivities>(ioOptions, {
    nextNotificationMove: "look what the member was not told yet",
  });
  const { sendEmailNotifications, sendChatNotifications } = toldActivities<MessageActivities>(
    messageOptions,
    {
      sendEmailNotifications: "send one e-mail with all that waits",
      sendChatNotifications: "post one chat message with all that waits",
    },
  );
  const row = onChanged();
  while (!workflowInfo().continueAsNewSuggested) {
    row.clear();
    const move = await nextNotificationMove({ ...ids, now: Date.now() });
    if (move.kind === "done" && !row.changed()) {
      setCurrentDetails("Told everything.");
      return;
    }
    if (move.kind === "wait") {
      setCurrentDetails(`Sending at ${new Date(move.until).toISOString()}.`);
      await row.waitUntil(move.until, "waiting for more to send along");
    }
    if (move.kind === "send") {
      setCurrentDetails("Sending.");
      // Side by side: a mail server that is away does not keep the chat waiting.
      await Promise.all([
        ...(move.email ? [orLater(sendEmailNotifications(ids))] : []),
        ...(move.chat ? [orLater(sendChatNotifications(ids))] : []),
      ]);
    }
  }
  await condition(allHandlersFinished);
  await continueAsNew<typeof notifyMember>(ids);
}

/** A way that fails is noted by its activity: the next move says when it is tried again. */
async function orLater(sending: Promise<void>): Promise<void> {
  try {
    await sending;
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
  }
}

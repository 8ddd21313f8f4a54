import { postMachine } from "#domain/states.ts";
import type { Post, Target } from "#web/lib/api/types.ts";

const stoppable: readonly Target["status"][] = ["pending", "preparing", "blocked", "publishing"];

/** Whether cancelling would still keep something of it from going out. What is on its way, or may be, goes on. */
export function canCancel({ status, targets }: Pick<Post, "status" | "targets">): boolean {
  if (postMachine.isFinal(status) || !postMachine.allows(status, "cancelled")) return false;
  return targets.some((target) => stoppable.includes(target.status) && !isOnItsWay(target));
}

/** Whether something of it was sent, and nobody knows yet whether it arrived. */
export function isOnItsWay({ parts, waitingFor }: Pick<Target, "parts" | "waitingFor">): boolean {
  const sent = parts.some(({ status }) => status === "sending" || status === "unknown");
  return sent || waitingFor?.reason === "reading";
}

import type { Post } from "#web/lib/api/types.ts";
import { writeInstant } from "#web/lib/format.ts";
import { isGone, isTakenDown } from "#web/lib/is-taken-down.ts";
import { isOpen } from "#web/lib/open-post.ts";
import { texts } from "#web/lib/texts.ts";
import { isOnItsWay } from "./can-cancel.ts";

const words = texts.posts;

/** The time that counts for a post as it is now: one sentence, and none that the rest of its page would contradict. */
export function whenOf(post: Post): string {
  return factsOf(post).join(", ");
}

function factsOf(post: Post): string[] {
  const { publishedAt, cancelledAt, createdAt, status, decision } = post;
  const { mode, at, expiresAt } = post.schedule;
  if (publishedAt) {
    const published = words.publishedAt(writeInstant(publishedAt));
    return isTakenDown(post)
      ? [published, words.takenDownAt(writeInstant(lastRemoval(post)))]
      : [published];
  }
  if (status === "cancelled" && cancelledAt) return [words.cancelledAt(writeInstant(cancelledAt))];
  if (status === "rejected" && decision?.decidedAt)
    return [words.rejectedAt(writeInstant(decision.decidedAt))];
  if (!isOpen(post) && mode !== "now") return [words.wasDue(writeInstant(at))];
  const due = mode === "now" ? words.made(writeInstant(createdAt)) : words.due(writeInstant(at));
  // What was sent is read before anything else: it may be out already, and nothing stops it.
  const begun = post.targets.filter((target) => target.status === "publishing");
  if (begun.some(isOnItsWay)) return [due, words.beingRead];
  if (status === "awaiting_approval")
    return decision ? [due, words.decideBefore(writeInstant(decision.expiresAt))] : [due];
  return expiresAt && begun.length === 0 ? [due, words.expires(writeInstant(expiresAt))] : [due];
}

function lastRemoval({ targets }: Post): string {
  const times = targets.flatMap((target) => (isGone(target) ? (target.removal?.at ?? []) : []));
  return times.toSorted().at(-1) ?? "";
}

import { setTarget } from "#db/delivery-changes.ts";
import { Delivery, Target, type Post } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import { assetsOf, begunParts, setPostStatus } from "#db/post-changes.ts";
import { Problem } from "#domain/errors.ts";
import { deliveryMachine, givenUp, postMachine, postsAtRest } from "#domain/states.ts";
import { isApproved } from "./post-approval.ts";

/**
 * Goes on with targets that had failed or were unclear, from the part where they stopped: what is out stays as it is.
 * Call it under the post's lock, with deliveries that a person has decided about already. Lateness counts from now.
 * Throws Problem 409 `not_approved` and `too_late`.
 */
export async function resumeTargets(
  em: EntityManager,
  input: { post: Post; targets: Target[]; now: Date },
): Promise<void> {
  const { post, targets, now } = input;
  // What is out, or may be, at any target: the content of all of them is fixed by one hash.
  const all = await em.find(Target, { postId: post.id });
  const begun = await begunParts(em, all);
  // Nobody knows whether what was given up is out.
  const mayBe = all.some(({ error }) => error?.code === givenUp);
  const out = post.publishedAt !== null || begun.size > 0 || mayBe;
  const unprepared = targets.find(
    (target) => assetsOf(post, target).length !== (target.renditions ?? []).length,
  );
  if (post.approval === "required" && !(await isApproved(em, post))) {
    if (out || post.status === "unconfirmed") throw notApproved();
    post.contentHash = null;
  }
  if (unprepared && out) throw withoutMedia(unprepared);
  if (unprepared) post.contentHash = null;
  for (const target of targets) {
    await setTarget(em, target, begun.has(target.id) ? "publishing" : "pending", null);
    const rejected = await em.find(Delivery, { targetId: target.id, status: "rejected" });
    for (const delivery of rejected)
      delivery.status = deliveryMachine.step(delivery.status, "claimed");
    // What was prepared at a platform is dropped there after a while.
    await em.nativeUpdate(Delivery, { targetId: target.id, status: "claimed" }, { created: null });
  }
  post.version += 1;
  post.resumedAt = now;
  post.cancelledAt = null;
  post.overdueAt = null;
  post.error = null;
  if (!out && (post.status === "failed" || post.contentHash === null)) {
    const anew = post.contentHash === null && postMachine.allows(post.status, "preparing");
    await setPostStatus(em, post, anew ? "preparing" : "scheduled");
  } else if (postsAtRest.includes(post.status)) await setPostStatus(em, post, "publishing");
}

function withoutMedia(target: Target): Problem {
  return new Problem({
    status: 409,
    code: "too_late",
    detail: `The media for ${target.channelName} could not be made, and the post is out elsewhere. Make a new post for it.`,
  });
}

function notApproved(): Problem {
  return new Problem({
    status: 409,
    code: "not_approved",
    detail:
      "What is left of this post is not approved any more, and a part of it is out, or was on its way. Make a new post of the rest.",
  });
}

import { LockMode } from "@mikro-orm/core";
import { setTarget } from "#db/delivery-changes.ts";
import { Asset, Delivery, Rendition, Target, type Post } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import { assetsOf, begunParts, setPostStatus } from "#db/post-changes.ts";
import { Problem } from "#domain/errors.ts";
import { deliveryMachine, givenUp, postMachine, postsAtRest } from "#domain/states.ts";
import { fileExpired, findExpired } from "./found-or-expired.ts";
import { namedAssets } from "./named-assets.ts";
import { isApproved } from "./post-approval.ts";

interface Resumption {
  post: Post;
  targets: Target[];
  now: Date;
}

/**
 * Goes on with targets that had failed or were unclear, from the part where they stopped: what is out stays as it is.
 * Call it under the post's lock, with deliveries that a person has decided about already. Lateness counts from now.
 * Throws Problem 409 `not_approved` and `too_late`, 410 `file_expired`, which says where in the post it is named.
 */
export async function resumeTargets(em: EntityManager, input: Resumption): Promise<void> {
  const why = await tryToResume(em, input);
  if (why) throw why;
}

/** The same; or changes nothing, and gives why they can't go on. */
export async function tryToResume(
  em: EntityManager,
  { post, targets, now }: Resumption,
): Promise<Problem | undefined> {
  // What is out, or may be, at any target: the content of all of them is fixed by one hash.
  const all = await em.find(Target, { postId: post.id }, { orderBy: { position: "asc" } });
  const begun = await begunParts(em, all);
  // Nobody knows whether what was given up is out.
  const mayBe = all.some(({ error }) => error?.code === givenUp);
  const out = post.publishedAt !== null || begun.size > 0 || mayBe;
  const { sources, expired } = await holdMedia(em, post, all);
  if (expired.length > 0 && out) return mediaExpired();
  const disapproved = post.approval === "required" && !(await isApproved(em, post));
  if (disapproved && (out || post.status === "unconfirmed")) return notApproved();
  const unprepared = targets.filter(
    (target) =>
      expired.includes(target) ||
      assetsOf(post, target).length !== (target.renditions ?? []).length,
  );
  if (unprepared[0] && out) return withoutMedia(unprepared[0]);
  const wanted = unprepared.flatMap((target) => assetsOf(post, target)).map(({ id }) => id);
  const lost = await findExpired(
    em,
    wanted.filter((id) => !sources.has(id)),
  );
  if (lost.size > 0) return sourceExpired(post, all, lost);

  // It is made anew.
  for (const target of expired) target.renditions = null;
  // One hash stands for all targets, also for those that are not tried again. Whoever approved it is asked once more.
  if (disapproved || unprepared.length > 0 || expired.length > 0) post.contentHash = null;
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
  return undefined;
}

/**
 * Holds the targets' media until the transaction ends, so that none of it goes meanwhile. Gives which sources are there,
 * and of which targets some of what was made for them is not.
 */
async function holdMedia(
  em: EntityManager,
  post: Post,
  targets: readonly Target[],
): Promise<{ sources: ReadonlySet<string>; expired: Target[] }> {
  const held = {
    fields: ["id"],
    lockMode: LockMode.PESSIMISTIC_READ,
    orderBy: { id: "asc" },
  } as const;
  const assetIds = targets.flatMap((target) => assetsOf(post, target).map(({ id }) => id));
  const idsOf = ({ renditions }: Target) => renditions?.map(({ renditionId }) => renditionId) ?? [];
  const renditionIds = targets.flatMap(idsOf);
  // In the order of whoever removes them: a source, and then what was made of it.
  const assets = assetIds.length === 0 ? [] : await em.find(Asset, { id: { $in: assetIds } }, held);
  const made =
    renditionIds.length === 0 ? [] : await em.find(Rendition, { id: { $in: renditionIds } }, held);
  const sources = new Set(assets.map(({ id }) => id));
  const renditions = new Set(made.map(({ id }) => id));
  const expired = targets.filter((target) => idsOf(target).some((id) => !renditions.has(id)));
  return { sources, expired };
}

function sourceExpired(
  { assets, parts }: Post,
  targets: Target[],
  lost: ReadonlySet<string>,
): Problem {
  const named = namedAssets({ assets, parts, targets });
  return fileExpired("asset", named.find(({ id }) => lost.has(id))?.pointer);
}

function mediaExpired(): Problem {
  return new Problem({
    status: 410,
    code: "file_expired",
    detail:
      "The media of this post was removed when its time was over, and a part of it is out. Make a new post of the rest.",
  });
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

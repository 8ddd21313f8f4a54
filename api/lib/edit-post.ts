import { Approval, Delivery, Target, type Post } from "#db/entities/index.ts";
import { insertTargets, replaceFailedTargets } from "#db/insert-targets.ts";
import type { EntityManager } from "#db/orm.ts";
import { setPostStatus } from "#db/post-changes.ts";
import { Problem } from "#domain/errors.ts";
import { givenUp } from "#domain/states.ts";
import type { ApiContext } from "../context.ts";
import { findContent } from "./find-content.ts";
import { askingForApproval, checkPost } from "./check-post.ts";
import type { PostChange } from "./post-requests.ts";

/**
 * Gives a post other content, under its row's lock: what was approved or prepared of the old is void. Throws Problem 409
 * `too_late` once it is out anywhere, and what `checkPost` throws.
 */
export async function editContent(
  context: ApiContext,
  em: EntityManager,
  post: Post,
  change: PostChange,
): Promise<void> {
  const before = await em.find(Target, { postId: post.id }, { orderBy: { position: "asc" } });
  await requireUnsent(em, post, before);
  post.content = change.content ?? post.content;
  post.assets = change.assets ?? post.assets;
  post.parts = change.parts ?? post.parts;
  const targets =
    change.targets ??
    before.map(({ channelId, overrides, settings, takesDefaults }) => ({
      channelId,
      overrides,
      settings,
      defaults: takesDefaults,
    }));
  const asked = {
    id: post.id,
    campaign: post.campaign ?? null,
    content: post.content,
    assets: post.assets,
    parts: post.parts,
    targets,
    approval: post.approval,
  };
  const checked = checkPost(context, asked, await findContent(context, em, [asked]));
  // A channel that asks for approval can't be slipped under a post that goes without.
  if (askingForApproval(checked.targets).length > 0) post.approval = "required";
  post.offlineOutput = checked.offlineOutput || (post.agentId !== null && post.offlineOutput);
  post.contentHash = null;
  await em.nativeUpdate(
    Approval,
    { postId: post.id, status: { $in: ["pending", "approved"] } },
    { status: "voided" },
  );
  // What was prepared at a platform belongs to the old content.
  await em.nativeDelete(Delivery, {
    targetId: { $in: before.map((target) => target.id) },
    status: "claimed",
  });
  if (post.status === "failed") {
    await replaceFailedTargets(em, { post, before, targets: checked.targets });
    return;
  }
  await em.nativeDelete(Target, { postId: post.id });
  for (const target of before) em.getUnitOfWork().unsetIdentity(target);
  await insertTargets(em, [{ post, targets: checked.targets }]);
  await setPostStatus(em, post, post.approval === "none" ? "scheduled" : "preparing");
}

/** What was prepared at a platform is dropped there after a while: for another time it is prepared anew. */
export async function forgetPrepared(em: EntityManager, post: Post): Promise<void> {
  const targets = await em.find(Target, { postId: post.id }, { fields: ["id"] });
  // The row stays, with its marker and its attempts: a call that still arrives must be found by them.
  await em.nativeUpdate(
    Delivery,
    { targetId: { $in: targets.map((target) => target.id) }, status: "claimed" },
    { created: null },
  );
}

/** What is out at one channel already, or may be, would go out there again with other content. */
async function requireUnsent(em: EntityManager, post: Post, targets: Target[]): Promise<void> {
  const sent = await em.find(Delivery, {
    targetId: { $in: targets.map((target) => target.id) },
    status: { $in: ["sending", "published", "unknown"] },
  });
  // Nobody knows whether what was given up is out: its target must not be made anew.
  const names = targets
    .filter(
      ({ id, error }) =>
        error?.code === givenUp || sent.some((delivery) => delivery.targetId === id),
    )
    .map((target) => target.channelName);
  if (names.length === 0) return;
  const rest =
    post.status === "failed"
      ? "Retry the rest as it is, or make a new post of it."
      : "Cancel the rest, or reschedule it.";
  throw new Problem({
    status: 409,
    code: "too_late",
    detail: `The post went out to ${names.join(", ")} already, or may have, so its content stays as it is. ${rest}`,
  });
}

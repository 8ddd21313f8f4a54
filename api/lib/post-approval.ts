import { Approval, Asset, Target, WorkspaceDetails, type Post } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import { assetsOf } from "#db/post-changes.ts";
import { Problem } from "#domain/errors.ts";
import type { ApiContext } from "../context.ts";
import type { Principal } from "../plugins/principal.ts";

/** Throws Problem 409 `not_awaiting_approval`. */
export function requireAwaiting(
  post: Post,
  approval: Approval | undefined,
): asserts approval is Approval {
  if (post.status === "awaiting_approval" && approval?.status === "pending") return;
  throw new Problem({
    status: 409,
    code: "not_awaiting_approval",
    detail: `The post is ${post.status} and awaits no approval.`,
    extra: { postStatus: post.status },
  });
}

/** Where the workspace forbids it, nobody approves a post that holds words of theirs, by a key of theirs neither. */
export async function requireOthersWords(
  em: EntityManager,
  post: Post,
  principal: Principal,
): Promise<void> {
  if (!post.writtenBy.includes(principal.userId)) return;
  const { forbidSelfApproval } = await em.findOneOrFail(WorkspaceDetails, {
    id: post.workspaceId,
  });
  if (!forbidSelfApproval) return;
  throw new Problem({
    status: 403,
    code: "own_post",
    detail:
      "You wrote or edited this post, and in this workspace somebody else has to approve it. Ask another member.",
  });
}

/** The approval that was asked for last. */
export async function latestApproval(em: EntityManager, post: Post): Promise<Approval | undefined> {
  const [approval] = await em.find(
    Approval,
    { postId: post.id },
    { orderBy: { id: "desc" }, limit: 1 },
  );
  return approval;
}

/** Whether exactly what would go out now was approved. */
export async function isApproved(em: EntityManager, post: Post): Promise<boolean> {
  return (
    post.contentHash !== null &&
    (await em.count(Approval, {
      postId: post.id,
      status: "approved",
      contentHash: post.contentHash ?? "",
    })) > 0
  );
}

/** Whether output of offline models would go to a real platform. */
export async function goesOfflineToReal(
  context: ApiContext,
  em: EntityManager,
  post: Post,
): Promise<boolean> {
  const targets = await em.find(Target, { postId: post.id });
  const real = targets.filter((target) => context.manifests.get(target.platform)?.real ?? true);
  if (real.length === 0) return false;
  if (post.offlineOutput) return true;
  const ids = real.flatMap((target) => assetsOf(post, target).map((asset) => asset.id));
  return (await em.count(Asset, { id: { $in: ids }, offlineOutput: true })) > 0;
}

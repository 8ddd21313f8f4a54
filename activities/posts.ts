import { LockMode } from "@mikro-orm/core";
import { setTarget } from "#db/delivery-changes.ts";
import { Post, Target } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import { inWorkspace } from "#db/orm.ts";
import { cancelPost, removeQueuedData } from "#db/post-changes.ts";
import type { PostMove } from "#domain/next-post-move.ts";
import { postMachine, targetMachine } from "#domain/states.ts";
import type { PartClaim } from "#workflows/deliver-target.ts";
import type { PublishPostActivities as EarlierActivities } from "#workflows/previous/publish-post.ts";
import type { PublishPostActivities } from "#workflows/publish-post.ts";
import type { ActivityDeps } from "./deps.ts";
import {
  decidePost,
  decideReadyPost,
  readPostRows,
  sealPost,
  settlePost,
  type PostRows,
} from "./lib/decide-post.ts";
import { claimFrom } from "./lib/claim-part.ts";
import { orGone } from "./lib/find-or-gone.ts";

/** The ledger's rows of what is about to go out, by target; each is made where it is not there yet. */
async function claimFirstParts(
  em: EntityManager,
  deps: ActivityDeps,
  { post, targets, deliveries, accounts }: PostRows,
  move: Extract<PostMove, { kind: "deliver" }>,
): Promise<Record<string, PartClaim>> {
  const claims: Record<string, PartClaim> = {};
  for (const target of targets.filter(({ id }) => move.targetIds.includes(id)))
    claims[target.id] = await claimFrom(em, deps, {
      post,
      target,
      existing: deliveries.find((one) => one.targetId === target.id && one.part === 0) ?? null,
      connectionId: accounts.get(target.channelId)?.connectionId,
      version: move.version,
      part: 0,
    });
  return claims;
}

/** What `publishPost` asks of our own database, as it is now and as runs that began before ask it. */
export function createPostActivities(
  deps: ActivityDeps,
): PublishPostActivities & EarlierActivities {
  const locked = <T>(
    ids: { workspaceId: string; postId: string },
    work: (em: EntityManager, post: Post) => Promise<T>,
  ) =>
    inWorkspace(deps.orm, ids.workspaceId).transactional(async (em) =>
      work(
        em,
        orGone(
          await em.findOne(Post, { id: ids.postId }, { lockMode: LockMode.PESSIMISTIC_WRITE }),
          "post",
        ),
      ),
    );

  return {
    lookAtPost: ({ now, ...ids }) =>
      locked(ids, async (em, post) => {
        const at = new Date(now);
        const rows = await readPostRows(em, post);
        await settlePost(em, rows);
        const move = await decideReadyPost(em, rows, at);
        if (move.kind !== "deliver") return move;
        return { ...move, claims: await claimFirstParts(em, deps, rows, move) };
      }),

    nextPostMove: ({ now, ...ids }) =>
      locked(ids, async (em, post) => decidePost(em, await readPostRows(em, post), new Date(now))),

    sealPost: ({ version, now, ...ids }) =>
      locked(ids, async (em, post) => {
        // An edit that came meanwhile starts over with a version of its own.
        if (post.version !== version || post.contentHash || postMachine.isFinal(post.status))
          return;
        await sealPost(em, await readPostRows(em, post), new Date(now));
      }),

    failTarget: ({ targetId, code, detail, ...ids }) =>
      locked(ids, async (em, _post) => {
        const target = await em.findOne(Target, { id: targetId, postId: ids.postId });
        // An edit replaced it meanwhile, or it is decided already.
        if (!target || target.status === "failed") return;
        if (!targetMachine.allows(target.status, "failed")) return;
        await setTarget(em, target, "failed", { code, detail });
      }),

    settlePost: (ids) =>
      locked(ids, async (em, post) => settlePost(em, await readPostRows(em, post))),

    clearCancelledPost: async (ids) => {
      const blobs = await inWorkspace(deps.orm, ids.workspaceId).transactional(async (em) => {
        const post = await em.findOne(
          Post,
          { id: ids.postId },
          { lockMode: LockMode.PESSIMISTIC_WRITE },
        );
        if (!post) return [];
        // An operator may cancel the workflow alone; then the row follows, as far as it still can.
        if (post.status === "publishing" || postMachine.allows(post.status, "cancelled"))
          await cancelPost(em, post, deps.now());
        await em.flush();
        return post.cancelledAt ? removeQueuedData(em, post.id) : [];
      });
      for (const key of blobs) await deps.storage.delete(key);
    },
  };
}

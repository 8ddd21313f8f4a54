import { LockMode } from "@mikro-orm/core";
import { Approval, Channel, Connection, Post, Target } from "#db/entities/index.ts";
import { insertRow } from "#db/insert-row.ts";
import type { EntityManager } from "#db/orm.ts";
import { inWorkspace } from "#db/orm.ts";
import { assetsOf, cancelPost, removeQueuedData, setPostStatus } from "#db/post-changes.ts";
import { nextPostMove, type PostFacts } from "#domain/next-post-move.ts";
import {
  approvalMachine,
  isUsable,
  postMachine,
  postStatusOf,
  targetMachine,
} from "#domain/states.ts";
import type { PublishPostActivities } from "#workflows/publish-post.ts";
import { approvalTimeoutMs } from "#temporal.config";
import { countDecision, countTarget } from "../observe/metrics.ts";
import type { ActivityDeps } from "./deps.ts";
import { orGone } from "./lib/find-or-gone.ts";
import { hashOf } from "./lib/hash-of.ts";

/** What `publishPost` asks of our own database. */
export function createPostActivities(deps: ActivityDeps): PublishPostActivities {
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
    nextPostMove: ({ now, ...ids }) =>
      locked(ids, async (em, post) => {
        const targets = await em.find(
          Target,
          { postId: post.id },
          { orderBy: { position: "asc" } },
        );
        const [approval] = await em.find(
          Approval,
          { postId: post.id },
          { orderBy: { id: "desc" }, limit: 1 },
        );
        const usable = await usableChannels(em, targets);
        const facts: PostFacts = {
          status: post.status,
          version: post.version,
          dueAt: post.dueAt,
          contentHash: post.contentHash ?? null,
          approval: approval ? { status: approval.status, expiresAt: approval.expiresAt } : null,
          targets: targets.map((target) => ({
            id: target.id,
            platform: target.platform,
            status: target.status,
            assetIds: assetsOf(post, target).map((asset) => asset.id),
            usable: usable.has(target.channelId),
          })),
        };
        const decision = nextPostMove(facts, new Date(now));
        if (approval && decision.approval) {
          approval.status = approvalMachine.step(approval.status, decision.approval);
          countDecision(approval, new Date(now));
        }
        for (const change of decision.targets ?? []) {
          const target = targets.find((one) => one.id === change.id);
          if (!target) continue;
          target.status = targetMachine.step(target.status, change.status);
          countTarget(target);
          if (change.status === "expired") target.error = expiredError(target.error);
        }
        if (decision.post) await setPostStatus(em, post, decision.post);
        return decision.move;
      }),

    sealPost: ({ version, now, ...ids }) =>
      locked(ids, async (em, post) => {
        // An edit that came meanwhile starts over with a version of its own.
        if (post.version !== version || post.contentHash || postMachine.isFinal(post.status))
          return;
        const targets = await em.find(
          Target,
          { postId: post.id },
          { orderBy: { position: "asc" } },
        );
        if (targets.every((target) => target.status === "failed")) {
          post.error = {
            code: "no_target_left",
            detail: "No target can take this post; each says why.",
          };
          await setPostStatus(em, post, "failed");
          return;
        }
        post.contentHash = await hashOf(em, post, targets);
        if (post.approval === "none") {
          await setPostStatus(em, post, "scheduled");
          return;
        }
        await em.nativeUpdate(
          Approval,
          { postId: post.id, status: { $in: ["pending", "approved"] } },
          { status: "voided" },
        );
        await insertRow(em, Approval, {
          workspaceId: post.workspaceId,
          postId: post.id,
          contentHash: post.contentHash,
          status: "pending",
          expiresAt: new Date(now + approvalTimeoutMs),
        });
        await setPostStatus(em, post, "awaiting_approval");
      }),

    failTarget: ({ targetId, code, detail, ...ids }) =>
      locked(ids, async (em, _post) => {
        const target = await em.findOne(Target, { id: targetId, postId: ids.postId });
        // An edit replaced it meanwhile, or it is decided already.
        if (!target || target.status === "failed") return;
        if (!targetMachine.allows(target.status, "failed")) return;
        target.status = targetMachine.step(target.status, "failed");
        countTarget(target);
        target.error = { code, detail };
      }),

    settlePost: (ids) =>
      locked(ids, async (em, post) => {
        if (
          post.status !== "publishing" &&
          post.status !== "scheduled" &&
          post.status !== "blocked"
        )
          return;
        const targets = await em.find(Target, { postId: post.id });
        const status = postStatusOf(targets.map((target) => target.status));
        if (!status) return;
        await setPostStatus(em, post, status);
      }),

    clearCancelledPost: async (ids) => {
      const blobs = await inWorkspace(deps.orm, ids.workspaceId).transactional(async (em) => {
        const post = await em.findOne(
          Post,
          { id: ids.postId },
          { lockMode: LockMode.PESSIMISTIC_WRITE },
        );
        if (!post) return [];
        // An operator may cancel the workflow alone; then the row follows, as far as it still can.
        if (post.status !== "cancelled" && postMachine.allows(post.status, "cancelled")) {
          await cancelPost(em, post, deps.now());
        }
        return post.status === "cancelled" ? removeQueuedData(em, post.id) : [];
      });
      for (const key of blobs) await deps.storage.delete(key);
    },
  };
}

async function usableChannels(em: EntityManager, targets: Target[]): Promise<Set<string>> {
  const ids = targets.map((target) => target.channelId);
  const channels = await em.find(Channel, { id: { $in: ids } });
  const connections = await em.find(Connection, {
    id: { $in: channels.map((channel) => channel.connectionId) },
  });
  const usable = new Set(
    connections
      .filter((one) => isUsable(one.status) && !one.disconnectedAt)
      .map((connection) => connection.id),
  );
  return new Set(
    channels.filter((channel) => usable.has(channel.connectionId)).map((channel) => channel.id),
  );
}

function expiredError(previous: Target["error"]): NonNullable<Target["error"]> {
  return (
    previous ?? { code: "expired", detail: "It could not be published in time and was let go." }
  );
}

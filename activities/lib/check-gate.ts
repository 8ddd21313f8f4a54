import {
  Agent,
  Approval,
  Asset,
  Channel,
  Connection,
  Target,
  Workspace,
  type Delivery,
  type Post,
} from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import { assetsOf } from "#db/post-changes.ts";
import { isUsable, type TargetStatus } from "#domain/states.ts";
import type { ActivityDeps } from "../deps.ts";
import { hashOf } from "../posts.ts";

export interface Refusal {
  code: string;
  detail: string;
  /** What the target becomes; absent when the post itself moved on and its story looks again. */
  target?: TargetStatus;
}

/**
 * The last look before content becomes visible, in the transaction that locks the post's row and commits `sending`:
 * everything that was true when the post was accepted must still be. Returns why not, or nothing.
 */
export async function checkGate(
  em: EntityManager,
  input: {
    deps: ActivityDeps;
    post: Post;
    target: Target;
    delivery: Delivery;
    version: number;
    now: Date;
    /** The post's hash when the content that is about to be sent was read. */
    sentHash: string | null;
  },
): Promise<Refusal | undefined> {
  const { post, target, delivery, deps } = input;
  if (!["scheduled", "preparing", "publishing", "blocked"].includes(post.status)) {
    return { code: `post_${post.status}`, detail: `The post is ${post.status}.` };
  }
  if (
    post.version !== input.version ||
    post.contentHash === null ||
    input.sentHash !== post.contentHash
  ) {
    return { code: "outdated", detail: "The post was changed meanwhile." };
  }
  if (delivery.contentHash !== post.contentHash)
    return { code: "outdated", detail: "The post was changed meanwhile." };
  if (post.dueAt.getTime() > input.now.getTime())
    return { code: "not_due", detail: "The post is not due yet." };
  const targets = await em.find(Target, { postId: post.id });
  if ((await hashOf(em, post, targets)) !== post.contentHash) {
    return {
      code: "content_changed",
      detail: "The content is not the one that was fixed.",
      target: "failed",
    };
  }
  const approval = await approvalOf(em, post);
  if (post.approval === "required" && !approval) {
    return { code: "not_approved", detail: "This content is not approved.", target: "failed" };
  }
  const workspace = await em.findOne(Workspace, { id: post.workspaceId });
  if (workspace?.status !== "active") {
    return { code: "workspace_halted", detail: "The workspace is halted.", target: "blocked" };
  }
  if (post.agentId && (await em.findOne(Agent, { id: post.agentId }))?.status === "halted") {
    return { code: "agent_halted", detail: "The agent is halted.", target: "blocked" };
  }
  const channel = await em.findOne(Channel, { id: target.channelId });
  const connection = channel
    ? await em.findOne(Connection, { id: channel.connectionId }, { refresh: true })
    : null;
  if (!connection || connection.disconnectedAt || !isUsable(connection.status)) {
    return {
      code: "connection_not_usable",
      detail: "The account must be connected again before this can go out.",
      target: "blocked",
    };
  }
  const real = deps.platforms.get(target.platform)?.manifest.real ?? true;
  if (real && !approval?.offlineOutputAccepted && (await holdsOfflineOutput(em, post, target))) {
    return {
      code: "sandbox_output",
      detail:
        "It holds output of the offline sandbox models, which goes to a real platform only when a person approved it so.",
      target: "failed",
    };
  }
  return undefined;
}

/** The approval that covers exactly this content, where there is one. */
async function approvalOf(em: EntityManager, post: Post): Promise<Approval | null> {
  return em.findOne(Approval, {
    postId: post.id,
    status: "approved",
    contentHash: post.contentHash ?? "",
  });
}

async function holdsOfflineOutput(em: EntityManager, post: Post, target: Target): Promise<boolean> {
  if (post.offlineOutput) return true;
  const ids = assetsOf(post, target).map((asset) => asset.id);
  return (await em.count(Asset, { id: { $in: ids }, offlineOutput: true })) > 0;
}

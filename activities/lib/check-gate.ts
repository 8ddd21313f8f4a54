import { LockMode } from "@mikro-orm/core";
import {
  Agent,
  Approval,
  Asset,
  Post,
  Workspace,
  type Channel,
  type Connection,
  type Delivery,
  type Target,
} from "#db/entities/index.ts";
import { latestAfterDueMsOf } from "#db/latest-after-due.ts";
import type { EntityManager } from "#db/orm.ts";
import { askForApproval, assetsOf } from "#db/post-changes.ts";
import { expiryOf } from "#domain/next-post-move.ts";
import { isUsable, type TargetStatus } from "#domain/states.ts";
import { calendarDay } from "#domain/wake-ups.ts";
import type { ActivityDeps } from "../deps.ts";
import { hashOf } from "./hash-of.ts";
import { held } from "./prepare-call.ts";

export interface Refusal {
  code: string;
  detail: string;
  /** What the target becomes; absent when the post itself moved on and its story looks again. */
  target?: TargetStatus;
}

interface GateInput {
  deps: ActivityDeps;
  post: Post;
  target: Target;
  /** All of the post's, in their order. */
  targets: Target[];
  delivery: Delivery;
  /** Both held until the transaction ends. */
  channel: Channel;
  connection: Connection;
  version: number;
  now: Date;
}

/**
 * The last look before content becomes visible, in the transaction that locks the post's row and commits `sending`:
 * everything that was true when the post was accepted must still be. Returns why not, or nothing.
 */
export async function checkGate(em: EntityManager, input: GateInput): Promise<Refusal | undefined> {
  return (
    checkPost(input) ??
    (await checkLateness(em, input)) ??
    (await checkContent(em, input)) ??
    (await checkChannel(em, input)) ??
    (await checkHalts(em, input)) ??
    checkConnection(input) ??
    (await checkQuota(em, input)) ??
    checkOfflineOutput(em, input)
  );
}

function checkPost(input: GateInput): Refusal | undefined {
  const { post, target, delivery, version, now } = input;
  if (!["scheduled", "preparing", "publishing", "blocked"].includes(post.status)) {
    return { code: `post_${post.status}`, detail: `The post is ${post.status}.` };
  }
  // What was still on its way when a person cancelled the rest, and turned out not to have arrived, is not sent again.
  if (post.cancelledAt) {
    return { code: "cancelled", detail: "It was cancelled.", target: "cancelled" };
  }
  // What a person asked to take down does not grow any further.
  if (target.removal?.status === "requested" || target.removal?.status === "removed") {
    const detail = "It was taken down before all of it was out.";
    return { code: "taken_down", detail, target: "failed" };
  }
  const current =
    post.version === version &&
    post.contentHash !== null &&
    delivery.contentHash === post.contentHash;
  if (!current) return { code: "outdated", detail: "The post was changed meanwhile." };
  if (post.dueAt > now) return { code: "not_due", detail: "The post is not due yet." };
  return undefined;
}

async function checkLateness(
  em: EntityManager,
  { post, now }: GateInput,
): Promise<Refusal | undefined> {
  const latest = await latestAfterDueMsOf(em, post.workspaceId);
  if (now <= expiryOf({ ...post, latestAfterDueMs: latest })) return undefined;
  const detail = "It could not be published in time and was let go.";
  return { code: "expired", detail, target: "expired" };
}

async function checkContent(
  em: EntityManager,
  { post, targets }: GateInput,
): Promise<Refusal | undefined> {
  if ((await hashOf(em, post, targets)) !== post.contentHash) {
    const detail = "The content is not the one that was fixed.";
    return { code: "content_changed", detail, target: "failed" };
  }
  if (post.approval === "required" && !(await approvalOf(em, post))) {
    return { code: "not_approved", detail: "This content is not approved.", target: "failed" };
  }
  return undefined;
}

/** The channel may ask for approval since the post was accepted without: then the post does so too, while it can. */
async function checkChannel(
  em: EntityManager,
  { post, channel }: GateInput,
): Promise<Refusal | undefined> {
  if (post.approval === "required" || !channel.requiresApproval) return undefined;
  const code = "approval_required";
  if (await askForApproval(em, post)) return { code, detail: "This channel asks for approval." };
  const detail = `${channel.name} asks for approval now. Make a post for it that asks for approval.`;
  return { code, detail, target: "failed" };
}

/** Whether a target's error says that its workspace or agent is halted. */
export function isHalt(code: string | undefined): boolean {
  return code === "workspace_halted" || code === "agent_halted";
}

async function checkHalts(em: EntityManager, { post }: GateInput): Promise<Refusal | undefined> {
  const workspace = await em.findOne(Workspace, { id: post.workspaceId }, held);
  if (workspace?.status !== "active") {
    return { code: "workspace_halted", detail: "The workspace is halted.", target: "blocked" };
  }
  if (!post.agentId) return undefined;
  const agent = await em.findOne(Agent, { id: post.agentId }, held);
  if (agent?.status !== "halted") return undefined;
  return { code: "agent_halted", detail: "The agent is halted.", target: "blocked" };
}

function checkConnection({ connection }: GateInput): Refusal | undefined {
  if (!connection.disconnectedAt && isUsable(connection.status)) return undefined;
  return {
    code: "connection_not_usable",
    detail: "The account must be connected again before this can go out.",
    target: "blocked",
  };
}

/** What an agent publishes by itself stays within its limit of the day, whenever it was made. */
async function checkQuota(
  em: EntityManager,
  { post, now }: GateInput,
): Promise<Refusal | undefined> {
  if (!post.agentId || post.approval === "required" || post.publishedAt) return undefined;
  // One at a time per agent: two that are due together must not both find the last place free.
  const agent = await em.findOne(
    Agent,
    { id: post.agentId },
    { lockMode: LockMode.PESSIMISTIC_WRITE_OR_FAIL },
  );
  if (!agent) return undefined;
  const { start, end } = calendarDay({ at: now, timeZone: agent.schedule.timeZone });
  const published = await em.count(Post, {
    agentId: agent.id,
    id: { $ne: post.id },
    $or: [{ publishedAt: { $gte: start, $lt: end } }, { status: "publishing", publishedAt: null }],
  });
  if (published < agent.dailyPostLimit) return undefined;
  const detail = `The agent's limit for a day is reached (posts: ${agent.dailyPostLimit}).`;
  return { code: "daily_post_limit", detail, target: "failed" };
}

async function checkOfflineOutput(
  em: EntityManager,
  { deps, post, target }: GateInput,
): Promise<Refusal | undefined> {
  const real = deps.platforms.get(target.platform)?.manifest.real ?? true;
  if (!real || (await approvalOf(em, post))?.offlineOutputAccepted) return undefined;
  const ids = assetsOf(post, target).map((asset) => asset.id);
  const offlineAssets = await em.count(Asset, { id: { $in: ids }, offlineOutput: true });
  if (!post.offlineOutput && offlineAssets === 0) return undefined;
  return {
    code: "sandbox_output",
    detail:
      "It holds output of the offline sandbox models, which goes to a real platform only when a person approved it so.",
    target: "failed",
  };
}

/** The approval that covers exactly this content, where there is one. */
async function approvalOf(em: EntityManager, post: Post): Promise<Approval | null> {
  return em.findOne(Approval, {
    postId: post.id,
    status: "approved",
    contentHash: post.contentHash ?? "",
  });
}

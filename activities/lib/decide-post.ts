import { Approval, Delivery, Rendition, Target, type Post } from "#db/entities/index.ts";
import { insertRow } from "#db/insert-row.ts";
import { setTarget } from "#db/delivery-changes.ts";
import { latestAfterDueMsOf } from "#db/latest-after-due.ts";
import type { EntityManager } from "#db/orm.ts";
import { begunOf, partsOf, setPostStatus } from "#db/post-changes.ts";
import {
  expiryOf,
  isOver,
  nextPostMove,
  type PostDecision,
  type PostFacts,
  type PostMove,
  type RenditionOrder,
} from "#domain/next-post-move.ts";
import { approvalMachine, isUsable, postStatusOf, type ConnectionStatus } from "#domain/states.ts";
import { approvalTimeoutMs } from "#temporal.config";
import { countDecision } from "../../observe/metrics.ts";
import { isHalt } from "./check-gate.ts";
import { hashOf } from "./hash-of.ts";

/** What a decision is made of, read under the post's lock. */
export interface PostRows {
  post: Post;
  /** In their order. */
  targets: Target[];
  /** The one that was asked for last. */
  approval: Approval | undefined;
  /** What the ledger holds of the targets; nothing of a post that is over. */
  deliveries: Delivery[];
  /** By a channel's id, whose it is; nothing of a post that is over. */
  accounts: Map<string, Account>;
}

/** The connection behind a channel. */
export interface Account {
  connectionId: string;
  /** Whether it may be used now. */
  usable: boolean;
}

/** Reads what belongs to a post. Call it within the transaction that locks the post's row. */
export async function readPostRows(em: EntityManager, post: Post): Promise<PostRows> {
  const targets = await em.find(Target, { postId: post.id }, { orderBy: { position: "asc" } });
  const [approval] =
    post.approval === "none"
      ? []
      : await em.find(Approval, { postId: post.id }, { orderBy: { id: "desc" }, limit: 1 });
  if (isOver(post.status)) return { post, targets, approval, deliveries: [], accounts: new Map() };
  const deliveries = await em.find(Delivery, { targetId: { $in: targets.map(({ id }) => id) } });
  return { post, targets, approval, deliveries, accounts: await accountsOf(em, targets) };
}

/** Decides the post's next move as of `now` and writes what goes with it. */
export async function decidePost(em: EntityManager, rows: PostRows, now: Date): Promise<PostMove> {
  return apply(em, rows, await decisionOf(em, rows, now), now);
}

/**
 * The same, but what is ready to go out is fixed on the way: what is left to prepare is only what really must be made.
 */
export async function decideReadyPost(
  em: EntityManager,
  rows: PostRows,
  now: Date,
): Promise<PostMove> {
  const decision = await decisionOf(em, rows, now);
  if (decision.move.kind !== "prepare") return apply(em, rows, decision, now);
  const renditions = await missingRenditions(em, rows, decision.move.renditions);
  if (renditions.length > 0) {
    await apply(em, rows, decision, now);
    return { ...decision.move, renditions };
  }
  await sealPost(em, rows, now);
  await em.flush();
  return decidePost(em, await readPostRows(em, rows.post), now);
}

async function decisionOf(em: EntityManager, rows: PostRows, now: Date): Promise<PostDecision> {
  const facts = isOver(rows.post.status) ? factsOfOver(rows) : await factsOf(em, rows);
  return nextPostMove(facts, now);
}

async function apply(
  em: EntityManager,
  { post, targets, approval }: PostRows,
  decision: PostDecision,
  now: Date,
): Promise<PostMove> {
  if (approval && decision.approval) {
    approval.status = approvalMachine.step(approval.status, decision.approval);
    countDecision(approval, now);
  }
  await applyToTargets(em, decision, targets);
  if (decision.post) await setPostStatus(em, post, decision.post);
  return decision.move;
}

/** Of a post that is over, nothing else is asked. */
function factsOfOver({ post, targets }: PostRows): PostFacts {
  return {
    status: post.status,
    version: post.version,
    dueAt: post.dueAt,
    expiresAt: post.dueAt,
    contentHash: post.contentHash ?? null,
    approval: null,
    targets: targets.map(({ id, platform, status }) => ({
      id,
      platform,
      status,
      assetIds: [],
      usable: false,
    })),
  };
}

async function factsOf(em: EntityManager, rows: PostRows): Promise<PostFacts> {
  const { post, targets, approval, accounts } = rows;
  const begun = begunOf(rows.deliveries);
  return {
    status: post.status,
    version: post.version,
    dueAt: post.dueAt,
    expiresAt: expiryOf({
      dueAt: post.dueAt,
      resumedAt: post.resumedAt,
      latestAfterDueMs: await latestAfterDueMsOf(em, post.workspaceId),
    }),
    keepsItsTime: post.scheduleMode === "at",
    contentHash: post.contentHash ?? null,
    approval: approval ? { status: approval.status, expiresAt: approval.expiresAt } : null,
    targets: targets.map((target) => {
      const [first, ...further] = partsOf(post, target);
      return {
        id: target.id,
        platform: target.platform,
        status: target.status,
        assetIds: first?.assets.map((asset) => asset.id) ?? [],
        partAssets: further.flatMap(({ part, assets }) =>
          assets.map((asset) => ({ part, assetId: asset.id })),
        ),
        usable: accounts.get(target.channelId)?.usable ?? false,
        begun: begun.has(target.id),
        halted: target.status === "blocked" && isHalt(target.error?.code),
      };
    }),
  };
}

async function applyToTargets(
  em: EntityManager,
  decision: PostDecision,
  targets: Target[],
): Promise<void> {
  for (const change of decision.targets ?? []) {
    const target = targets.find((one) => one.id === change.id);
    if (!target || target.status === change.status) continue;
    const ends = change.status === "expired" || change.status === "failed";
    await setTarget(em, target, change.status, target.error ?? (ends ? expiredError : null));
  }
}

const expiredError = {
  code: "expired",
  detail: "It could not be published in time and was let go.",
};

/** Which of these renditions are not made yet, or gone again. */
async function missingRenditions(
  em: EntityManager,
  rows: PostRows,
  orders: RenditionOrder[],
): Promise<RenditionOrder[]> {
  if (orders.length === 0) return [];
  const noted = rows.targets.flatMap((target) =>
    (target.renditions ?? []).map((one) => ({ targetId: target.id, ...one })),
  );
  const there = new Set(
    (
      await em.find(
        Rendition,
        { id: { $in: noted.map(({ renditionId }) => renditionId) } },
        { fields: ["id"] },
      )
    ).map(({ id }) => id),
  );
  return orders.filter(
    (order) =>
      !noted.some(
        (one) =>
          one.targetId === order.targetId &&
          one.assetId === order.assetId &&
          (one.part ?? 0) === (order.part ?? 0) &&
          there.has(one.renditionId),
      ),
  );
}

/** Fixes what exactly goes out: its hash, and the approval to ask for. */
export async function sealPost(em: EntityManager, rows: PostRows, now: Date): Promise<void> {
  const { post, targets } = rows;
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
    // Made long ahead, it can be decided until its time comes.
    expiresAt: new Date(Math.max(now.getTime() + approvalTimeoutMs, post.dueAt.getTime())),
  });
  await setPostStatus(em, post, "awaiting_approval");
}

/** Draws the post's state from its targets, once all of them have ended as far as they can. */
export async function settlePost(
  em: EntityManager,
  { post, targets }: Pick<PostRows, "post" | "targets">,
): Promise<void> {
  if (!["publishing", "scheduled", "blocked"].includes(post.status)) return;
  const status = postStatusOf(targets.map((target) => target.status));
  if (status === undefined) return;
  // One that waits for its account anyway is asked whether it still does.
  if (status === "blocked" && post.status !== "publishing") return;
  await setPostStatus(em, post, status);
}

async function accountsOf(em: EntityManager, targets: Target[]): Promise<Map<string, Account>> {
  const rows = await em.execute<
    { id: string; connectionId: string; status: ConnectionStatus; connected: boolean }[]
  >(
    `select c."id", c."connection_id" as "connectionId", k."status", k."disconnected_at" is null as "connected"
     from "channel" c join "connection" k on k."id" = c."connection_id"
     where c."id" = any(?::uuid[])`,
    [`{${targets.map((target) => target.channelId).join(",")}}`],
  );
  return new Map(
    rows.map(({ id, connectionId, status, connected }) => [
      id,
      { connectionId, usable: connected && isUsable(status) },
    ]),
  );
}

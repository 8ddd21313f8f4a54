import { LockMode } from "@mikro-orm/core";
import { setTarget } from "#db/delivery-changes.ts";
import { Channel, Delivery, Post, Target } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace, type EntityManager } from "#db/orm.ts";
import { partsOf } from "#db/post-changes.ts";
import { targetMachine, type TargetStatus } from "#domain/states.ts";
import type { PartClaim } from "#workflows/deliver-target.ts";
import type { TargetIds } from "#workflows/ids.ts";
import type { ActivityDeps } from "../deps.ts";
import { orGone } from "./find-or-gone.ts";

/** What a claim is made of, read under the post's lock. */
interface ClaimRows {
  post: Post;
  target: Target;
  /** The ledger's row of this part, where there is one. */
  existing: Delivery | null;
  /** Of the target's channel; undefined where that is gone. */
  connectionId: string | undefined;
  /** The post's version that the story delivers. */
  version: number;
  part: number;
}

/** Makes the ledger's row for one part of a target, or finds the one that is there. */
export async function claimPart(
  deps: ActivityDeps,
  { version, part, ...ids }: TargetIds & { version: number; part: number },
): Promise<PartClaim> {
  return inWorkspace(deps.orm, ids.workspaceId).transactional(async (em) => {
    const post = orGone(
      await em.findOne(Post, { id: ids.postId }, { lockMode: LockMode.PESSIMISTIC_WRITE }),
      "post",
    );
    const target = await em.findOne(Target, { id: ids.targetId, postId: post.id });
    // An edit replaced the target meanwhile: the story looks at the row again.
    if (!target) return nothingToClaim(ids.targetId);
    const channel = await em.findOne(Channel, { id: target.channelId });
    const existing = await em.findOne(Delivery, { targetId: target.id, part });
    const connectionId = channel?.connectionId;
    return claimFrom(em, deps, { post, target, existing, connectionId, version, part });
  });
}

/** The same with rows that were read already, in the transaction that locked the post's. */
export async function claimFrom(
  em: EntityManager,
  deps: Pick<ActivityDeps, "platforms" | "now">,
  { post, target, existing, connectionId, version, part }: ClaimRows,
): Promise<PartClaim> {
  const parts = partsOf(post, target).length;
  const platform = deps.platforms.get(target.platform);
  const hasMedia = (target.renditions ?? []).some((one) => (one.part ?? 0) === part);
  const takes = (step: boolean | "media" = false) => step === true || (step && hasMedia);
  const found = {
    parts,
    steps: {
      create: takes(platform?.manifest.steps.create),
      poll: takes(platform?.manifest.steps.poll),
    },
    connectionId: connectionId ?? target.id,
  };
  const ended: PartClaim = { ...nothingToClaim(target.id), ...found };
  // A move that was decided before the row changed prepares nothing for a time that is not its own any more.
  const outdated = post.version !== version && post.status !== "publishing";
  const over = outdated || target.status === "failed" || targetMachine.isFinal(target.status);
  if (existing) {
    const state = stateOf(existing);
    if (state === "open" && over) return ended;
    if (state === "open") {
      // What was prepared at the platform for another version or time may be dropped there by now.
      if (existing.postVersion !== version) existing.created = null;
      existing.contentHash = post.contentHash ?? "";
      existing.postVersion = version;
    }
    return { ...found, deliveryId: existing.id, state };
  }
  if (part >= parts) return ended;
  if (!platform || connectionId === undefined || over) {
    if (!over) await setTarget(em, target, ...withoutPlace(platform !== undefined));
    return ended;
  }
  const id = newId();
  const claimedAt = deps.now();
  await insertRow(em, Delivery, {
    id,
    workspaceId: post.workspaceId,
    targetId: target.id,
    part,
    status: "claimed",
    marker: platform.marker({ deliveryId: id, claimedAt }),
    contentHash: post.contentHash ?? "",
    postVersion: version,
    claimedAt,
  });
  return { ...found, deliveryId: id, state: "open" };
}

function nothingToClaim(targetId: string): PartClaim {
  return {
    deliveryId: targetId,
    connectionId: targetId,
    state: "ended",
    steps: { create: false, poll: false },
    parts: 1,
  };
}

function stateOf({ status }: Delivery): PartClaim["state"] {
  if (status === "claimed") return "open";
  if (status === "published") return "published";
  return status === "sending" || status === "unknown" ? "sent" : "ended";
}

/** What a target becomes whose channel or platform is gone, and why. */
function withoutPlace(installed: boolean): [TargetStatus, NonNullable<Target["error"]>] {
  if (!installed) {
    const detail = "The platform is not installed here any more.";
    return ["failed", { code: "platform_missing", detail }];
  }
  const detail = "The account was disconnected. Connect it again before this can go out.";
  return ["blocked", { code: "connection_not_usable", detail }];
}

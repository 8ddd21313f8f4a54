import { LockMode } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { isOver } from "#domain/next-post-move.ts";
import type { PostPart } from "#domain/schemas/content.ts";
import { askedTexts } from "#domain/texts-at.ts";
import {
  cancelledPostStatusOf,
  postMachine,
  runMachine,
  targetMachine,
  type PostStatus,
  type RunStatus,
} from "#domain/states.ts";
import { Approval, Delivery, Outbox, Rendition, Run, Target, type Post } from "./entities/index.ts";
import { releaseSlots } from "./claim-slot.ts";
import { forgetAnswersAbout } from "./forget-answers.ts";
import { enqueue } from "./outbox/enqueue.ts";
import { recordEvent } from "./record-event.ts";

/** One part of what goes out to a target: 0 is the post itself. */
export interface PartOfPost {
  part: number;
  kind: PostPart["kind"] | "post";
  text: string;
  assets: { id: string; altText?: string | undefined }[];
}

/** Everything that goes out to a target, in order: its texts with what the channel's defaults add. */
export function partsOf(post: Post, target: Target): PartOfPost[] {
  const further = target.overrides.parts ?? post.parts;
  const texts = target.texts ?? askedTexts(post, target.overrides);
  const textOf = (part: number) => texts[part] ?? "";
  return [
    {
      part: 0,
      kind: "post",
      text: textOf(0),
      assets: target.overrides.assets ?? post.assets,
    },
    ...further.map((one, index): PartOfPost => ({
      ...one,
      part: index + 1,
      text: textOf(index + 1),
    })),
  ];
}

/** Every file that goes out to a target, in whatever part. */
export function assetsOf(post: Post, target: Target): PartOfPost["assets"] {
  return partsOf(post, target).flatMap((part) => part.assets);
}

/** Of each target, by id, how much of it is out or may be: what nobody can undo by cancelling. */
export async function begunParts(
  em: EntityManager,
  targets: readonly Target[],
): Promise<Map<string, { published: number; underWay: boolean }>> {
  return begunOf(
    await em.find(Delivery, {
      targetId: { $in: targets.map(({ id }) => id) },
      status: { $in: ["sending", "unknown", "published"] },
    }),
  );
}

/** The same of deliveries that were read already. */
export function begunOf(
  deliveries: readonly Pick<Delivery, "targetId" | "status">[],
): Map<string, { published: number; underWay: boolean }> {
  const begun = new Map<string, { published: number; underWay: boolean }>();
  for (const { targetId, status } of deliveries) {
    if (!["sending", "unknown", "published"].includes(status)) continue;
    const known = begun.get(targetId) ?? { published: 0, underWay: false };
    begun.set(targetId, {
      published: known.published + (status === "published" ? 1 : 0),
      underWay: known.underWay || status !== "published",
    });
  }
  return begun;
}

/** Writes a post's status with its event, and shows it on the run that it belongs to. Call it within a transaction. */
export async function setPostStatus(
  em: EntityManager,
  post: Post,
  status: PostStatus,
): Promise<void> {
  if (post.status === status) return;
  post.status = postMachine.step(post.status, status);
  // What ends without going out gives its slots to others.
  if (post.scheduleMode === "queue" && ["cancelled", "rejected", "expired"].includes(status))
    await releaseSlots(em, post.id);
  await recordEvent(em, {
    workspaceId: post.workspaceId,
    type: `post.${status}`,
    subjectKind: "post",
    subjectId: post.id,
    data: { version: post.version },
  });
  if (post.runId) await showOnRun(em, post.runId, status);
}

async function showOnRun(em: EntityManager, runId: string, status: PostStatus): Promise<void> {
  const run = await em.findOne(
    Run,
    { id: runId },
    { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
  );
  // A run whose post is not its child's to see to (any more) waits for this.
  if (run && isOver(status) && !runMachine.isFinal(run.status))
    await enqueue(em, {
      workspaceId: run.workspaceId,
      action: "signal",
      workflowId: run.workflowId,
    });
  const wanted: RunStatus = status === "awaiting_approval" ? "awaiting_approval" : "running";
  if (!run || run.status === wanted || !runMachine.allows(run.status, wanted)) return;
  run.status = wanted;
  await recordEvent(em, {
    workspaceId: run.workspaceId,
    type: `run.${wanted}`,
    subjectKind: "run",
    subjectId: run.id,
  });
}

/** What a target becomes that is stopped after a part of it is out. */
const stoppedError = {
  code: "stopped",
  detail:
    "It was stopped after a part of it was out. That part stays; take it down if it should not.",
};

/**
 * Cancels the post and what of it is not out yet: its targets, its approval, and what Temporal was still to be told of
 * it. What is being sent goes on to its end; of a thread that has begun, the rest is stopped. Call it within the
 * transaction that locks the post's row, before the message that tells of the cancelling. Returns false, and changes
 * nothing, where nothing is left to cancel.
 */
export async function cancelPost(em: EntityManager, post: Post, now: Date): Promise<boolean> {
  const targets = await em.find(Target, { postId: post.id });
  const begun = await begunParts(em, targets);
  const stoppable = targets.filter(
    (target) =>
      ["pending", "preparing", "blocked", "publishing"].includes(target.status) &&
      !begun.get(target.id)?.underWay,
  );
  if (stoppable.length === 0) return false;
  for (const target of stoppable) {
    const partly = begun.has(target.id);
    target.status = targetMachine.step(target.status, partly ? "failed" : "cancelled");
    target.statusAt = now;
    target.waiting = null;
    target.error = partly ? stoppedError : null;
  }
  await em.nativeUpdate(
    Approval,
    { postId: post.id, status: { $in: ["pending", "approved"] } },
    { status: "voided" },
  );
  await em.nativeDelete(Outbox, {
    workspaceId: post.workspaceId,
    workflowId: `post/${post.id}`,
  });
  await forgetAnswersAbout(em, post.id);
  post.cancelledAt = now;
  // What is out, or may be, is not undone by cancelling the rest; what is being sent is settled by its story.
  const left = cancelledPostStatusOf(
    targets.map(({ id, status, error }) => ({
      status,
      errorCode: error?.code ?? null,
      begun: begun.has(id),
    })),
  );
  if (left) await setPostStatus(em, post, left);
  return true;
}

/**
 * Asks for approval of a post that was to go out without: it is prepared anew and then waits for a person. Returns false,
 * and changes nothing, where it is too late: some of it is out, or may be. Call it within the transaction that locks the
 * post's row.
 */
export async function askForApproval(em: EntityManager, post: Post): Promise<boolean> {
  if (!["scheduled", "preparing", "blocked"].includes(post.status)) return false;
  const targets = await em.find(Target, { postId: post.id }, { fields: ["id"] });
  const targetId = { $in: targets.map((target) => target.id) };
  const status = { $in: ["sending" as const, "published" as const, "unknown" as const] };
  if ((await em.count(Delivery, { targetId, status })) > 0) return false;
  post.approval = "required";
  post.contentHash = null;
  post.version += 1;
  // What was prepared at a platform is dropped there while a person thinks it over.
  await em.nativeUpdate(Delivery, { targetId, status: "claimed" }, { created: null });
  await setPostStatus(em, post, "preparing");
  return true;
}

/** Removes unsent deliveries, and renditions that nothing else needs; returns the blobs to delete after the commit. */
export async function removeQueuedData(em: EntityManager, postId: string): Promise<string[]> {
  const targets = await em.find(Target, { postId });
  await em.nativeDelete(Delivery, {
    targetId: { $in: targets.map((one) => one.id) },
    status: "claimed",
  });
  const unsent = targets.filter((target) => target.status === "cancelled");
  const mine = new Set(
    unsent.flatMap((target) => target.renditions?.map((one) => one.renditionId) ?? []),
  );
  for (const target of unsent) target.renditions = null;
  await em.flush();
  return removeFreeRenditions(em, [...mine]);
}

/** Removes those of these renditions that no target names; returns the blobs to delete after the commit. */
export async function removeFreeRenditions(
  em: EntityManager,
  renditionIds: readonly string[],
): Promise<string[]> {
  if (renditionIds.length === 0) return [];
  // Locked before they are counted: who notes one for another post meanwhile waits, and finds it gone or kept.
  await em.find(
    Rendition,
    { id: { $in: [...renditionIds] } },
    { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: "asc" } },
  );
  const used: { id: string }[] = await em.execute(
    `select distinct used->>'renditionId' as id from "target", jsonb_array_elements("renditions") as used
     where jsonb_typeof("renditions") = 'array' and used->>'renditionId' = any(?::text[])`,
    [`{${renditionIds.join(",")}}`],
  );
  const kept = new Set(used.map(({ id }) => id));
  const free = await em.find(Rendition, {
    id: { $in: renditionIds.filter((id) => !kept.has(id)) },
  });
  const keys = free.map((rendition) => rendition.blobKey);
  await em.nativeDelete(Rendition, { id: { $in: free.map(({ id }) => id) } });
  return keys;
}

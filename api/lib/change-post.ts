import { LockMode } from "@mikro-orm/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Delivery, Outbox, Post, Target } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import { enqueue } from "#db/outbox/enqueue.ts";
import { recordAudit } from "#db/record-audit.ts";
import { Problem } from "#domain/errors.ts";
import { changeablePosts } from "#domain/states.ts";
import type { ApiContext } from "../context.ts";
import { accept } from "./accept.ts";
import { findWarnings, type Warning } from "./find-warnings.ts";
import { found } from "./not-found.ts";
import { viewPost, type PostView } from "./post-view.ts";
import { readPosts } from "./read-posts.ts";
import { principalOf } from "../plugins/access.ts";

/**
 * Whom a change is told: the post's workflow, whether it runs, has ended or was ended by hand (`wake`), that it is
 * cancelled, the workflow that takes down, or nobody.
 */
type Telling = "wake" | "cancel" | "take-down" | "nobody";

async function tellOf(em: EntityManager, post: Post, tell: Telling): Promise<string[]> {
  const { workspaceId } = post;
  if (tell === "nobody") return [];
  if (tell === "cancel")
    return [await enqueue(em, { workspaceId, action: "cancel", workflowId: `post/${post.id}` })];
  const [workflowType, workflowId] =
    tell === "wake"
      ? (["publishPost", `post/${post.id}`] as const)
      : (["takeDownPost", `takedown/${post.id}`] as const);
  const input = { postId: post.id };
  return [await enqueue(em, { workspaceId, action: "wake", workflowType, workflowId, input })];
}

/** One post as it is shown. Throws Problem 404. */
export async function readPost(
  context: ApiContext,
  em: EntityManager,
  id: string,
): Promise<PostView> {
  const [row] = await readPosts(em, { filter: { id }, limit: 1 });
  return viewPost(context, found(row, "post"));
}

/**
 * Changes a post under its row's lock and answers what it is then. `change` returns what to write to the audit log, or
 * nothing when the post is as asked already. The workflow is told after the commit.
 */
export async function changePost(
  context: ApiContext,
  {
    request,
    reply,
    status = 200,
  }: { request: FastifyRequest; reply: FastifyReply; status?: 200 | 202 },
  postId: string,
  change: (
    em: EntityManager,
    post: Post,
  ) => Promise<
    | {
        action: string;
        tell?: Telling;
        blobs?: string[];
        /** Tell what speaks against it. */ warns?: true;
      }
    | undefined
  >,
): Promise<PostView & { engine: "ready" | "delayed"; warnings?: Warning[] }> {
  const { workspaceId, actor } = principalOf(request);
  const reread = async (em: EntityManager) => ({
    ...(await readPost(context, em, postId)),
    engine: await engineOf(em, postId),
  });
  return accept(context, { request, reply }, { status, reread }, async (em) => {
    const post = found(
      await em.findOne(Post, { id: postId }, { lockMode: LockMode.PESSIMISTIC_WRITE }),
      "post",
    );
    const { version } = post;
    const changed = await change(em, post);
    if (post.version > version) post.touchedAt ??= context.now();
    const outboxIds: string[] = [];
    if (changed) {
      await em.flush();
      await recordAudit(em, {
        workspaceId,
        actor,
        action: changed.action,
        subject: `post:${post.id}`,
        address: request.ip,
      });
      outboxIds.push(...(await tellOf(em, post, changed.tell ?? "wake")));
    }
    await em.flush();
    return {
      body: {
        ...(await readPost(context, em, postId)),
        ...(changed?.warns
          ? { warnings: (await findWarnings(em, [postId])).get(postId) ?? [] }
          : {}),
      },
      // Of what was cancelled no copy stays.
      ...(changed?.tell === "cancel" ? { keep: null } : {}),
      outboxIds,
      subjectId: postId,
      afterCommit: async () => {
        for (const key of changed?.blobs ?? []) await context.storage.delete(key);
      },
    };
  });
}

/** Whether the engine was told of all that was decided about the post. */
async function engineOf(em: EntityManager, postId: string): Promise<"ready" | "delayed"> {
  const waiting = await em.count(Outbox, {
    workflowId: { $in: [`post/${postId}`, `takedown/${postId}`] },
  });
  return waiting === 0 ? "ready" : "delayed";
}

/** Problem 409 `too_late`, which tells of each target what is happening there. */
export async function tooLateToCancel(em: EntityManager, post: Post): Promise<Problem> {
  const targets = await em.find(Target, { postId: post.id }, { orderBy: { position: "asc" } });
  const happening = targets.map((target) => ({
    targetId: target.id,
    channelName: target.channelName,
    status: target.status,
  }));
  const sending = targets.filter(({ status }) => status === "publishing");
  const what =
    sending.length > 0
      ? `It is being sent to ${sending.map(({ channelName }) => channelName).join(", ")} right now and can't be called back.`
      : `It is ${post.status.replaceAll("_", " ")}: there is nothing left to cancel.`;
  const isOut = (await em.count(Delivery, {
    targetId: { $in: targets.map(({ id }) => id) },
    status: "published",
    removedAt: null,
  }))
    ? " What is out can be taken down."
    : "";
  return new Problem({
    status: 409,
    code: "too_late",
    detail: `${what}${isOut}`,
    extra: { postStatus: post.status, targets: happening },
  });
}

/** Whether it may still be edited, rescheduled or cancelled. */
export function isChangeable(post: Post): boolean {
  return changeablePosts.includes(post.status);
}

/** Throws Problem 409 `version_conflict` where somebody changed the post since it was seen. */
export function requireVersion(post: Post, seen: number | undefined): void {
  if (seen === undefined || seen === post.version) return;
  throw new Problem({
    status: 409,
    code: "version_conflict",
    detail: `You saw version ${seen} of this post, and it is version ${post.version} by now. Look at it again, then change that one.`,
    extra: { version: post.version },
  });
}

/** What can be done about a post that can't be changed any more. */
function whatThen({ status }: Post): string {
  switch (status) {
    case "publishing":
      return "it is on its way, and can't be changed any more.";
    case "failed":
      return "retry sends it at once, and its content can be changed before; its time can't.";
    case "published":
    case "partially_published":
    case "unconfirmed":
      return "it can't be changed any more. What is out can be taken down.";
    default:
      return "it has ended, and can't be changed any more. Make a new one.";
  }
}

/** Throws Problem 409 `too_late` where the post is out, or over. */
export function requireChangeable(post: Post): void {
  if (isChangeable(post)) return;
  throw new Problem({
    status: 409,
    code: "too_late",
    detail: `The post is ${post.status.replaceAll("_", " ")}: ${whatThen(post)}`,
    extra: { postStatus: post.status },
  });
}

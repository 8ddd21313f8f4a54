import { Post } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { insertRow } from "#db/insert-row.ts";
import { insertTargets } from "#db/insert-targets.ts";
import type { EntityManager } from "#db/orm.ts";
import { enqueue } from "#db/outbox/enqueue.ts";
import { recordEvent } from "#db/record-event.ts";
import type { PostStatus } from "#domain/states.ts";
import type { ApiContext } from "../context.ts";
import type { Principal } from "../plugins/principal.ts";
import { checkPost, requireNoneNeeded } from "./check-post.ts";
import { refuseTakenName } from "./external-id.ts";
import type { NewPost } from "./post-requests.ts";
import { schedulePost } from "./schedule-post.ts";

export interface CreatedPost {
  id: string;
  status: PostStatus;
  /** What Temporal is to be told after the commit. */
  outboxId: string;
}

/**
 * Writes a new post with all that goes with it but the audit log, within the caller's transaction. Whoever asks must
 * have been found to have the rights. Every refusal comes before anything is written: Problem 404, 409 or 422, as of
 * `refuseTakenName`, `checkPost`, `requireNoneNeeded` and `schedulePost`.
 */
export async function createPost(
  context: ApiContext,
  em: EntityManager,
  { principal, asked }: { principal: Principal; asked: NewPost },
): Promise<CreatedPost> {
  const { workspaceId } = principal;
  await refuseTakenName(em, Post, asked.externalId);
  const id = newId();
  const campaign = asked.campaign ?? null;
  const checked = await checkPost(context, em, { ...asked, id, campaign });
  if (asked.approval === "none") requireNoneNeeded(checked.targets);
  const due = await schedulePost(em, {
    workspaceId,
    postId: id,
    schedule: asked.schedule,
    channelIds: checked.targets.map((target) => target.channel.id),
    now: context.now(),
  });
  const status: PostStatus = asked.approval === "none" ? "scheduled" : "preparing";
  const { content, assets, parts, labels, approval } = asked;
  const post = { id, workspaceId, content, parts, campaign };
  await insertRow(em, Post, {
    ...post,
    status,
    version: 1,
    assets,
    labels,
    ...due,
    approval,
    createdBy: principal.actor,
    writtenBy: [principal.userId],
    externalId: asked.externalId ?? null,
    offlineOutput: checked.offlineOutput,
  });
  await insertTargets(em, { post, targets: checked.targets });
  await recordEvent(em, {
    workspaceId,
    type: `post.${status}`,
    subjectKind: "post",
    subjectId: id,
    data: { version: 1 },
  });
  const outboxId = await enqueue(em, {
    workspaceId,
    action: "start",
    workflowType: "publishPost",
    workflowId: `post/${id}`,
    input: { postId: id },
  });
  return { id, status, outboxId };
}

import { Post } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { insertRows } from "#db/insert-row.ts";
import { insertTargets } from "#db/insert-targets.ts";
import type { EntityManager } from "#db/orm.ts";
import { enqueue } from "#db/outbox/enqueue.ts";
import { recordEvent } from "#db/record-event.ts";
import { Problem } from "#domain/errors.ts";
import type { PostStatus } from "#domain/states.ts";
import type { ApiContext } from "../context.ts";
import type { Principal } from "../plugins/principal.ts";
import { checkPost, requireNoneNeeded, type Shortened } from "./check-post.ts";
import { findTaken, refuseTaken } from "./external-id.ts";
import { findContent, type KnownContent } from "./find-content.ts";
import { dueOf, type NewPost } from "./post-requests.ts";
import { schedulePost } from "./schedule-post.ts";

export interface CreatedPost {
  id: string;
  status: PostStatus;
  /** What Temporal is to be told after the commit. */
  outboxId: string;
  /** What will be cut, as `checkPost` found it. */
  shortened: Shortened[];
}

/**
 * Writes new posts with all that goes with them but the audit log, within the caller's transaction: in their order, each
 * created or refused with what a single one is refused with. Whoever asks must have been found to have the rights.
 * A Problem is 404, 409 or 422, as of `refuseTaken`, `checkPost`, `requireNoneNeeded` and `schedulePost`.
 */
export async function createPosts(
  context: ApiContext,
  em: EntityManager,
  { principal, asked }: { principal: Principal; asked: readonly NewPost[] },
): Promise<(CreatedPost | Problem)[]> {
  const names = asked.flatMap(({ externalId }) => externalId ?? []);
  const taken = await findTaken(em, Post, names);
  const known = await findContent(context, em, asked);
  const decided: (Awaited<ReturnType<typeof decide>> | Problem)[] = [];
  for (const post of asked) {
    try {
      decided.push(await decide(context, em, { principal, post, taken, known }));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      decided.push(error);
    }
  }
  const made = decided.flatMap((one) => (one instanceof Problem ? [] : [one]));
  await insertRows(
    em,
    Post,
    made.map(({ row }) => row),
  );
  await insertTargets(
    em,
    made.map(({ row, targets }) => ({ post: row, targets })),
  );
  const answers: (CreatedPost | Problem)[] = [];
  for (const one of decided)
    answers.push(
      one instanceof Problem ? one : { ...(await announce(em, one.row)), shortened: one.shortened },
    );
  return answers;
}

/** The row that a post becomes. Every refusal of it comes before anything of it is written. */
async function decide(
  context: ApiContext,
  em: EntityManager,
  input: { principal: Principal; post: NewPost; taken: Map<string, string>; known: KnownContent },
) {
  const { principal, post, taken, known } = input;
  const { workspaceId } = principal;
  refuseTaken(taken, post.externalId);
  const id = newId();
  const campaign = post.campaign ?? null;
  const { targets, shortened, offlineOutput } = checkPost(
    context,
    { ...post, id, campaign },
    known,
  );
  if (post.approval === "none") requireNoneNeeded(targets);
  const channelIds = targets.map((target) => target.channel.id);
  const due =
    post.schedule.mode === "queue"
      ? await schedulePost(em, {
          workspaceId,
          postId: id,
          schedule: post.schedule,
          channelIds,
          now: context.now(),
        })
      : dueOf(post.schedule, context.now());
  // A later one of these can't have its name.
  if (post.externalId !== undefined) taken.set(post.externalId, id);
  const status: PostStatus = post.approval === "none" ? "scheduled" : "preparing";
  const { content, assets, parts, labels, approval, externalId = null } = post;
  const row = {
    id,
    workspaceId,
    status,
    version: 1,
    content,
    assets,
    parts,
    campaign,
    labels,
    ...due,
    approval,
    createdBy: principal.actor,
    writtenBy: [principal.userId],
    externalId,
    offlineOutput,
  };
  return { row, targets, shortened };
}

async function announce(
  em: EntityManager,
  { id, workspaceId, status }: { id: string; workspaceId: string; status: PostStatus },
): Promise<Omit<CreatedPost, "shortened">> {
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

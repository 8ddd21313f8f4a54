import { LockMode } from "@mikro-orm/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { Approval, Asset, Delivery, Post, Target, WorkspaceDetails } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { insertRow } from "#db/insert-row.ts";
import type { EntityManager } from "#db/orm.ts";
import { enqueue } from "#db/outbox/enqueue.ts";
import { assetsOf, cancelPost, removeQueuedData, setPostStatus } from "#db/post-changes.ts";
import { recordAudit } from "#db/record-audit.ts";
import { recordEvent } from "#db/record-event.ts";
import { dueTime } from "#domain/due-time.ts";
import { Problem } from "#domain/errors.ts";
import { PostAsset, PostContent, TargetOverrides } from "#domain/schemas/content.ts";
import { approvalMachine, postMachine, targetMachine, type PostStatus } from "#domain/states.ts";
import { isTimeZone } from "#domain/wake-ups.ts";
import type { ApiContext } from "../context.ts";
import { accept } from "../lib/accept.ts";
import { countDecision } from "../../observe/metrics.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import {
  askingForApproval,
  checkPost,
  requireNoneNeeded,
  sandboxOutput,
  type CheckedPost,
} from "../lib/check-post.ts";
import { refuseTakenName } from "../lib/external-id.ts";
import { found } from "../lib/not-found.ts";
import { afterCursor, PageQuery, pageOf, toPage } from "../lib/pages.ts";
import { PostView, viewPost } from "../lib/post-view.ts";
import { readPosts } from "../lib/read-posts.ts";
import { readRows } from "../lib/read-rows.ts";
import { ExternalId, Id, IdParams, responses } from "../lib/responses.ts";
import { principalOf, requireScope } from "../plugins/access.ts";
import type { Principal } from "../plugins/principal.ts";

const Engine = z
  .enum(["ready", "delayed"])
  .describe("`delayed`: accepted, and told to the engine as soon as it is back");
const Accepted = z.object({ id: Id, status: z.enum(postMachine.states), engine: Engine });

const Schedule = z
  .strictObject({
    mode: z.enum(["now", "at"]),
    at: z
      .string()
      .max(60)
      .optional()
      .describe("With an offset or Z an instant; else wall time in `timeZone`"),
    timeZone: z.string().max(80).optional(),
  })
  .refine((schedule) => schedule.mode !== "at" || schedule.at !== undefined, {
    path: ["at"],
    message: "is needed with mode at",
  })
  .refine((schedule) => schedule.mode !== "now" || schedule.at === undefined, {
    path: ["at"],
    message: "goes with mode at",
  })
  .refine((schedule) => schedule.timeZone === undefined || isTimeZone(schedule.timeZone), {
    path: ["timeZone"],
    message: "is no time zone; use a name such as Europe/Berlin",
  })
  .meta({ examples: [{ mode: "at", at: "2027-03-01T09:00", timeZone: "Europe/Berlin" }] });

const RequestTarget = z.strictObject({
  channelId: Id,
  overrides: TargetOverrides.optional(),
  settings: z.record(z.string(), z.unknown()).optional(),
});

const Content = {
  content: PostContent,
  assets: z.array(PostAsset).max(20),
  targets: z.array(RequestTarget).min(1).max(50),
  schedule: Schedule,
};

const NewPost = z.strictObject({
  ...Content,
  assets: Content.assets.default([]),
  schedule: Content.schedule.default({ mode: "now" }),
  approval: z.enum(["none", "required"]).default("required"),
  externalId: ExternalId.optional(),
});

const PostChange = z
  .strictObject({
    content: Content.content.optional(),
    assets: Content.assets.optional(),
    targets: Content.targets.optional(),
    schedule: Content.schedule.optional(),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), {
    message: "changes nothing",
  });

/** States in which a post may still be edited, rescheduled or cancelled. */
const changeable: readonly PostStatus[] = [
  "preparing",
  "awaiting_approval",
  "scheduled",
  "blocked",
];

/** Posts: made, read, changed, decided, cancelled. Every change is decided under the lock of the post's row. */
export const addPostRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "POST",
    url: "/v1/posts",
    config: { access: { scope: "posts:write" } },
    schema: {
      tags: ["posts"],
      summary: "Accept a post for publishing, now or at a time",
      body: NewPost,
      response: responses({ 202: Accepted }, [
        "not_found",
        "external_id_taken",
        "approval_required",
        "content_refused",
        "sandbox_output",
        "invalid_time",
        "in_the_past",
        "time_zone_missing",
        "unknown_asset",
      ]),
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const body = request.body;
      if (body.approval === "none") requireScope(principal, "posts:publish");
      const due = dueOf(context, body.schedule);
      return accept(context, { request, reply }, { status: 202 }, async (em) => {
        await refuseTakenName(em, Post, body.externalId);
        const checked = await checkPost(context, em, body);
        if (body.approval === "none") requireNoneNeeded(checked.targets);
        const id = newId();
        const status: PostStatus = body.approval === "none" ? "scheduled" : "preparing";
        await insertRow(em, Post, {
          id,
          workspaceId: principal.workspaceId,
          status,
          version: 1,
          content: body.content,
          assets: body.assets,
          ...due,
          approval: body.approval,
          createdBy: principal.actor,
          writtenBy: [principal.userId],
          externalId: body.externalId ?? null,
          offlineOutput: checked.offlineOutput,
        });
        await insertTargets(em, { workspaceId: principal.workspaceId, postId: id, checked });
        await recordEvent(em, {
          workspaceId: principal.workspaceId,
          type: `post.${status}`,
          subjectKind: "post",
          subjectId: id,
          data: { version: 1 },
        });
        const message = await enqueue(em, {
          workspaceId: principal.workspaceId,
          action: "start",
          workflowType: "publishPost",
          workflowId: `post/${id}`,
          input: { postId: id },
        });
        return {
          body: { id, status },
          outboxIds: [message],
          location: `/v1/posts/${id}`,
          subjectId: id,
        };
      });
    },
  });

  app.route({
    method: "GET",
    url: "/v1/posts",
    config: { access: { scope: "posts:read" } },
    schema: {
      tags: ["posts"],
      summary: "List posts, newest first",
      querystring: PageQuery.extend({
        status: z.enum(postMachine.states).optional(),
        agentId: Id.optional(),
        channelId: Id.optional(),
        externalId: ExternalId.optional(),
      }),
      response: responses({ 200: pageOf(PostView) }),
    },
    handler: async (request) => {
      const { limit, cursor, status, agentId, channelId, externalId } = request.query;
      const before = afterCursor(cursor).id?.$lt;
      const rows = await readRows(context, principalOf(request).workspaceId, (em) =>
        readPosts(em, {
          filter: { before, status, agentId, channelId, externalId },
          limit: limit + 1,
        }),
      );
      return toPage(rows, limit, (row) => viewPost(context, row));
    },
  });

  app.route({
    method: "GET",
    url: "/v1/posts/:id",
    config: { access: { scope: "posts:read" } },
    schema: {
      tags: ["posts"],
      summary: "One post with what became of each target",
      params: IdParams,
      response: responses({ 200: PostView }, ["not_found"]),
    },
    handler: (request) =>
      readRows(context, principalOf(request).workspaceId, (em) =>
        readPost(context, em, request.params.id),
      ),
  });

  app.route({
    method: "PATCH",
    url: "/v1/posts/:id",
    config: { access: { scope: "posts:write" } },
    schema: {
      tags: ["posts"],
      summary: "Edit or reschedule; an edit voids an approval",
      params: IdParams,
      body: PostChange,
      response: responses({ 200: PostView.extend({ engine: Engine }) }, [
        "not_found",
        "too_late",
        "content_refused",
        "sandbox_output",
        "invalid_time",
        "in_the_past",
        "time_zone_missing",
      ]),
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const change = request.body;
      return changePost(context, { request, reply }, request.params.id, async (em, post) => {
        requireChangeable(post);
        if (post.approval === "none") requireScope(principal, "posts:publish");
        const edits = change.content ?? change.assets ?? change.targets;
        // Moving what is approved already is publishing it; an edit asks for approval anew.
        if (!edits && (await isApproved(em, post))) requireScope(principal, "posts:publish");
        if (change.schedule) {
          Object.assign(post, dueOf(context, change.schedule));
          await forgetPrepared(em, post);
        }
        post.version += 1;
        if (edits) {
          post.writtenBy = [...new Set([...post.writtenBy, principal.userId])];
          await editContent(context, em, post, change);
        } else if (post.status === "blocked") await setPostStatus(em, post, "scheduled");
        return { action: "post.changed" };
      });
    },
  });

  app.route({
    method: "POST",
    url: "/v1/posts/:id/cancel",
    config: { access: { scope: "posts:write" } },
    schema: {
      tags: ["posts"],
      summary: "Cancel a post that is not out yet",
      params: IdParams,
      response: responses({ 200: PostView.extend({ engine: Engine }) }, ["not_found", "too_late"]),
    },
    handler: async (request, reply) =>
      changePost(context, { request, reply }, request.params.id, async (em, post) => {
        if (post.status === "cancelled") return undefined;
        requireChangeable(post);
        await cancelPost(em, post, context.now());
        const blobs = await removeQueuedData(em, post.id);
        return { action: "post.cancelled", tell: "cancel", blobs };
      }),
  });

  app.route({
    method: "POST",
    url: "/v1/posts/:id/approve",
    config: { access: { scope: "posts:approve" } },
    schema: {
      tags: ["posts"],
      summary: "Approve exactly the content of this hash",
      params: IdParams,
      body: z.strictObject({
        contentHash: z
          .string()
          .regex(/^[0-9a-f]{64}$/, "must be the contentHash of the post that you saw"),
        acceptSandboxOutput: z
          .boolean()
          .default(false)
          .describe(
            "You were told that it holds output of the offline models, and want it on a real platform",
          ),
      }),
      response: responses({ 200: PostView.extend({ engine: Engine }) }, [
        "not_found",
        "not_awaiting_approval",
        "content_changed",
        "sandbox_output",
        "person_needed",
        "own_post",
      ]),
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const { contentHash, acceptSandboxOutput } = request.body;
      if (acceptSandboxOutput && principal.kind !== "user") {
        throw new Problem({
          status: 403,
          code: "person_needed",
          detail:
            "Only a signed-in person can put output of the sandbox models on a real platform.",
        });
      }
      return changePost(context, { request, reply }, request.params.id, async (em, post) => {
        const approval = await latestApproval(em, post);
        if (approval?.status === "approved" && approval.contentHash === contentHash)
          return undefined;
        requireAwaiting(post, approval);
        await requireOthersWords(em, post, principal);
        if (post.contentHash !== contentHash || approval.contentHash !== contentHash) {
          throw new Problem({
            status: 409,
            code: "content_changed",
            detail:
              "The content is not the one that you saw. Look at it again and approve what it is now.",
            extra: { contentHash: post.contentHash },
          });
        }
        if (!acceptSandboxOutput && (await goesOfflineToReal(context, em, post)))
          throw sandboxOutput("/acceptSandboxOutput");
        approval.status = approvalMachine.step(approval.status, "approved");
        countDecision(approval, context.now());
        approval.decidedBy = principal.actor;
        approval.decidedAt = context.now();
        approval.offlineOutputAccepted = acceptSandboxOutput;
        // "Now" means as soon as it is approved, however long that took.
        if (post.scheduleMode === "now") post.dueAt = context.now();
        post.version += 1;
        await setPostStatus(em, post, "scheduled");
        return { action: "post.approved" };
      });
    },
  });

  app.route({
    method: "POST",
    url: "/v1/posts/:id/reject",
    config: { access: { scope: "posts:approve" } },
    schema: {
      tags: ["posts"],
      summary: "Refuse a post that awaits approval",
      params: IdParams,
      body: z.strictObject({ reason: z.string().trim().min(1).max(2_000) }),
      response: responses({ 200: PostView.extend({ engine: Engine }) }, [
        "not_found",
        "not_awaiting_approval",
      ]),
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      return changePost(context, { request, reply }, request.params.id, async (em, post) => {
        const approval = await latestApproval(em, post);
        requireAwaiting(post, approval);
        approval.status = approvalMachine.step(approval.status, "rejected");
        countDecision(approval, context.now());
        approval.decidedBy = principal.actor;
        approval.decidedAt = context.now();
        approval.reason = request.body.reason;
        for (const target of await em.find(Target, { postId: post.id })) {
          if (targetMachine.allows(target.status, "cancelled")) target.status = "cancelled";
        }
        await setPostStatus(em, post, "rejected");
        return { action: "post.rejected" };
      });
    },
  });

  app.route({
    method: "POST",
    url: "/v1/posts/:id/publish-now",
    config: { access: { scope: "posts:publish" } },
    schema: {
      tags: ["posts"],
      summary: "Publish at once what was to go out later",
      params: IdParams,
      response: responses({ 202: PostView.extend({ engine: Engine }) }, [
        "not_found",
        "too_late",
        "not_approved",
      ]),
    },
    handler: async (request, reply) => {
      return changePost(
        context,
        { request, reply, status: 202 },
        request.params.id,
        async (em, post) => {
          requireChangeable(post);
          if (
            post.status === "awaiting_approval" ||
            (post.approval === "required" && !(await isApproved(em, post)))
          ) {
            throw new Problem({
              status: 409,
              code: "not_approved",
              detail: "This post needs approval first. Approve it; it goes out when it is due.",
            });
          }
          post.scheduleMode = "now";
          post.dueAt = context.now();
          post.localAt = null;
          post.version += 1;
          if (post.status === "blocked") await setPostStatus(em, post, "scheduled");
          return { action: "post.published-now" };
        },
      );
    },
  });
};

async function readPost(context: ApiContext, em: EntityManager, id: string): Promise<PostView> {
  const [row] = await readPosts(em, { filter: { id }, limit: 1 });
  return viewPost(context, found(row, "post"));
}

/**
 * Changes a post under its row's lock and answers what it is then. `change` returns what to write to the audit log, or
 * nothing when the post is as asked already. The workflow is told after the commit.
 */
async function changePost(
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
  ) => Promise<{ action: string; tell?: "signal" | "cancel"; blobs?: string[] } | undefined>,
): Promise<PostView & { engine: "ready" | "delayed" }> {
  const { workspaceId, actor } = principalOf(request);
  return accept(context, { request, reply }, { status }, async (em) => {
    const post = found(
      await em.findOne(Post, { id: postId }, { lockMode: LockMode.PESSIMISTIC_WRITE }),
      "post",
    );
    const changed = await change(em, post);
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
      const workflowId = `post/${post.id}`;
      outboxIds.push(
        await enqueue(em, { workspaceId, action: changed.tell ?? "signal", workflowId }),
      );
    }
    await em.flush();
    return {
      body: await readPost(context, em, postId),
      outboxIds,
      subjectId: postId,
      afterCommit: async () => {
        for (const key of changed?.blobs ?? []) await context.storage.delete(key);
      },
    };
  });
}

async function editContent(
  context: ApiContext,
  em: EntityManager,
  post: Post,
  change: z.infer<typeof PostChange>,
): Promise<void> {
  const before = await em.find(Target, { postId: post.id }, { orderBy: { position: "asc" } });
  await requireUnsent(em, before);
  post.content = change.content ?? post.content;
  post.assets = change.assets ?? post.assets;
  const targets =
    change.targets ??
    before.map(({ channelId, overrides, settings }) => ({ channelId, overrides, settings }));
  const checked = await checkPost(context, em, {
    content: post.content,
    assets: post.assets,
    targets,
    approval: post.approval,
  });
  // A channel that asks for approval can't be slipped under a post that goes without.
  if (askingForApproval(checked.targets).length > 0) post.approval = "required";
  post.offlineOutput = checked.offlineOutput || (post.agentId !== null && post.offlineOutput);
  post.contentHash = null;
  await em.nativeUpdate(
    Approval,
    { postId: post.id, status: { $in: ["pending", "approved"] } },
    { status: "voided" },
  );
  // What was prepared at a platform belongs to the old content.
  await em.nativeDelete(Delivery, {
    targetId: { $in: before.map((target) => target.id) },
    status: "claimed",
  });
  await em.nativeDelete(Target, { postId: post.id });
  for (const target of before) em.getUnitOfWork().unsetIdentity(target);
  await insertTargets(em, { workspaceId: post.workspaceId, postId: post.id, checked });
  await setPostStatus(em, post, post.approval === "none" ? "scheduled" : "preparing");
}

/** What was prepared at a platform is dropped there after a while: for another time it is prepared anew. */
async function forgetPrepared(em: EntityManager, post: Post): Promise<void> {
  const targets = await em.find(Target, { postId: post.id }, { fields: ["id"] });
  // The row stays, with its marker and its attempts: a call that still arrives must be found by them.
  await em.nativeUpdate(
    Delivery,
    { targetId: { $in: targets.map((target) => target.id) }, status: "claimed" },
    { created: null },
  );
}

async function insertTargets(
  em: EntityManager,
  input: { workspaceId: string; postId: string; checked: CheckedPost },
): Promise<void> {
  for (const [position, target] of input.checked.targets.entries()) {
    await insertRow(em, Target, {
      workspaceId: input.workspaceId,
      postId: input.postId,
      position,
      channelId: target.channel.id,
      platform: target.channel.platform,
      channelName: target.channel.name,
      status: "pending",
      overrides: target.overrides,
      settings: target.settings,
    });
  }
}

function dueOf(context: ApiContext, schedule: z.infer<typeof Schedule>) {
  const timeZone = schedule.timeZone ?? null;
  if (schedule.mode === "now" || schedule.at === undefined) {
    return { scheduleMode: "now" as const, dueAt: context.now(), localAt: null, timeZone };
  }
  const due = dueTime({ at: schedule.at, timeZone: schedule.timeZone, now: context.now() });
  // RFC 3339 writes years with four digits.
  if (due.dueAt.getUTCFullYear() > 9999) {
    const detail = "That is too far away.";
    throw new Problem({
      status: 422,
      code: "invalid_time",
      detail,
      errors: [{ pointer: "/schedule/at", detail }],
    });
  }
  return { scheduleMode: "at" as const, ...due, timeZone };
}

function requireChangeable(post: Post): void {
  if (changeable.includes(post.status)) return;
  throw new Problem({
    status: 409,
    code: "too_late",
    detail: `The post is ${post.status}: it can't be changed or cancelled any more.`,
    extra: { postStatus: post.status },
  });
}

/** What is out at one channel already, or may be, would go out there again with other content. */
async function requireUnsent(em: EntityManager, targets: Target[]): Promise<void> {
  const sent = await em.find(Delivery, {
    targetId: { $in: targets.map((target) => target.id) },
    status: { $in: ["sending", "published", "unknown"] },
  });
  if (sent.length === 0) return;
  const names = targets
    .filter((target) => sent.some((delivery) => delivery.targetId === target.id))
    .map((target) => target.channelName);
  throw new Problem({
    status: 409,
    code: "too_late",
    detail: `The post went out to ${names.join(", ")} already, so its content stays as it is. Cancel the rest, or reschedule it.`,
  });
}

function requireAwaiting(post: Post, approval: Approval | undefined): asserts approval is Approval {
  if (post.status === "awaiting_approval" && approval?.status === "pending") return;
  throw new Problem({
    status: 409,
    code: "not_awaiting_approval",
    detail: `The post is ${post.status} and awaits no approval.`,
    extra: { postStatus: post.status },
  });
}

/** Where the workspace forbids it, nobody approves a post that holds words of theirs, by a key of theirs neither. */
async function requireOthersWords(
  em: EntityManager,
  post: Post,
  principal: Principal,
): Promise<void> {
  if (!post.writtenBy.includes(principal.userId)) return;
  const { forbidSelfApproval } = await em.findOneOrFail(WorkspaceDetails, {
    id: post.workspaceId,
  });
  if (!forbidSelfApproval) return;
  throw new Problem({
    status: 403,
    code: "own_post",
    detail:
      "You wrote or edited this post, and in this workspace somebody else has to approve it. Ask another member.",
  });
}

async function latestApproval(em: EntityManager, post: Post): Promise<Approval | undefined> {
  const [approval] = await em.find(
    Approval,
    { postId: post.id },
    { orderBy: { id: "desc" }, limit: 1 },
  );
  return approval;
}

async function isApproved(em: EntityManager, post: Post): Promise<boolean> {
  return (
    post.contentHash !== null &&
    (await em.count(Approval, {
      postId: post.id,
      status: "approved",
      contentHash: post.contentHash ?? "",
    })) > 0
  );
}

async function goesOfflineToReal(
  context: ApiContext,
  em: EntityManager,
  post: Post,
): Promise<boolean> {
  const targets = await em.find(Target, { postId: post.id });
  const real = targets.filter((target) => context.manifests.get(target.platform)?.real ?? true);
  if (real.length === 0) return false;
  if (post.offlineOutput) return true;
  const ids = real.flatMap((target) => assetsOf(post, target).map((asset) => asset.id));
  return (await em.count(Asset, { id: { $in: ids }, offlineOutput: true })) > 0;
}

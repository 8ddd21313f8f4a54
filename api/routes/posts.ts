import { z } from "zod";
import { Target } from "#db/entities/index.ts";
import { releaseSlots } from "#db/claim-slot.ts";
import { cancelPost, removeQueuedData, setPostStatus } from "#db/post-changes.ts";
import { Problem } from "#domain/errors.ts";
import { approvalMachine, postMachine, targetMachine } from "#domain/states.ts";
import { accept } from "../lib/accept.ts";
import { countDecision } from "../../observe/metrics.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import {
  changePost,
  isChangeable,
  readPost,
  requireChangeable,
  requireVersion,
  tooLateToCancel,
} from "../lib/change-post.ts";
import { sandboxOutput } from "../lib/check-post.ts";
import { auditUnapproved } from "../lib/audit-unapproved.ts";
import { createPost } from "../lib/create-post.ts";
import { campaignShows } from "../lib/campaign-shows.ts";
import { filterOf, postFilter } from "../lib/post-filter.ts";
import { findWarnings, warnOfCuts, Warnings } from "../lib/find-warnings.ts";
import { editContent, forgetPrepared } from "../lib/edit-post.ts";
import { EngineAnswer } from "../lib/engine-answer.ts";
import { afterCursor, PageQuery, pageOf, toPage } from "../lib/pages.ts";
import {
  goesOfflineToReal,
  isApproved,
  latestApproval,
  requireAwaiting,
  requireOthersWords,
} from "../lib/post-approval.ts";
import { NewPost, newPostProblems, PostChange } from "../lib/post-requests.ts";
import { PostView, viewPost } from "../lib/post-view.ts";
import { readPosts } from "../lib/read-posts.ts";
import { keepSlot, schedulePost } from "../lib/schedule-post.ts";
import { readRows } from "../lib/read-rows.ts";
import { Id, IdParams, responses } from "../lib/responses.ts";
import { principalOf, requireScope } from "../plugins/access.ts";

const Accepted = z.object({
  id: Id,
  status: z.enum(postMachine.states),
  engine: EngineAnswer,
  warnings: Warnings,
});

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
      response: responses({ 202: Accepted }, newPostProblems),
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const body = request.body;
      if (body.approval === "none") requireScope(principal, "posts:publish");
      return accept(context, { request, reply }, { status: 202 }, async (em) => {
        const made = await createPost(context, em, { principal, asked: body });
        const { id, status, outboxId } = made;
        if (body.approval === "none") await auditUnapproved(em, { request, postIds: [id] });
        const found = (await findWarnings(em, [id])).get(id) ?? [];
        const warnings = [...warnOfCuts(made.shortened), ...found];
        return {
          body: { id, status, warnings },
          outboxIds: [outboxId],
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
      querystring: PageQuery.extend(postFilter),
      response: responses({ 200: pageOf(PostView) }),
    },
    handler: async (request) => {
      const { limit, cursor, ...filter } = request.query;
      const before = afterCursor(cursor).id?.$lt;
      const rows = await readRows(context, principalOf(request).workspaceId, (em) =>
        readPosts(em, { filter: { before, ...filterOf(filter) }, limit: limit + 1 }),
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
      description:
        "Labels and campaign can be changed at any time. They void no approval, but for a campaign that a channel's defaults write into links. The content of a post that failed can be changed while nothing of it is out: it stays failed until it is retried.",
      params: IdParams,
      body: PostChange,
      response: responses(
        { 200: PostView.extend({ engine: EngineAnswer, warnings: Warnings.optional() }) },
        [
          "not_found",
          "file_expired",
          "too_late",
          "version_conflict",
          "content_refused",
          "sandbox_output",
          "invalid_time",
          "in_the_past",
          "time_zone_missing",
          "no_queue",
          "no_free_slot",
        ],
      ),
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const change = request.body;
      return changePost(context, { request, reply }, request.params.id, async (em, post) => {
        requireVersion(post, change.version);
        const asked = change.content ?? change.assets ?? change.parts ?? change.targets;
        // What failed is mended before it is tried again; when that is, its retry says.
        const mends = asked !== undefined && !change.schedule && post.status === "failed";
        if (!mends && (asked ?? change.schedule)) requireChangeable(post);
        const edits =
          asked ?? (isChangeable(post) && (await campaignShows(em, post, change.campaign)));
        if (change.campaign !== undefined) post.campaign = change.campaign;
        if (change.labels) post.labels = change.labels;
        // What goes out, and when, stays as it is.
        if (!edits && !change.schedule) return { action: "post.changed", tell: "nobody" };
        if (post.approval === "none") requireScope(principal, "posts:publish");
        // Moving what is approved already is publishing it; an edit asks for approval anew.
        if (!edits && (await isApproved(em, post))) requireScope(principal, "posts:publish");
        post.version += 1;
        if (edits) {
          post.writtenBy = [...new Set([...post.writtenBy, principal.userId])];
          await editContent(context, em, post, change);
        }
        if (change.schedule) {
          const targets = await em.find(Target, { postId: post.id }, { fields: ["channelId"] });
          const due = await schedulePost(em, {
            workspaceId: post.workspaceId,
            postId: post.id,
            schedule: change.schedule,
            channelIds: targets.map((target) => target.channelId),
            now: context.now(),
          });
          Object.assign(post, due, { overdueAt: null });
          await forgetPrepared(em, post);
        } else if (change.targets && !mends) await keepSlot(em, post, context.now());
        if (!edits && post.status === "blocked") await setPostStatus(em, post, "scheduled");
        return { action: "post.changed", warns: true, ...(mends ? { tell: "nobody" } : {}) };
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
      response: responses({ 200: PostView.extend({ engine: EngineAnswer }) }, [
        "not_found",
        "too_late",
      ]),
    },
    handler: async (request, reply) =>
      changePost(context, { request, reply }, request.params.id, async (em, post) => {
        if (post.status === "cancelled") return undefined;
        if (!(await cancelPost(em, post, context.now()))) throw await tooLateToCancel(em, post);
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
      response: responses({ 200: PostView.extend({ engine: EngineAnswer }) }, [
        "not_found",
        "not_awaiting_approval",
        "content_changed",
        "sandbox_output",
        "person_needed",
        "own_post",
        "no_queue",
        "no_free_slot",
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
        if (post.scheduleMode === "now")
          Object.assign(post, { dueAt: context.now(), overdueAt: null });
        // Its slot has passed meanwhile: it takes the next one.
        else if (post.dueAt <= context.now()) await keepSlot(em, post, context.now());
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
      response: responses({ 200: PostView.extend({ engine: EngineAnswer }) }, [
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
      response: responses({ 202: PostView.extend({ engine: EngineAnswer }) }, [
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
          post.overdueAt = null;
          post.localAt = null;
          await releaseSlots(em, post.id);
          post.version += 1;
          if (post.status === "blocked") await setPostStatus(em, post, "scheduled");
          return { action: "post.published-now" };
        },
      );
    },
  });
};

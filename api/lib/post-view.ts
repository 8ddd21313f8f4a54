import { z } from "zod";
import { decidableUntil, expiryOf } from "#domain/next-post-move.ts";
import { PostAsset, PostContent, PostParts, TargetOverrides } from "#domain/schemas/content.ts";
import { deliveryMachine, givenUp, openPosts, postMachine, targetMachine } from "#domain/states.ts";
import { waitingFor, waitingReasons } from "#domain/waiting-for.ts";
import type { ApiContext } from "../context.ts";
import type { ReadPost } from "./read-posts.ts";
import { Id, Instant, iso } from "./responses.ts";
import { workflowLink } from "./workflow-link.ts";

export const TargetView = z.object({
  id: Id,
  channelId: Id,
  platform: z.string(),
  channelName: z.string(),
  status: z.enum(targetMachine.states),
  overrides: TargetOverrides,
  settings: z.record(z.string(), z.unknown()),
  defaults: z.boolean().describe("Whether the channel's defaults are added here"),
  texts: z
    .array(z.string())
    .nullable()
    .describe(
      "The texts as they go out here, the post itself first, then its parts, where the channel's defaults changed any; else null",
    ),
  media: z
    .array(
      z.object({
        assetId: Id,
        renditionId: Id,
        altText: z.string().nullable(),
        contentUrl: z.string().describe("The very file that goes out"),
      }),
    )
    .nullable()
    .describe("What goes out here, in order; null until it is made"),
  parts: z
    .array(
      z.object({
        part: z.int().describe("0 is the post itself"),
        status: z
          .enum(deliveryMachine.states)
          .describe("`unknown`: nobody knows whether it is out, also once it was given up"),
        remoteUrl: z.string().nullable(),
      }),
    )
    .describe("What was begun of it here, in order; empty before"),
  remoteId: z.string().nullable(),
  remoteUrl: z.string().nullable(),
  publishedAt: Instant.nullable(),
  waitingFor: z
    .object({
      reason: z.enum(waitingReasons),
      since: Instant,
      until: Instant.nullable(),
      detail: z.string(),
      progress: z
        .number()
        .optional()
        .describe("How far its media is made, 0 to 1, while that takes long enough to tell"),
    })
    .nullable()
    .describe("Why it has not ended yet; null where it has"),
  removal: z
    .object({
      status: z.enum(["requested", "removed", "not_supported", "failed", "removed_on_platform"]),
      detail: z.string(),
      at: Instant,
    })
    .nullable()
    .describe("What became of taking it down, or that the platform does not show it any more"),
  error: z
    .object({ code: z.string(), detail: z.string(), platformMessage: z.string().optional() })
    .nullable(),
});

export const PostView = z.object({
  id: Id,
  status: z.enum(postMachine.states),
  version: z.int(),
  content: PostContent,
  assets: z.array(PostAsset),
  parts: PostParts,
  targets: z.array(TargetView),
  schedule: z.object({
    mode: z.enum(["now", "at", "queue"]),
    at: Instant.describe("The instant at which it is due"),
    localAt: z.string().nullable(),
    timeZone: z.string().nullable(),
    expiresAt: Instant.nullable().describe(
      "It goes out until then, or expires; null when nothing of it is left to go out, and while it waits for the approval after which it goes out at once",
    ),
  }),
  approval: z.enum(["none", "required"]),
  contentHash: z
    .string()
    .nullable()
    .describe("SHA-256 of exactly what goes out; null until the media is made. What one approves."),
  decision: z
    .object({
      status: z.string(),
      expiresAt: Instant,
      decidedAt: Instant.nullable(),
      reason: z.string().nullable(),
    })
    .nullable()
    .describe("The latest approval, where one is asked for"),
  offlineOutput: z.boolean().describe("Its text comes from the offline sandbox models"),
  createdBy: z.string().describe("`user:<id>`, `key:<id>` or, of an agent's run, `agent:<id>`"),
  writtenBy: z
    .array(Id)
    .describe(
      "People whose words it holds, by user id; where the workspace says so, they can't approve it",
    ),
  externalId: z.string().nullable().describe("The client's own name for it"),
  campaign: z.string().nullable().describe("What it belongs to"),
  labels: z.array(z.string()),
  seriesId: Id.nullable().describe("The series that made it"),
  occurrenceAt: Instant.nullable().describe(
    "Which occurrence of its series it is; null where the series took it back",
  ),
  agentId: Id.nullable(),
  runId: Id.nullable(),
  error: z.object({ code: z.string(), detail: z.string() }).nullable(),
  createdAt: Instant,
  overdueAt: Instant.nullable().describe("Since when it is long past its time and not done"),
  publishedAt: Instant.nullable(),
  cancelledAt: Instant.nullable(),
  temporalUrl: z.string().describe("The post's workflow, for operators"),
});
export type PostView = z.infer<typeof PostView>;

/** A post as the API shows it. */
export function viewPost(context: ApiContext, post: ReadPost): PostView {
  const { decision } = post;
  return {
    id: post.id,
    status: post.status,
    version: post.version,
    content: post.content,
    assets: post.assets,
    parts: post.parts,
    targets: post.targets.map((target) => viewTarget(context, post, target)),
    schedule: {
      mode: post.scheduleMode,
      at: instantOf(post.dueAt),
      localAt: post.localAt ?? null,
      timeZone: post.timeZone ?? null,
      expiresAt: expiresAtOf(post),
    },
    approval: post.approval,
    contentHash: post.contentHash ?? null,
    decision: decision && {
      status: decision.status,
      expiresAt: iso(decidableUntilOf(post, decision)),
      decidedAt: instantOf(decision.decidedAt),
      reason: decision.reason ?? null,
    },
    offlineOutput: post.offlineOutput,
    createdBy: post.createdBy,
    writtenBy: post.writtenBy,
    externalId: post.externalId ?? null,
    campaign: post.campaign ?? null,
    labels: post.labels,
    seriesId: post.seriesId ?? null,
    occurrenceAt: instantOf(post.occurrenceAt ?? null),
    agentId: post.agentId ?? null,
    runId: post.runId ?? null,
    error: post.error ?? null,
    createdAt: instantOf(post.createdAt),
    overdueAt: instantOf(post.overdueAt ?? null),
    publishedAt: instantOf(post.publishedAt),
    cancelledAt: instantOf(post.cancelledAt),
    temporalUrl: workflowLink(context, `post/${post.id}`),
  };
}

function viewTarget(
  context: ApiContext,
  post: ReadPost,
  target: ReadPost["targets"][number],
): z.infer<typeof TargetView> {
  const {
    renditions,
    publishedAt,
    deliveries,
    statusAt: _statusAt,
    waiting: _waiting,
    takesDefaults,
    ...shown
  } = target;
  return {
    ...shown,
    defaults: takesDefaults,
    texts: target.texts ?? null,
    media:
      renditions?.map(({ assetId, renditionId, altText }) => ({
        assetId,
        renditionId,
        altText: altText ?? null,
        contentUrl: `${context.publicUrl}/v1/assets/${assetId}/renditions/${renditionId}/content`,
      })) ?? null,
    remoteId: target.remoteId ?? null,
    remoteUrl: target.remoteUrl ?? null,
    publishedAt: instantOf(publishedAt),
    parts: deliveries.map(({ part, status, remoteUrl }) => ({
      part,
      // Giving up decides that it is not sent again, and proves nothing.
      status: target.error?.code === givenUp && status === "rejected" ? "unknown" : status,
      remoteUrl: remoteUrl ?? null,
    })),
    waitingFor: viewWaiting(context, post, target),
    removal: target.removal ?? null,
    error: target.error ?? null,
  };
}

function viewWaiting(
  context: ApiContext,
  post: ReadPost,
  target: ReadPost["targets"][number],
): z.infer<typeof TargetView>["waitingFor"] {
  const { decision } = post;
  const waiting = waitingFor(
    {
      post: {
        status: post.status,
        dueAt: new Date(post.dueAt),
        expiresAt: expiryFrom(post),
        contentHash: post.contentHash ?? null,
        createdAt: new Date(post.createdAt),
      },
      approval: decision && {
        createdAt: new Date(decision.createdAt),
        expiresAt: decidableUntilOf(post, decision),
      },
      target: {
        status: target.status,
        statusAt: new Date(target.statusAt),
        channelName: target.channelName,
        error: target.error ?? null,
        waiting: target.waiting ?? null,
      },
    },
    context.now(),
  );
  return waiting && { ...waiting, since: iso(waiting.since), until: iso(waiting.until) };
}

function decidableUntilOf(post: ReadPost, decision: NonNullable<ReadPost["decision"]>): Date {
  return decidableUntil(
    { keepsItsTime: post.scheduleMode === "at", expiresAt: expiryFrom(post) },
    { expiresAt: new Date(decision.expiresAt) },
  );
}

/** Nothing of it expires that has ended; and what goes out once it is approved has no time before. */
function expiresAtOf(post: ReadPost): string | null {
  if (!openPosts.includes(post.status)) return null;
  if (post.status === "awaiting_approval" && post.scheduleMode === "now") return null;
  return iso(expiryFrom(post));
}

function expiryFrom(post: ReadPost): Date {
  return expiryOf({
    dueAt: new Date(post.dueAt),
    resumedAt: post.resumedAt ? new Date(post.resumedAt) : null,
    latestAfterDueMs: post.latestAfterDueMinutes * 60_000,
  });
}

function instantOf(written: string): string;
function instantOf(written: string | null): string | null;
function instantOf(written: string | null): string | null {
  return written === null ? null : iso(new Date(written));
}

import { z } from "zod";
import { PostAsset, PostContent, TargetOverrides } from "#domain/schemas/content.ts";
import { postMachine, targetMachine } from "#domain/states.ts";
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
  remoteId: z.string().nullable(),
  remoteUrl: z.string().nullable(),
  publishedAt: Instant.nullable(),
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
  targets: z.array(TargetView),
  schedule: z.object({
    mode: z.enum(["now", "at"]),
    at: Instant.describe("The instant at which it is due"),
    localAt: z.string().nullable(),
    timeZone: z.string().nullable(),
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
  agentId: Id.nullable(),
  runId: Id.nullable(),
  error: z.object({ code: z.string(), detail: z.string() }).nullable(),
  createdAt: Instant,
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
    targets: post.targets.map((target) => viewTarget(context, target)),
    schedule: {
      mode: post.scheduleMode,
      at: instantOf(post.dueAt),
      localAt: post.localAt ?? null,
      timeZone: post.timeZone ?? null,
    },
    approval: post.approval,
    contentHash: post.contentHash ?? null,
    decision: decision && {
      status: decision.status,
      expiresAt: instantOf(decision.expiresAt),
      decidedAt: instantOf(decision.decidedAt),
      reason: decision.reason ?? null,
    },
    offlineOutput: post.offlineOutput,
    createdBy: post.createdBy,
    writtenBy: post.writtenBy,
    externalId: post.externalId ?? null,
    agentId: post.agentId ?? null,
    runId: post.runId ?? null,
    error: post.error ?? null,
    createdAt: instantOf(post.createdAt),
    publishedAt: instantOf(post.publishedAt),
    cancelledAt: instantOf(post.cancelledAt),
    temporalUrl: workflowLink(context, `post/${post.id}`),
  };
}

function viewTarget(
  context: ApiContext,
  target: ReadPost["targets"][number],
): z.infer<typeof TargetView> {
  const { renditions, publishedAt, ...shown } = target;
  return {
    ...shown,
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
    error: target.error ?? null,
  };
}

function instantOf(written: string): string;
function instantOf(written: string | null): string | null;
function instantOf(written: string | null): string | null {
  return written === null ? null : iso(new Date(written));
}

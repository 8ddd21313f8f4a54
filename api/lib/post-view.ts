import { z } from "zod";
import { Approval, Target, type Post } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import { PostAsset, PostContent, TargetOverrides } from "#domain/schemas/content.ts";
import { postMachine, targetMachine } from "#domain/states.ts";
import type { ApiContext } from "../context.ts";
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

/** The posts as the API shows them, with their targets, in the order given. */
export async function viewPosts(
  context: ApiContext,
  em: EntityManager,
  posts: Post[],
): Promise<PostView[]> {
  const ids = posts.map((post) => post.id);
  const targets = await em.find(Target, { postId: { $in: ids } }, { orderBy: { position: "asc" } });
  const approvals = await em.find(Approval, { postId: { $in: ids } }, { orderBy: { id: "desc" } });
  return posts.map((post) => {
    const decision = approvals.find((approval) => approval.postId === post.id);
    return {
      id: post.id,
      status: post.status,
      version: post.version,
      content: post.content,
      assets: post.assets,
      targets: targets.filter((target) => target.postId === post.id).map(viewTarget),
      schedule: {
        mode: post.scheduleMode,
        at: iso(post.dueAt),
        localAt: post.localAt ?? null,
        timeZone: post.timeZone ?? null,
      },
      approval: post.approval,
      contentHash: post.contentHash ?? null,
      decision: decision
        ? {
            status: decision.status,
            expiresAt: iso(decision.expiresAt),
            decidedAt: iso(decision.decidedAt),
            reason: decision.reason ?? null,
          }
        : null,
      offlineOutput: post.offlineOutput,
      externalId: post.externalId ?? null,
      agentId: post.agentId ?? null,
      runId: post.runId ?? null,
      error: post.error ?? null,
      createdAt: iso(post.createdAt),
      publishedAt: iso(post.publishedAt),
      cancelledAt: iso(post.cancelledAt),
      temporalUrl: workflowLink(context, `post/${post.id}`),
    };
  });
}

function viewTarget(target: Target): z.infer<typeof TargetView> {
  return {
    id: target.id,
    channelId: target.channelId,
    platform: target.platform,
    channelName: target.channelName,
    status: target.status,
    overrides: target.overrides,
    settings: target.settings,
    remoteId: target.remoteId ?? null,
    remoteUrl: target.remoteUrl ?? null,
    publishedAt: iso(target.publishedAt),
    error: target.error ?? null,
  };
}

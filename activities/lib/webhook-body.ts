import type { EntityManager } from "@mikro-orm/postgresql";
import {
  Agent,
  Asset,
  Connection,
  Generation,
  Post,
  Run,
  Target,
  Upload,
  type WebhookDelivery,
} from "#db/entities/index.ts";

/**
 * The body of a webhook's message: what happened when, and to what, as that is now. Ids, states and what a client needs to
 * act; no content and no secret.
 */
export async function webhookBody(em: EntityManager, delivery: WebhookDelivery): Promise<string> {
  const { type, occurredAt, subjectKind, subjectId, data } = delivery;
  return JSON.stringify({
    type,
    timestamp: occurredAt.toISOString(),
    data: {
      ...data,
      kind: subjectKind,
      id: subjectId,
      ...(await subjectOf(em, subjectKind, subjectId)),
    },
  });
}

/** What is gone by now has only its id. */
async function subjectOf(em: EntityManager, kind: string, id: string): Promise<object> {
  switch (kind) {
    case "post":
      return describePost(em, id);
    case "target": {
      const target = await em.findOne(Target, { id });
      return target ? { postId: target.postId, ...viewTarget(target) } : {};
    }
    case "generation": {
      const row = await em.findOne(Generation, { id });
      return row
        ? {
            status: row.status,
            output: row.kind,
            externalId: row.externalId ?? null,
            runId: row.runId ?? null,
            assetIds: row.outputs.flatMap((one) => ("assetId" in one ? [one.assetId] : [])),
            error: row.error ?? null,
          }
        : {};
    }
    case "run": {
      const row = await em.findOne(Run, { id });
      return row
        ? {
            status: row.status,
            agentId: row.agentId,
            postId: row.postId ?? null,
            error: row.error ?? null,
          }
        : {};
    }
    case "agent": {
      const row = await em.findOne(Agent, { id });
      return row ? { status: row.status } : {};
    }
    case "asset": {
      const row = await em.findOne(Asset, { id });
      return row ? { status: row.status, contentType: row.contentType } : {};
    }
    case "upload": {
      const row = await em.findOne(Upload, { id });
      return row
        ? { status: row.status, assetId: row.assetId ?? null, problem: row.problem ?? null }
        : {};
    }
    case "connection": {
      const row = await em.findOne(Connection, { id });
      return row
        ? { status: row.status, platform: row.platform, problem: row.problem ?? null }
        : {};
    }
    default:
      return {};
  }
}

async function describePost(em: EntityManager, id: string): Promise<object> {
  const post = await em.findOne(Post, { id });
  if (!post) return {};
  const targets = await em.find(Target, { postId: id }, { orderBy: { position: "asc" } });
  return {
    status: post.status,
    version: post.version,
    externalId: post.externalId ?? null,
    agentId: post.agentId ?? null,
    runId: post.runId ?? null,
    dueAt: post.dueAt.toISOString(),
    error: post.error ?? null,
    targets: targets.map((target) => ({ id: target.id, ...viewTarget(target) })),
  };
}

function viewTarget(target: Target): object {
  return {
    channelId: target.channelId,
    platform: target.platform,
    status: target.status,
    remoteUrl: target.remoteUrl ?? null,
    // The platform's own words may quote the text.
    error: target.error ? { code: target.error.code, detail: target.error.detail } : null,
  };
}

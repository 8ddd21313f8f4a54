import { MetricSnapshot, Post, Target } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import { textLength } from "#domain/text-length.ts";
import type { ActivityDeps } from "../deps.ts";
import type { RunContext } from "./run-context.ts";

/** The tools of all roles. They read; the workspace and the agent come from the run, never from the model. */
export async function runTool(input: {
  em: EntityManager;
  deps: ActivityDeps;
  context: RunContext;
  name: string;
  /** As the tool's schema parsed it. */
  input: unknown;
}): Promise<object> {
  switch (input.name) {
    case "recent_posts":
      return recentPosts(input.em, input.context, (input.input as { limit: number }).limit);
    case "post_metrics":
      return postMetrics(
        input.em,
        input.context,
        (input.input as { postId: string | null }).postId,
      );
    case "check_draft":
      return input.context.role.channels.map((channel) => {
        const length = textLength((input.input as { text: string }).text, channel.unit);
        return {
          channel: channel.name,
          length,
          max: channel.textMax,
          fits: length <= channel.textMax,
        };
      });
    default:
      return { error: `there is no tool ${input.name}` };
  }
}

async function publishedPosts(
  em: EntityManager,
  context: RunContext,
  limit: number,
): Promise<Post[]> {
  return em.find(
    Post,
    { agentId: context.agent.id, status: { $in: ["published", "partially_published"] } },
    { orderBy: { id: "desc" }, limit },
  );
}

async function recentPosts(em: EntityManager, context: RunContext, limit: number): Promise<object> {
  const posts = await publishedPosts(em, context, limit);
  const targets = await em.find(Target, { postId: { $in: posts.map((post) => post.id) } });
  return posts.map((post) => ({
    postId: post.id,
    text: post.content.text,
    publishedAt: post.publishedAt?.toISOString() ?? null,
    channels: targets
      .filter((target) => target.postId === post.id)
      .map((target) => target.channelName),
  }));
}

/** The newest counts of each post, summed over its channels. What was not measured is absent, not 0. */
async function postMetrics(
  em: EntityManager,
  context: RunContext,
  postId: string | null,
): Promise<object> {
  const posts = await publishedPosts(em, context, 20);
  const wanted = postId === null ? posts : posts.filter((post) => post.id === postId);
  const snapshots = await em.find(
    MetricSnapshot,
    { postId: { $in: wanted.map((post) => post.id) } },
    { orderBy: { takenAt: "desc" } },
  );
  return wanted.map((post) => {
    const newest = new Map<string, MetricSnapshot>();
    for (const snapshot of snapshots) {
      if (snapshot.postId === post.id && !newest.has(snapshot.targetId))
        newest.set(snapshot.targetId, snapshot);
    }
    const metrics: Record<string, number> = {};
    for (const snapshot of newest.values()) {
      for (const [name, value] of Object.entries(snapshot.metrics))
        metrics[name] = (metrics[name] ?? 0) + value;
    }
    return { postId: post.id, metrics };
  });
}

import type { ChaosClient } from "./chaos-client.ts";

/** A post as the API shows it, as far as the harness looks. */
export interface ShownPost {
  id: string;
  status: string;
  content: { text: string };
  contentHash: string | null;
  schedule: { at: string };
  targets: ShownTarget[];
}

export interface ShownTarget {
  id: string;
  channelId: string;
  status: string;
  remoteId: string | null;
  error: { code: string; detail: string } | null;
  waitingFor?: { reason: string } | null;
}

export const unfinished = [
  "preparing",
  "awaiting_approval",
  "scheduled",
  "publishing",
  "blocked",
] as const;
const unfinishedTarget = new Set(["pending", "preparing", "publishing", "blocked"]);

interface Page {
  data: ShownPost[];
  nextCursor: string | null;
}

/** All posts of the workspace that the query asks for. */
export async function listPosts(client: ChaosClient, query: string): Promise<ShownPost[]> {
  const posts: ShownPost[] = [];
  for (let cursor = ""; ;) {
    const page = await client.ask<Page>("GET", `/v1/posts?limit=100${query}${cursor}`);
    if (page.status !== 200)
      throw new Error(
        `listing posts was answered with ${page.status}: ${JSON.stringify(page.body)}`,
      );
    posts.push(...page.body.data);
    if (page.body.nextCursor === null) return posts;
    cursor = `&cursor=${page.body.nextCursor}`;
  }
}

export interface Sampled {
  posts: ShownPost[];
  /** Targets that are not over and do not say what they wait for; undefined where the API knows no reasons. */
  withoutReason: { postId: string; target: ShownTarget }[] | undefined;
}

/** Looks at all posts that are not over yet. */
export async function samplePosts(client: ChaosClient): Promise<Sampled> {
  const posts: ShownPost[] = [];
  for (const status of unfinished) posts.push(...(await listPosts(client, `&status=${status}`)));
  const targets = posts.flatMap((post) =>
    post.targets
      .filter((target) => unfinishedTarget.has(target.status))
      .map((target) => ({ postId: post.id, target })),
  );
  const known = targets.some(({ target }) => "waitingFor" in target);
  return {
    posts,
    withoutReason: known ? targets.filter(({ target }) => !target.waitingFor?.reason) : undefined,
  };
}

import type { ChaosClient } from "./chaos-client.ts";
import { connectAccount } from "./connect-account.ts";
import { note, type PostStory } from "./live-post.ts";
import type { ShownPost } from "./watch-posts.ts";

/** Who decides about posts and mends connections, whenever there is something to. */
export interface People {
  /** Looks at a sample and does what it asks for; does not wait for the answers. */
  look(posts: ShownPost[]): void;
  /** Rejects once anything of it went wrong. */
  failed: Promise<never>;
}

/** The approver and the one who connects accounts. */
export function createPeople(options: {
  author: ChaosClient;
  approver: ChaosClient;
  stories: PostStory[];
}): People {
  const { author, approver, stories } = options;
  const busy = new Set<string>();
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => undefined);
  /** One at a time of each name. */
  const once = (name: string, work: () => Promise<void>) => {
    if (busy.has(name)) return;
    busy.add(name);
    work()
      .catch(fail)
      .finally(() => busy.delete(name));
  };

  const decide = async (story: PostStory, post: ShownPost) => {
    if (story.planned.approval === "reject") {
      const answer = await approver.ask("POST", `/v1/posts/${post.id}/reject`, {
        reason: "Not like this.",
      });
      return note(story, "reject", answer);
    }
    const answer = await approver.ask("POST", `/v1/posts/${post.id}/approve`, {
      contentHash: post.contentHash,
    });
    note(story, "approve", answer);
  };
  const mend = async () => {
    const connections = await author.ask<{
      data: { id: string; status: string; account: { name: string } | null }[];
    }>("GET", "/v1/connections?limit=100");
    for (const { status, account } of connections.body.data) {
      if (
        account === null ||
        !["needs_reauthorization", "revoked", "invalid", "expired"].includes(status)
      )
        continue;
      await connectAccount({ client: author, user: account.name });
    }
  };
  return {
    failed,
    look(posts) {
      const byId = new Map(stories.flatMap((story) => (story.id ? [[story.id, story]] : [])));
      for (const post of posts) {
        const story = byId.get(post.id);
        if (post.status !== "awaiting_approval" || !story) continue;
        if (Date.now() < story.decidableAt) continue;
        once(post.id, () => decide(story, post));
      }
      once("connections", mend);
    },
  };
}

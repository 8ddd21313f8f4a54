import { createHash } from "node:crypto";

export interface PostMetrics {
  views: number;
  likes: number;
  comments: number;
}

/** Time in which a post gets about two thirds of its audience. */
const reachMs = 6 * 3_600_000;

/**
 * How a post is doing at `at`. The audience is drawn from the post's id, and each count only ever grows, quickly at
 * first; so the same post at the same time always shows the same numbers. Pure.
 */
export function metricsAt(post: { id: string; acceptedAt: Date }, at: Date): PostMetrics {
  const seed = createHash("sha256").update(post.id).digest();
  const audience = 200 + (seed.readUInt16BE(0) % 4_800);
  const likeRate = 0.02 + (seed.readUInt8(2) / 255) * 0.08;
  const commentRate = 0.05 + (seed.readUInt8(3) / 255) * 0.15;

  const age = Math.max(0, at.getTime() - post.acceptedAt.getTime());
  const reached = 1 - Math.exp(-Math.sqrt(age / reachMs));
  const views = Math.floor(audience * reached);
  const likes = Math.floor(views * likeRate);
  return { views, likes, comments: Math.floor(likes * commentRate) };
}

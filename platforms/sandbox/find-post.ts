import type { PostAnswer } from "./answers.ts";
import type { CreatedMedia } from "./create-media.ts";

/** How far the network's clock, as it was read, may be off. */
const skewMs = 5_000;

/**
 * The posts of a listing that may be the one we sent: same text, same files, in reply to the same post, accepted at the
 * time of sending or later.
 * Uploads are never used for two posts, so with media the uploads' ids decide. Pure.
 */
export function findPost(input: {
  posts: PostAnswer[];
  text: string;
  media: CreatedMedia["media"];
  /** Id of the post that it replies to. */
  replyTo: string | undefined;
  /** When the call was made, by the network's clock. */
  sentAt: Date;
}): PostAnswer[] {
  return input.posts.filter(
    (post) =>
      post.text === input.text &&
      (post.replyTo ?? undefined) === input.replyTo &&
      !isBefore({ post, sentAt: input.sentAt }) &&
      post.media.length === input.media.length &&
      input.media.every(({ id, sha256 }, index) => {
        const shown = post.media[index];
        return shown?.id === id && (shown.sha256 === undefined || shown.sha256 === sha256);
      }),
  );
}

/** Whether the post was accepted before we sent anything. */
export function isBefore(input: { post: PostAnswer; sentAt: Date }): boolean {
  const { acceptedAt } = input.post;
  return acceptedAt !== undefined && Date.parse(acceptedAt) < input.sentAt.getTime() - skewMs;
}

import type { Network } from "./network.ts";
import type { Post } from "./state.ts";

/** Where a browser finds a post, below the channel that it stands in: `/@alice/posts/…`, `/@alice/page-1/posts/…`. */
export function postPath(input: { network: Network; post: Post }): string {
  const channel = input.network.state.channels.get(input.post.channelId);
  return `/@${channel?.handle ?? input.post.account}/posts/${input.post.id}`;
}

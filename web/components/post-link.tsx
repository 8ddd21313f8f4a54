import { Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Post } from "#web/lib/api/types.ts";
import { texts } from "#web/lib/texts.ts";
import classes from "./row.module.css";

/** How a post begins, as the link of its row. */
export function PostLink({
  post,
  to,
}: {
  post: Post;
  to: "/posts/$postId" | "/approvals/$postId";
}) {
  return (
    <Link to={to} params={{ postId: post.id }} data-quiet className={classes["link"]}>
      <Text component="span" fw={600} lineClamp={2}>
        {post.content.title ?? (post.content.text || texts.posts.noText)}
      </Text>
    </Link>
  );
}

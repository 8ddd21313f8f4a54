import { Group } from "@mantine/core";
import type { Post } from "#web/lib/api/types.ts";
import { isTakenDown } from "#web/lib/is-taken-down.ts";
import { isOverdue } from "#web/lib/open-post.ts";
import { OverdueBadge, PostBadge, RemovalBadge } from "./status-badge.tsx";

/** How a post is: its state, and what speaks against it. What was published and is gone is not called published. */
export function PostBadges({ post }: { post: Post }) {
  const gone = isTakenDown(post);
  return (
    <Group gap="xs">
      {isOverdue(post) ? <OverdueBadge /> : null}
      {gone && post.status === "published" ? null : <PostBadge status={post.status} />}
      {gone ? <RemovalBadge status="removed" /> : null}
    </Group>
  );
}

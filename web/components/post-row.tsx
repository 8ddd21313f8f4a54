import { Card, Group, Text } from "@mantine/core";
import type { Post } from "#web/lib/api/types.ts";
import { PostBadges } from "./post-badges.tsx";
import { PostLink } from "./post-link.tsx";
import { PostThumbnail } from "./post-thumbnail.tsx";
import classes from "./row.module.css";
import { When } from "./when.tsx";

/** A post in a list: how it begins, where it goes, what became of it. */
export function PostRow({ post }: { post: Post }) {
  return (
    <Card padding="md" className={classes["row"] ?? ""}>
      <Group wrap="nowrap" gap="md">
        <PostThumbnail post={post} />
        <Group className={classes["words"] ?? ""} justify="space-between" gap="sm">
          <div className={classes["words"]}>
            <PostLink post={post} to="/posts/$postId" />
            <Text size="sm" c="dimmed" mt={2}>
              {post.targets.map(({ channelName }) => channelName).join(", ")} ·{" "}
              <When
                at={
                  post.publishedAt ??
                  (post.status === "scheduled" ? post.schedule.at : post.createdAt)
                }
              />
            </Text>
          </div>
          <PostBadges post={post} />
        </Group>
      </Group>
    </Card>
  );
}

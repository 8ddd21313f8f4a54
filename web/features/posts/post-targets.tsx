import { Card, Stack, Title } from "@mantine/core";
import type { Post } from "#web/lib/api/types.ts";
import { texts } from "#web/lib/texts.ts";
import { PostTarget } from "./post-target.tsx";

/** What became of a post at each channel. */
export function PostTargets({ post }: { post: Post }) {
  return (
    <Card component="section" aria-label={texts.posts.targets}>
      <Title order={2} size="h4" mb="md">
        {texts.posts.targets}
      </Title>
      <Stack gap="lg">
        {post.targets.map((target) => (
          <PostTarget key={target.id} post={post} target={target} />
        ))}
      </Stack>
    </Card>
  );
}

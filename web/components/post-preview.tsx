import { Alert, Avatar, Card, Group, Stack, Text } from "@mantine/core";
import { IconPhoto } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { textLength, type TextUnit } from "#domain/text-length.ts";
import type { Post, Target } from "#web/lib/api/types.ts";
import { platformsQuery } from "#web/lib/queries/connections.ts";
import { texts } from "#web/lib/texts.ts";
import { PostMedia } from "./post-media.tsx";

/** A post as one channel's readers will see it: its own text where it has one, and the files made for this channel. */
export function PostPreview({ post, target }: { post: Post; target: Target }) {
  const { data: platforms } = useQuery(platformsQuery);
  const platform = platforms?.data.find(({ name }) => name === target.platform);
  const text = target.overrides.text ?? post.content.text;
  const title = target.overrides.title ?? post.content.title;
  const originals = target.overrides.assets ?? post.assets;
  return (
    <Card
      component="article"
      aria-label={`${target.channelName}, ${platform?.title ?? target.platform}`}
    >
      <Stack gap="md">
        <Group gap="sm" wrap="nowrap">
          <Avatar radius="xl" color="indigo" variant="filled" aria-hidden>
            {target.channelName.charAt(0).toUpperCase()}
          </Avatar>
          <div>
            <Text fw={650} lh={1.3}>
              {target.channelName}
            </Text>
            <Text size="sm" c="dimmed" lh={1.3}>
              {platform?.title ?? target.platform}
            </Text>
          </div>
        </Group>
        {title ? <Text fw={650}>{title}</Text> : null}
        {text ? (
          <Text style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }} dir="auto">
            {text}
          </Text>
        ) : null}
        {target.media ? <PostMedia media={target.media} /> : null}
        {!target.media && originals.length > 0 ? (
          <Alert variant="light" color="gray" icon={<IconPhoto aria-hidden />}>
            {texts.preview.preparing}
          </Alert>
        ) : null}
        {platform ? <Length text={text} limits={platform.limits} /> : null}
      </Stack>
    </Card>
  );
}

function Length({ text, limits }: { text: string; limits: Record<string, unknown> }) {
  const { max, unit } = (limits["text"] ?? {}) as { max?: number; unit?: TextUnit };
  if (max === undefined || unit === undefined) return null;
  return (
    <Text size="xs" c="dimmed" ta="right">
      {texts.posts.length(textLength(text, unit), max)}
    </Text>
  );
}

import { Alert, Avatar, Card, Divider, Group, Stack, Text } from "@mantine/core";
import { IconPhoto } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Fragment } from "react";
import { textLength, type TextUnit } from "#domain/text-length.ts";
import type { Post, Target } from "#web/lib/api/types.ts";
import { platformsQuery } from "#web/lib/queries/connections.ts";
import { partsOf, type ShownPart } from "#web/lib/parts-of.ts";
import { texts } from "#web/lib/texts.ts";
import { PostMedia } from "./post-media.tsx";

/** A post as one channel's readers will see it, part by part: the texts as they go out there, and the files made for it. */
export function PostPreview({ post, target }: { post: Post; target: Target }) {
  const { data: platforms } = useQuery(platformsQuery);
  const platform = platforms?.data.find(({ name }) => name === target.platform);
  const title = target.overrides.title ?? post.content.title;
  const parts = partsOf(post, target);
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
        {parts.map((part) => (
          <Fragment key={part.part}>
            {part.kind === "post" ? null : (
              <Divider
                label={texts.preview.part[part.kind](part.part + 1, parts.length)}
                labelPosition="left"
              />
            )}
            <Part part={part} limits={platform?.limits} />
          </Fragment>
        ))}
      </Stack>
    </Card>
  );
}

function Part({ part, limits }: { part: ShownPart; limits: Record<string, unknown> | undefined }) {
  const { text, media, assets } = part;
  return (
    <>
      {text ? (
        <Text style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }} dir="auto">
          {text}
        </Text>
      ) : null}
      {media ? <PostMedia media={media} /> : null}
      {!media && assets > 0 ? (
        <Alert variant="light" color="gray" icon={<IconPhoto aria-hidden />}>
          {texts.preview.preparing}
        </Alert>
      ) : null}
      {limits ? <Length text={text} limits={limits} /> : null}
    </>
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

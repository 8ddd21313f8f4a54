import { AspectRatio, Center, Image, SimpleGrid, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Target } from "#web/lib/api/types.ts";
import { renditionsQuery } from "#web/lib/queries/posts.ts";
import { texts } from "#web/lib/texts.ts";
import classes from "./post-media.module.css";

type Media = NonNullable<Target["media"]>[number];

/** The very files that go out, each with its alternative text in sight. */
export function PostMedia({ media }: { media: readonly Media[] }) {
  if (media.length === 0) return null;
  return (
    <SimpleGrid cols={media.length > 1 ? 2 : 1} spacing="xs">
      {media.map((one) => (
        <Stack key={one.renditionId} gap={6}>
          <MediaFile media={one} />
          <Text size="xs" c="dimmed">
            <b>{texts.preview.altText}:</b> {one.altText ?? texts.preview.noAltText}
          </Text>
        </Stack>
      ))}
    </SimpleGrid>
  );
}

function MediaFile({ media }: { media: Media }) {
  const { data, isPending } = useQuery(renditionsQuery(media.assetId));
  const [gone, setGone] = useState(false);
  const facts = data?.data.find((rendition) => rendition.id === media.renditionId);
  const ratio = facts?.width && facts.height ? facts.width / facts.height : 4 / 3;
  const address = new URL(media.contentUrl).pathname;
  if (gone) {
    return (
      <AspectRatio ratio={16 / 9}>
        <Center className={classes["gone"]}>
          <Text size="sm">{texts.preview.gone}</Text>
        </Center>
      </AspectRatio>
    );
  }
  // A film that is taken for a picture would count as gone before one knows what it is.
  if (isPending) return <Skeleton style={{ aspectRatio: ratio }} radius="md" />;
  return (
    <AspectRatio ratio={ratio} className={classes["frame"] ?? ""}>
      {facts?.contentType.startsWith("video/") ? (
        <video
          src={address}
          controls
          preload="metadata"
          aria-label={media.altText ?? texts.preview.video}
          onError={() => setGone(true)}
        />
      ) : (
        <Image
          src={address}
          alt={media.altText ?? ""}
          fit="contain"
          onError={() => setGone(true)}
        />
      )}
    </AspectRatio>
  );
}

import { Image } from "@mantine/core";
import { useState } from "react";
import type { Post } from "#web/lib/api/types.ts";

/** The first picture of a post, small; nothing where it has none. */
export function PostThumbnail({ post, size = 64 }: { post: Post; size?: number }) {
  const [gone, setGone] = useState(false);
  const media = post.targets.flatMap((target) => target.media ?? []).at(0);
  if (!media || gone) return null;
  return (
    <Image
      src={new URL(media.contentUrl).pathname}
      alt=""
      w={size}
      h={size}
      radius="md"
      fit="cover"
      flex="none"
      onError={() => setGone(true)}
    />
  );
}

import { Card, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Post } from "#web/lib/api/types.ts";
import { writeInstant } from "#web/lib/format.ts";
import { agentsQuery } from "#web/lib/queries/agents.ts";
import { texts } from "#web/lib/texts.ts";
import { useMay } from "#web/lib/use-may.ts";
import { PostLink } from "./post-link.tsx";
import { PostThumbnail } from "./post-thumbnail.tsx";
import classes from "./row.module.css";
import { LinkButton } from "./router-link.tsx";

const words = texts.approvals;

/** A post that waits for a decision, in a list. */
export function WaitingPost({ post }: { post: Post }) {
  const mayDecide = useMay("posts:approve");
  const { data: agents } = useQuery(agentsQuery);
  const agent = agents?.data.find(({ id }) => id === post.agentId);
  const facts = [
    post.targets.map(({ channelName }) => channelName).join(", "),
    agent ? words.by(agent.name) : undefined,
    post.decision ? words.expires(writeInstant(post.decision.expiresAt)) : undefined,
  ];
  return (
    <Card padding="md" className={classes["row"] ?? ""}>
      <Group wrap="nowrap" gap="md">
        <PostThumbnail post={post} size={80} />
        <div className={classes["words"]}>
          <PostLink post={post} to="/approvals/$postId" />
          <Text size="sm" c="dimmed" mt={4}>
            {facts.filter(Boolean).join(" · ")}
          </Text>
        </div>
        <LinkButton
          to="/approvals/$postId"
          params={{ postId: post.id }}
          tabIndex={-1}
          aria-hidden
          variant="light"
          visibleFrom="xs"
        >
          {mayDecide ? words.review : words.look}
        </LinkButton>
      </Group>
    </Card>
  );
}

import { Group, SimpleGrid, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Page } from "#web/components/page.tsx";
import { PostPreview } from "#web/components/post-preview.tsx";
import { QueryView } from "#web/components/query-view.tsx";
import { LinkButton } from "#web/components/router-link.tsx";
import { PostBadge } from "#web/components/status-badge.tsx";
import type { Post } from "#web/lib/api/types.ts";
import { writeInstant } from "#web/lib/format.ts";
import { useLookEvery } from "#web/lib/live-state.tsx";
import { agentsQuery } from "#web/lib/queries/agents.ts";
import { postQuery } from "#web/lib/queries/posts.ts";
import { texts } from "#web/lib/texts.ts";
import { Decide } from "./decide.tsx";
import { DecidedCard } from "./decided-card.tsx";

const words = texts.approvals;

/** One post as it will be published, and the decision on it. */
export function ReviewPage() {
  const { postId } = useParams({ from: "/signed-in/approvals/$postId" });
  const lookEvery = useLookEvery();
  const query = useQuery({ ...postQuery(postId), refetchInterval: lookEvery });
  return <QueryView query={query}>{(post) => <Review post={post} />}</QueryView>;
}

function Review({ post }: { post: Post }) {
  const { data: agents } = useQuery(agentsQuery);
  const agent = agents?.data.find(({ id }) => id === post.agentId);
  const waits = post.status === "awaiting_approval";
  const facts = [
    agent ? words.by(agent.name) : undefined,
    waits && post.decision ? words.expires(writeInstant(post.decision.expiresAt)) : undefined,
  ].filter((fact) => fact !== undefined);
  return (
    <Page
      title={waits ? words.exact : texts.posts.one}
      lead={
        <Group gap="xs">
          <PostBadge status={post.status} />
          <span>{facts.join(" · ")}</span>
        </Group>
      }
      actions={
        post.runId ? (
          <LinkButton to="/runs/$runId" params={{ runId: post.runId }} variant="default">
            {texts.posts.run}
          </LinkButton>
        ) : null
      }
    >
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <Stack>
          {post.targets.map((target) => (
            <PostPreview key={target.id} post={post} target={target} />
          ))}
        </Stack>
        <div>
          {waits && post.contentHash ? (
            <Decide post={post} contentHash={post.contentHash} />
          ) : (
            <DecidedCard post={post} />
          )}
        </div>
      </SimpleGrid>
    </Page>
  );
}

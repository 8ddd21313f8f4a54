import { Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Page } from "#web/components/page.tsx";
import { PostPreview } from "#web/components/post-preview.tsx";
import { ProblemAlert } from "#web/components/problem-alert.tsx";
import { QueryView } from "#web/components/query-view.tsx";
import { LinkButton } from "#web/components/router-link.tsx";
import { PostBadge } from "#web/components/status-badge.tsx";
import { TemporalLink } from "#web/components/temporal-link.tsx";
import { ApiProblem } from "#web/lib/api/problem.ts";
import type { Post } from "#web/lib/api/types.ts";
import { writeInstant } from "#web/lib/format.ts";
import { useLookEvery } from "#web/lib/live-state.tsx";
import { meQuery } from "#web/lib/queries/me.ts";
import { postQuery } from "#web/lib/queries/posts.ts";
import { texts } from "#web/lib/texts.ts";
import { PostActions } from "./post-actions.tsx";
import { PostNumbers } from "./post-numbers.tsx";
import { PostTargets } from "./post-targets.tsx";

const words = texts.posts;
const longestTitle = 80;

/** One post: what it is, where it goes, what became of it at each channel. */
export function PostPage() {
  const { postId } = useParams({ from: "/signed-in/posts/$postId" });
  const lookEvery = useLookEvery();
  const query = useQuery({ ...postQuery(postId), refetchInterval: lookEvery });
  return <QueryView query={query}>{(post) => <ShownPost post={post} />}</QueryView>;
}

function ShownPost({ post }: { post: Post }) {
  const { data: me } = useQuery(meQuery);
  const rejected = post.status === "rejected" ? post.decision?.reason : null;
  return (
    <Page
      title={titleOf(post)}
      lead={
        <Group gap="xs">
          <PostBadge status={post.status} />
          <span>{whenOf(post)}</span>
          {me?.operator ? <TemporalLink url={post.temporalUrl} /> : null}
        </Group>
      }
      actions={
        <>
          {post.runId ? (
            <LinkButton to="/runs/$runId" params={{ runId: post.runId }} variant="default">
              {words.run}
            </LinkButton>
          ) : null}
          <PostActions post={post} />
        </>
      }
    >
      {post.error ? (
        <ProblemAlert
          error={
            new ApiProblem({
              status: 0,
              code: post.error.code,
              title: texts.postStatus[post.status],
              detail: post.error.detail,
            })
          }
        />
      ) : null}
      {rejected ? <Text>{words.rejectedBecause(rejected)}</Text> : null}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <Stack>
          {post.targets.map((target) => (
            <PostPreview key={target.id} post={post} target={target} />
          ))}
        </Stack>
        <Stack>
          <PostTargets targets={post.targets} rejected={post.status === "rejected"} />
          <PostNumbers post={post} />
        </Stack>
      </SimpleGrid>
    </Page>
  );
}

/** What a reader would call it: its title, else how it begins. */
function titleOf({ content }: Post): string {
  const [line = ""] = (content.title ?? content.text).trim().split("\n");
  if (line === "") return words.one;
  return line.length > longestTitle ? `${line.slice(0, longestTitle).trimEnd()}…` : line;
}

function whenOf(post: Post): string {
  if (post.publishedAt) return words.publishedAt(writeInstant(post.publishedAt));
  if (post.schedule.mode === "at") return words.due(writeInstant(post.schedule.at));
  return words.made(writeInstant(post.createdAt));
}

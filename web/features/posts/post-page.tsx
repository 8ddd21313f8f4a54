import { Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Page } from "#web/components/page.tsx";
import { firstWords } from "#domain/first-words.ts";
import { PostBadges } from "#web/components/post-badges.tsx";
import { PostPreview } from "#web/components/post-preview.tsx";
import { ProblemAlert } from "#web/components/problem-alert.tsx";
import { QueryView } from "#web/components/query-view.tsx";
import { LinkButton } from "#web/components/router-link.tsx";
import { TemporalLink } from "#web/components/temporal-link.tsx";
import { ApiProblem } from "#web/lib/api/problem.ts";
import type { Post } from "#web/lib/api/types.ts";
import { useLookEvery } from "#web/lib/live-state.tsx";
import { isOpen } from "#web/lib/open-post.ts";
import { meQuery } from "#web/lib/queries/me.ts";
import { postQuery } from "#web/lib/queries/posts.ts";
import { texts } from "#web/lib/texts.ts";
import { useCancelPost } from "#web/lib/use-post-change.ts";
import { PostActions } from "./post-actions.tsx";
import { PostHistory } from "./post-history.tsx";
import { PostNumbers } from "./post-numbers.tsx";
import { PostTargets } from "./post-targets.tsx";
import { whenOf } from "./when-of.ts";

const words = texts.posts;
/** Steps at a platform change nothing that an event would tell: while they may be taken, one looks. Milliseconds. */
const movingMs = 5_000;

/** One post: what it is, where it goes, what became of it at each channel. */
export function PostPage() {
  const { postId } = useParams({ from: "/signed-in/posts/$postId" });
  const lookEvery = useLookEvery();
  const refetchInterval = (post: Post | undefined) =>
    lookEvery || (post && isMoving(post) ? movingMs : false);
  const query = useQuery({
    ...postQuery(postId),
    refetchInterval: ({ state }) => refetchInterval(state.data),
  });
  return (
    <QueryView query={query}>
      {(post) => <ShownPost key={post.id} post={post} refetchInterval={refetchInterval(post)} />}
    </QueryView>
  );
}

function ShownPost(props: { post: Post; refetchInterval: number | false }) {
  const { post, refetchInterval } = props;
  const { data: me } = useQuery(meQuery);
  const cancel = useCancelPost(post.id, { quiet: true });
  const rejected = post.status === "rejected" ? post.decision?.reason : null;
  return (
    <Page
      title={firstWords(post.content) || words.one}
      lead={
        <Group gap="xs">
          <PostBadges post={post} />
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
          <PostActions post={post} cancel={cancel} />
        </>
      }
    >
      {cancel.error ? <ProblemAlert error={cancel.error} /> : null}
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
          <PostTargets post={post} />
          <PostNumbers post={post} />
        </Stack>
      </SimpleGrid>
      <PostHistory post={post} refetchInterval={refetchInterval} />
    </Page>
  );
}

/** Whether something may happen to it that no event tells: it is due, or something of it is being taken down. */
function isMoving(post: Post): boolean {
  const removing = post.targets.some(({ removal }) => removal?.status === "requested");
  return removing || (isOpen(post) && Date.parse(post.schedule.at) <= Date.now());
}

import { Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Page } from "#web/components/page.tsx";
import { PostPreview } from "#web/components/post-preview.tsx";
import { ProblemAlert } from "#web/components/problem-alert.tsx";
import { QueryView } from "#web/components/query-view.tsx";
import { LinkButton } from "#web/components/router-link.tsx";
import { OverdueBadge, PostBadge } from "#web/components/status-badge.tsx";
import { TemporalLink } from "#web/components/temporal-link.tsx";
import { ApiProblem } from "#web/lib/api/problem.ts";
import type { Post } from "#web/lib/api/types.ts";
import { writeInstant } from "#web/lib/format.ts";
import { useLookEvery } from "#web/lib/live-state.tsx";
import { isOpen, isOverdue } from "#web/lib/open-post.ts";
import { meQuery } from "#web/lib/queries/me.ts";
import { postQuery } from "#web/lib/queries/posts.ts";
import { texts } from "#web/lib/texts.ts";
import { useCancelPost } from "#web/lib/use-post-change.ts";
import { PostActions } from "./post-actions.tsx";
import { PostHistory } from "./post-history.tsx";
import { PostNumbers } from "./post-numbers.tsx";
import { PostTargets } from "./post-targets.tsx";

const words = texts.posts;
const longestTitle = 80;
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
      title={titleOf(post)}
      lead={
        <Group gap="xs">
          <PostBadge status={post.status} />
          {isOverdue(post) ? <OverdueBadge /> : null}
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

/** What a reader would call it: its title, else how it begins. */
function titleOf({ content }: Post): string {
  const [line = ""] = (content.title ?? content.text).trim().split("\n");
  if (line === "") return words.one;
  return line.length > longestTitle ? `${line.slice(0, longestTitle).trimEnd()}…` : line;
}

/** Whether something may happen to it that no event tells: it is due, or something of it is being taken down. */
function isMoving(post: Post): boolean {
  const removing = post.targets.some(({ removal }) => removal?.status === "requested");
  return removing || (isOpen(post) && Date.parse(post.schedule.at) <= Date.now());
}

function whenOf(post: Post): string {
  if (post.publishedAt) return words.publishedAt(writeInstant(post.publishedAt));
  const { mode, at, expiresAt } = post.schedule;
  const expires = expiresAt ? words.expires(writeInstant(expiresAt)) : undefined;
  const due =
    mode === "now" ? words.made(writeInstant(post.createdAt)) : words.due(writeInstant(at));
  return [due, expires].filter(Boolean).join(", ");
}

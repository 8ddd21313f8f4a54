import { Card, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { LinkButton } from "#web/components/router-link.tsx";
import { When } from "#web/components/when.tsx";
import type { Post } from "#web/lib/api/types.ts";
import { historyQuery } from "#web/lib/queries/posts.ts";
import { texts } from "#web/lib/texts.ts";

const words = texts.approvals;
const ends = ["post.approved", "post.rejected", "post.cancelled"];

/** What one is told who came to decide, or was about to, and somebody had: who it was and when. */
export function DecidedCard({ post }: { post: Post }) {
  const { data: history } = useQuery(historyQuery(post.id));
  const last = history?.actions.findLast(({ action }) => ends.includes(action));
  const by = last ? words.decidedBy[last.action] : undefined;
  return (
    <Card role="status">
      <Stack>
        <Text>
          {last && by ? (
            <>
              {by(last.by.name ?? texts.posts.history.somebody)}, <When at={last.at} />.{" "}
            </>
          ) : null}
          {words.decided}
        </Text>
        <Group>
          <LinkButton to="/posts/$postId" params={{ postId: post.id }}>
            {texts.runs.seePost}
          </LinkButton>
          <LinkButton to="/approvals" variant="default">
            {words.title}
          </LinkButton>
        </Group>
      </Stack>
    </Card>
  );
}

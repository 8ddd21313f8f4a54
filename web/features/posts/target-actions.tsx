import { Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { DecideButton } from "#web/components/decide-button.tsx";
import { RetryButton } from "#web/components/retry-button.tsx";
import { LinkButton } from "#web/components/router-link.tsx";
import type { Post, Target } from "#web/lib/api/types.ts";
import { meQuery } from "#web/lib/queries/me.ts";
import { texts } from "#web/lib/texts.ts";
import { canRetry } from "./can-retry.ts";
import { isOut } from "./is-out.ts";
import { TakeDownButton } from "./take-down-button.tsx";

const words = texts.posts;

/** What one may do about a post at one channel. */
export function TargetActions({ post, target }: { post: Post; target: Target }) {
  const { data: me } = useQuery(meQuery);
  const may = (scope: string) => me?.scopes.includes(scope) ?? false;
  const publishes = may("posts:publish");
  const decides = publishes && target.status === "unconfirmed";
  const retries = publishes && canRetry(target);
  const reconnects = may("connections:write") && target.waitingFor?.reason === "connection";
  const takesDown = publishes && isOut(target);
  if (!decides && !retries && !reconnects && !takesDown) return null;
  const named = (action: string) => texts.home.needs.of(action, target.channelName);
  return (
    <Group gap="xs" mt={4}>
      {decides ? (
        <DecideButton
          postId={post.id}
          targetId={target.id}
          channelName={target.channelName}
          label={named(words.decide)}
        />
      ) : null}
      {retries ? (
        <RetryButton postId={post.id} targetId={target.id} label={named(words.retry)} />
      ) : null}
      {reconnects ? (
        <LinkButton size="xs" to="/connections" aria-label={named(words.reconnect)}>
          {words.reconnect}
        </LinkButton>
      ) : null}
      {takesDown ? <TakeDownButton postId={post.id} targets={[target]} small /> : null}
    </Group>
  );
}

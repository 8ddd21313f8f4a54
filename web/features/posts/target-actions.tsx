import { Button, Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { confirm } from "#web/components/confirm.tsx";
import { DecideButton } from "#web/components/decide-button.tsx";
import { LinkButton } from "#web/components/router-link.tsx";
import type { Post, Target } from "#web/lib/api/types.ts";
import { meQuery } from "#web/lib/queries/me.ts";
import { texts } from "#web/lib/texts.ts";
import { useRetry } from "#web/lib/use-post-change.ts";
import { isOut } from "./is-out.ts";
import { TakeDownButton } from "./take-down-button.tsx";

const words = texts.posts;

/** What one may do about a post at one channel. */
export function TargetActions({ post, target }: { post: Post; target: Target }) {
  const { data: me } = useQuery(meQuery);
  const retry = useRetry(post.id);
  const may = (scope: string) => me?.scopes.includes(scope) ?? false;
  const publishes = may("posts:publish");
  const decides = publishes && target.status === "unconfirmed";
  const retries = publishes && target.status === "failed";
  const reconnects = may("connections:write") && target.waitingFor?.reason === "connection";
  const takesDown = publishes && isOut(target);
  if (!decides && !retries && !reconnects && !takesDown) return null;
  const send = () => retry.mutate({ targetIds: [target.id] });
  // It was given up because nobody could tell: sent again it may be out twice.
  const askAndSend = () =>
    confirm({
      title: words.retryTitle,
      text: words.retryText(target.channelName),
      yes: words.retryConfirm,
      no: words.retryKeep,
      onYes: send,
    });
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
        <Button
          size="xs"
          aria-label={named(words.retry)}
          loading={retry.isPending}
          onClick={target.error?.code === "given_up" ? askAndSend : send}
        >
          {words.retry}
        </Button>
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

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { askCancel } from "#web/components/ask-cancel.ts";
import { LinkButton } from "#web/components/router-link.tsx";
import type { Post } from "#web/lib/api/types.ts";
import { meQuery } from "#web/lib/queries/me.ts";
import { texts } from "#web/lib/texts.ts";
import { useRetry, type useCancelPost } from "#web/lib/use-post-change.ts";
import { canCancel } from "./can-cancel.ts";
import { canRetry } from "./can-retry.ts";
import { isOut } from "./is-out.ts";
import { PublishNowButton } from "./publish-now-button.tsx";
import { TakeDownButton } from "./take-down-button.tsx";

const words = texts.posts;

/** What one may still do with a post. */
export function PostActions(props: { post: Post; cancel: ReturnType<typeof useCancelPost> }) {
  const { post, cancel } = props;
  const { data: me } = useQuery(meQuery);
  const retry = useRetry(post.id);
  const may = (scope: string) => me?.scopes.includes(scope) ?? false;
  const waits = post.status === "scheduled" || post.status === "blocked";
  const later = waits && Date.parse(post.schedule.at) > Date.now();
  const failed = post.targets.filter(canRetry);
  const out = post.targets.filter(isOut);
  return (
    <>
      {canCancel(post) && may("posts:write") ? (
        <Button
          variant="default"
          loading={cancel.isPending}
          onClick={() => askCancel(() => cancel.mutate())}
        >
          {words.cancel}
        </Button>
      ) : null}
      {out.length > 1 && may("posts:publish") ? (
        <TakeDownButton postId={post.id} targets={out} />
      ) : null}
      {failed.length > 1 && may("posts:publish") ? (
        <Button
          loading={retry.isPending}
          onClick={() => retry.mutate({ targetIds: failed.map(({ id }) => id) })}
        >
          {words.retryAll}
        </Button>
      ) : null}
      {later && may("posts:publish") ? <PublishNowButton post={post} /> : null}
      {post.status === "awaiting_approval" && may("posts:approve") ? (
        <LinkButton to="/approvals/$postId" params={{ postId: post.id }}>
          {words.review}
        </LinkButton>
      ) : null}
    </>
  );
}

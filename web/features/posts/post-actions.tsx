import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { postMachine } from "#domain/states.ts";
import { askCancel } from "#web/components/ask-cancel.ts";
import { LinkButton } from "#web/components/router-link.tsx";
import { answerOf, api } from "#web/lib/api/client.ts";
import type { Post } from "#web/lib/api/types.ts";
import { meQuery } from "#web/lib/queries/me.ts";
import { texts } from "#web/lib/texts.ts";
import { useAction } from "#web/lib/use-action.ts";
import { useRetry, type useCancelPost } from "#web/lib/use-post-change.ts";
import { canRetry } from "./can-retry.ts";
import { isOut } from "./is-out.ts";
import { TakeDownButton } from "./take-down-button.tsx";

const words = texts.posts;

/** What one may still do with a post. */
export function PostActions(props: { post: Post; cancel: ReturnType<typeof useCancelPost> }) {
  const { post, cancel } = props;
  const { data: me } = useQuery(meQuery);
  const params = { path: { id: post.id } };
  const publish = useAction({
    run: () => answerOf(api.POST("/v1/posts/{id}/publish-now", { params })),
    stale: [["posts"], ["runs"], ["needs-you"]],
    done: words.publishingNow,
  });
  const retry = useRetry(post.id);
  const may = (scope: string) => me?.scopes.includes(scope) ?? false;
  const cancellable =
    !postMachine.isFinal(post.status) && postMachine.allows(post.status, "cancelled");
  const later = post.status === "scheduled" && Date.parse(post.schedule.at) > Date.now();
  const failed = post.targets.filter(canRetry);
  const out = post.targets.filter(isOut);
  return (
    <>
      {cancellable && may("posts:write") ? (
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
      {later && may("posts:publish") ? (
        <Button loading={publish.isPending} onClick={() => publish.mutate()}>
          {words.publishNow}
        </Button>
      ) : null}
      {post.status === "awaiting_approval" && may("posts:approve") ? (
        <LinkButton to="/approvals/$postId" params={{ postId: post.id }}>
          {words.review}
        </LinkButton>
      ) : null}
    </>
  );
}

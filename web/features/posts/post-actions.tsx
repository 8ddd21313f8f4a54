import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { postMachine } from "#domain/states.ts";
import { confirm } from "#web/components/confirm.tsx";
import { LinkButton } from "#web/components/router-link.tsx";
import { answerOf, api } from "#web/lib/api/client.ts";
import type { Post } from "#web/lib/api/types.ts";
import { meQuery } from "#web/lib/queries/me.ts";
import { texts } from "#web/lib/texts.ts";
import { useAction } from "#web/lib/use-action.ts";

const words = texts.posts;

/** What one may still do with a post. */
export function PostActions({ post }: { post: Post }) {
  const { data: me } = useQuery(meQuery);
  const params = { path: { id: post.id } };
  const stale = [["posts"], ["runs"]];
  const cancel = useAction({
    run: () => answerOf(api.POST("/v1/posts/{id}/cancel", { params })),
    stale,
    done: words.cancelled,
  });
  const publish = useAction({
    run: () => answerOf(api.POST("/v1/posts/{id}/publish-now", { params })),
    stale,
    done: words.publishingNow,
  });
  const may = (scope: string) => me?.scopes.includes(scope) ?? false;
  const cancellable =
    !postMachine.isFinal(post.status) && postMachine.allows(post.status, "cancelled");
  const later = post.status === "scheduled" && Date.parse(post.schedule.at) > Date.now();
  const askCancel = () =>
    confirm({
      title: words.cancelTitle,
      text: words.cancelText,
      yes: words.cancelConfirm,
      no: words.keep,
      onYes: () => cancel.mutate(),
    });
  return (
    <>
      {cancellable && may("posts:write") ? (
        <Button variant="default" loading={cancel.isPending} onClick={askCancel}>
          {words.cancel}
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

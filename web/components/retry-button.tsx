import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import type { Post } from "#web/lib/api/types.ts";
import { postQuery } from "#web/lib/queries/posts.ts";
import { texts } from "#web/lib/texts.ts";
import { useAction } from "#web/lib/use-action.ts";
import { useRetry } from "#web/lib/use-post-change.ts";
import { confirm } from "./confirm.tsx";

const words = texts.posts;

/** Sends what failed at one channel once more; asks first where it may be out for all that anybody knows. */
export function RetryButton(props: {
  postId: string;
  targetId: string;
  channelName: string;
  label: string;
}) {
  const { postId, targetId, channelName, label } = props;
  const queryClient = useQueryClient();
  const retry = useRetry(postId);
  const send = () => retry.mutate({ targetIds: [targetId] });
  const look = useAction({
    run: () => queryClient.fetchQuery({ ...postQuery(postId), staleTime: 0 }),
    stale: [],
    onDone: (post) => {
      if (!wasGivenUp(post, targetId)) return send();
      confirm({
        title: words.retryTitle,
        text: words.retryText(channelName),
        yes: words.retryConfirm,
        no: words.retryKeep,
        onYes: send,
      });
    },
  });
  return (
    <Button
      size="xs"
      aria-label={label}
      loading={look.isPending || retry.isPending}
      onClick={() => look.mutate()}
    >
      {words.retry}
    </Button>
  );
}

/** Nobody could tell whether it is out, and somebody gave it up: sent again it may be out twice. */
function wasGivenUp({ targets }: Post, targetId: string): boolean {
  return targets.some(({ id, error }) => id === targetId && error?.code === "given_up");
}

import { Button } from "@mantine/core";
import { texts } from "#web/lib/texts.ts";
import { useRetry } from "#web/lib/use-post-change.ts";

/** Sends what failed at one channel once more. */
export function RetryButton(props: { postId: string; targetId: string; label: string }) {
  const { postId, targetId, label } = props;
  const retry = useRetry(postId);
  return (
    <Button
      size="xs"
      aria-label={label}
      loading={retry.isPending}
      onClick={() => retry.mutate({ targetIds: [targetId] })}
    >
      {texts.posts.retry}
    </Button>
  );
}

import { Button } from "@mantine/core";
import { confirm } from "#web/components/confirm.tsx";
import type { Target } from "#web/lib/api/types.ts";
import { texts } from "#web/lib/texts.ts";
import { useTakeDown } from "#web/lib/use-post-change.ts";

const words = texts.posts;

/** Removes what is out at these targets, once one said yes. */
export function TakeDownButton(props: {
  postId: string;
  targets: readonly Target[];
  /** Small, beside the one target that it is about. */
  small?: boolean;
}) {
  const { postId, targets, small = false } = props;
  const takeDown = useTakeDown(postId);
  const channels = targets.map(({ channelName }) => channelName).join(", ");
  const ask = () =>
    confirm({
      title: words.takeDownTitle,
      text: words.takeDownText(channels),
      yes: words.takeDownConfirm,
      no: words.keep,
      onYes: () => takeDown.mutate({ targetIds: targets.map(({ id }) => id) }),
    });
  return (
    <Button
      variant="default"
      size={small ? "xs" : "sm"}
      loading={takeDown.isPending}
      onClick={ask}
      {...(small ? { "aria-label": texts.home.needs.of(words.takeDown, channels) } : {})}
    >
      {words.takeDown}
    </Button>
  );
}

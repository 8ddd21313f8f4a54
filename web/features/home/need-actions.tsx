import { Button, Group } from "@mantine/core";
import { askCancel } from "#web/components/ask-cancel.ts";
import { DecideButton } from "#web/components/decide-button.tsx";
import { RetryButton } from "#web/components/retry-button.tsx";
import { LinkButton } from "#web/components/router-link.tsx";
import classes from "#web/components/row.module.css";
import type { Need } from "#web/lib/api/types.ts";
import { texts } from "#web/lib/texts.ts";
import { useCancelPost } from "#web/lib/use-post-change.ts";

const words = texts.home.needs;

/** What one may do about it, the likeliest first. */
export function NeedActions(props: {
  need: Need;
  /** What it is about, for who hears the buttons alone. */
  what: string;
  actions: Need["actions"];
}) {
  const { need, what, actions } = props;
  const { postId, targetId, channelName } = need;
  const about = [what, channelName].filter(Boolean).join(", ");
  const named = (action: string) => words.of(action, about);
  const offers = (action: Need["actions"][number]) => actions.includes(action);
  if (actions.length === 0) return null;
  return (
    <Group gap="xs" className={classes["above"] ?? ""}>
      {offers("resolve") && postId && targetId ? (
        <DecideButton
          postId={postId}
          targetId={targetId}
          channelName={channelName ?? ""}
          label={named(words.decide)}
        />
      ) : null}
      {offers("retry") && postId && targetId ? (
        <RetryButton postId={postId} targetId={targetId} label={named(words.retry)} />
      ) : null}
      {offers("reconnect") ? (
        <LinkButton size="xs" to="/connections" aria-label={named(words.reconnect)}>
          {words.reconnect}
        </LinkButton>
      ) : null}
      {(offers("approve") || offers("reject")) && postId ? (
        <LinkButton
          size="xs"
          to="/approvals/$postId"
          params={{ postId }}
          aria-label={named(words.review)}
        >
          {words.review}
        </LinkButton>
      ) : null}
      {offers("look") && postId ? (
        <LinkButton
          size="xs"
          variant="light"
          to="/posts/$postId"
          params={{ postId }}
          aria-label={named(words.look)}
        >
          {words.look}
        </LinkButton>
      ) : null}
      {offers("cancel") && postId ? (
        <CancelButton postId={postId} label={named(words.cancel)} />
      ) : null}
    </Group>
  );
}

function CancelButton({ postId, label }: { postId: string; label: string }) {
  const cancel = useCancelPost(postId);
  return (
    <Button
      size="xs"
      variant="default"
      aria-label={label}
      loading={cancel.isPending}
      onClick={() => askCancel(() => cancel.mutate())}
    >
      {words.cancel}
    </Button>
  );
}

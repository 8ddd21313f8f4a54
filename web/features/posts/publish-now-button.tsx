import { Button, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { isUsable } from "#domain/states.ts";
import { confirm } from "#web/components/confirm.tsx";
import { answerOf, api } from "#web/lib/api/client.ts";
import type { Post } from "#web/lib/api/types.ts";
import { writeInstant } from "#web/lib/format.ts";
import { accountsQuery, type ConnectedAccount } from "#web/lib/queries/connections.ts";
import { texts } from "#web/lib/texts.ts";
import { useAction } from "#web/lib/use-action.ts";

const words = texts.posts;

/** Sends at once what was to go out later, once one said yes; where nothing could go out, it says why. */
export function PublishNowButton({ post }: { post: Post }) {
  const { data: accounts } = useQuery(accountsQuery);
  const reasonId = useId();
  const publish = useAction({
    run: () =>
      answerOf(api.POST("/v1/posts/{id}/publish-now", { params: { path: { id: post.id } } })),
    stale: [["posts"], ["runs"], ["needs-you"]],
    done: words.publishingNow,
  });
  const reason = whyNot(post, accounts ?? []);
  const ask = () =>
    confirm({
      title: words.publishNowTitle,
      text: words.publishNowText(
        post.targets.map(({ channelName }) => channelName).join(", "),
        writeInstant(post.schedule.at),
      ),
      yes: words.publishNow,
      no: words.keepTime,
      harmless: true,
      onYes: () => publish.mutate(),
    });
  return (
    <Stack gap={4} maw={280}>
      <Button
        loading={publish.isPending}
        disabled={reason !== undefined}
        onClick={ask}
        {...(reason === undefined ? {} : { "aria-describedby": reasonId })}
      >
        {words.publishNow}
      </Button>
      {reason === undefined ? null : (
        <Text id={reasonId} size="sm" c="dimmed">
          {reason}
        </Text>
      )}
    </Stack>
  );
}

/** Why nothing of it could go out now; undefined where something can. */
function whyNot({ targets }: Post, accounts: readonly ConnectedAccount[]): string | undefined {
  const reasons = targets.map(({ status, channelId, channelName, waitingFor }) => {
    if (status === "blocked") return waitingFor?.detail ?? words.notUsable(channelName);
    const account = accounts.find(({ channels }) => channels.some(({ id }) => id === channelId));
    return account && !isUsable(account.connection.status)
      ? words.notUsable(channelName)
      : undefined;
  });
  return reasons.every((one) => one !== undefined) ? reasons[0] : undefined;
}

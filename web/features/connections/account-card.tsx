import { Button, Card, Group, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { confirm } from "#web/components/confirm.tsx";
import { ExternalLink } from "#web/components/external-link.tsx";
import { PlatformMark } from "#web/components/platform-mark.tsx";
import { ConnectionBadge, DisconnectedBadge } from "#web/components/status-badge.tsx";
import { answerOf, api } from "#web/lib/api/client.ts";
import type { Platform } from "#web/lib/api/types.ts";
import type { ConnectedAccount } from "#web/lib/queries/connections.ts";
import { meQuery } from "#web/lib/queries/me.ts";
import { texts } from "#web/lib/texts.ts";
import { useAction } from "#web/lib/use-action.ts";
import { ConnectButton } from "./connect-button.tsx";

const words = texts.connections;

/** A connected account: how it is, what it publishes to, the way to part from it. */
export function AccountCard(props: { account: ConnectedAccount; platform: Platform | undefined }) {
  const { platform } = props;
  const { connection, channels } = props.account;
  const { data: me } = useQuery(meQuery);
  const unfinished = connection.account === null;
  const title = platform?.title ?? connection.platform;
  const name = connection.account?.name ?? title;
  const parted = connection.disconnectedAt !== null;
  const queryClient = useQueryClient();
  const path = { id: connection.id };
  const disconnect = useAction({
    run: () =>
      answerOf(
        api.DELETE("/v1/connections/{id}", {
          params: { path, query: parted ? { forget: "true" } : {} },
        }),
      ),
    stale: [["connections"], ["posts"], ["agents"], ["needs-you"]],
    done: unfinished || parted ? words.removed : words.disconnected,
  });
  // Asked at the moment: how much it stops is said before it does.
  const ask = useAction({
    run: () =>
      queryClient.fetchQuery({
        queryKey: ["connections", "one", connection.id],
        queryFn: () => answerOf(api.GET("/v1/connections/{id}", { params: { path } })),
      }),
    stale: [],
    onDone: ({ uses }) => {
      const [asked, text, yes] = unfinished
        ? [words.removeTitle(title), words.removeText, words.remove]
        : parted
          ? [words.forgetTitle(name), words.forgetText(uses), words.remove]
          : [words.disconnectTitle(name), words.disconnectText(uses), words.disconnectConfirm];
      confirm({ title: asked, text, yes, no: words.keep, onYes: () => disconnect.mutate() });
    },
  });
  const works = connection.status === "active" || connection.status === "expiring";
  return (
    <Card component="section" aria-label={name}>
      <Stack h="100%" justify="space-between">
        <Group wrap="nowrap" align="flex-start">
          <PlatformMark platform={connection.platform} />
          <Stack gap={2} flex={1} miw={0}>
            <Group justify="space-between" gap="xs">
              <Text fw={600}>{name}</Text>
              {parted ? (
                <DisconnectedBadge />
              ) : (
                <ConnectionBadge status={unfinished ? "pending" : connection.status} />
              )}
            </Group>
            <Text size="sm" c="dimmed">
              {unfinished
                ? words.unfinishedText
                : [title, connection.account?.handle].filter(Boolean).join(" · ")}
            </Text>
            {connection.problem && !unfinished ? (
              <Text size="sm" c="var(--mantine-color-error)">
                {connection.problem}
              </Text>
            ) : null}
            {parted && channels.length > 0 ? (
              <Text size="sm">{words.partedChannels(channels.map((one) => one.name))}</Text>
            ) : null}
            {channels
              .filter(({ url }) => url !== null)
              .map((channel) => (
                <ExternalLink key={channel.id} href={channel.url ?? ""}>
                  {channel.name}
                </ExternalLink>
              ))}
          </Stack>
        </Group>
        {me?.scopes.includes("connections:write") ? (
          <Group gap="xs">
            {works || !platform ? null : (
              <ConnectButton
                platform={platform}
                size="xs"
                label={unfinished ? texts.common.retry : words.reconnect}
              />
            )}
            <Button
              size="xs"
              variant="default"
              loading={ask.isPending || disconnect.isPending}
              onClick={() => ask.mutate()}
            >
              {unfinished || parted ? words.remove : words.disconnect}
            </Button>
          </Group>
        ) : null}
      </Stack>
    </Card>
  );
}

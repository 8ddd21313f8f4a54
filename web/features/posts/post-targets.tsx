import { Card, Group, Stack, Text, Title } from "@mantine/core";
import { ExternalLink } from "#web/components/external-link.tsx";
import { PlatformMark } from "#web/components/platform-mark.tsx";
import { PostBadge, TargetBadge } from "#web/components/status-badge.tsx";
import type { Target } from "#web/lib/api/types.ts";
import { texts } from "#web/lib/texts.ts";

const words = texts.posts;

/** What became of a post at each channel. */
export function PostTargets(props: {
  targets: readonly Target[];
  /** Whether the post was: its channels were then not cancelled for another reason. */
  rejected: boolean;
}) {
  const { targets, rejected } = props;
  return (
    <Card>
      <Title order={2} size="h4" mb="md">
        {words.targets}
      </Title>
      <Stack gap="md">
        {targets.map((target) => (
          <Group key={target.id} wrap="nowrap" align="flex-start" gap="sm">
            <PlatformMark platform={target.platform} size={36} />
            <Stack gap={2} flex={1} miw={0}>
              <Group justify="space-between" gap="xs">
                <Text fw={600}>{target.channelName}</Text>
                {rejected && target.status === "cancelled" ? (
                  <PostBadge status="rejected" />
                ) : (
                  <TargetBadge status={target.status} />
                )}
              </Group>
              {target.remoteUrl ? (
                <ExternalLink href={target.remoteUrl}>{words.seeIt}</ExternalLink>
              ) : null}
              {target.error ? (
                <Text size="sm" c="var(--mantine-color-error)">
                  {target.error.detail}
                </Text>
              ) : null}
              {target.error?.platformMessage ? (
                <Text size="sm" c="dimmed">
                  {words.platformSaid(target.error.platformMessage)}
                </Text>
              ) : null}
            </Stack>
          </Group>
        ))}
      </Stack>
    </Card>
  );
}

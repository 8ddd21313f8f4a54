import { Badge, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { PlatformMark } from "#web/components/platform-mark.tsx";
import type { Platform } from "#web/lib/api/types.ts";
import { meQuery } from "#web/lib/queries/me.ts";
import { texts } from "#web/lib/texts.ts";
import { ConnectButton } from "./connect-button.tsx";

const words = texts.connections;

/** A platform that can be connected, drawn from its manifest. */
export function PlatformCard({ platform }: { platform: Platform }) {
  const { data: me } = useQuery(meQuery);
  return (
    <Card>
      <Stack h="100%" justify="space-between">
        <Stack gap="sm">
          <Group wrap="nowrap">
            <PlatformMark platform={platform.name} />
            <div>
              <Title order={3} size="h5">
                {platform.title}
              </Title>
              <Text size="xs" c="dimmed">
                {limitsOf(platform)}
              </Text>
            </div>
          </Group>
          {platform.real ? null : (
            <Badge variant="light" color="teal" tt="none" size="lg" radius="sm">
              {words.sandboxBadge}
            </Badge>
          )}
          <Text size="sm">
            {platform.auth["kind"] === "oauth2" ? words.byOauth : words.byCredentials}
          </Text>
        </Stack>
        {me?.scopes.includes("connections:write") ? (
          <ConnectButton platform={platform} label={words.connect(platform.title)} />
        ) : (
          <Text size="sm" c="dimmed">
            {words.notYours}
          </Text>
        )}
      </Stack>
    </Card>
  );
}

function limitsOf({ limits }: Platform): string {
  const { text, images, video } = limits as {
    text?: { max: number };
    images?: { maxCount: number };
    video?: object;
  };
  const parts = [
    text ? words.limits(text.max) : undefined,
    images ? words.images(images.maxCount) : undefined,
    video ? words.video : undefined,
  ];
  return parts.filter((part) => part !== undefined).join(" · ");
}

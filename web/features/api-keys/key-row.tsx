import { Button, Card, Code, Group, Stack, Text } from "@mantine/core";
import { confirm } from "#web/components/confirm.tsx";
import { KeyBadge } from "#web/components/status-badge.tsx";
import { When } from "#web/components/when.tsx";
import { answerOf, api } from "#web/lib/api/client.ts";
import type { ApiKey } from "#web/lib/api/types.ts";
import { writeInstant } from "#web/lib/format.ts";
import { texts } from "#web/lib/texts.ts";
import { useAction } from "#web/lib/use-action.ts";

const words = texts.apiKeys;

/** A key as far as it may be shown: what it begins and ends with, what it may do, whether it is used. */
export function KeyRow({ apiKey }: { apiKey: ApiKey }) {
  const revoke = useAction({
    run: () => answerOf(api.DELETE("/v1/api-keys/{id}", { params: { path: { id: apiKey.id } } })),
    stale: [["api-keys"]],
    done: words.revoked,
  });
  const ask = () =>
    confirm({
      title: words.revokeTitle(apiKey.name),
      text: words.revokeText,
      yes: words.revokeConfirm,
      no: words.keep,
      onYes: () => revoke.mutate(),
    });
  return (
    <Card padding="md" component="section" aria-label={apiKey.name}>
      <Group justify="space-between" gap="md">
        <Stack gap={4} flex="1 1 18rem">
          <Group gap="sm">
            <Text fw={600}>{apiKey.name}</Text>
            <Code>{`${apiKey.prefix}…${apiKey.lastFour}`}</Code>
            <KeyBadge status={apiKey.status} />
          </Group>
          <Text size="sm" c="dimmed">
            {apiKey.scopes.join(", ")}
          </Text>
          <Text size="sm" c="dimmed">
            {words.lastUsed}:{" "}
            {apiKey.lastUsedAt ? <When at={apiKey.lastUsedAt} /> : texts.common.never}
            {apiKey.expiresAt ? ` · ${words.validUntil}: ${writeInstant(apiKey.expiresAt)}` : ""}
          </Text>
        </Stack>
        {apiKey.status === "active" ? (
          <Button variant="default" size="xs" loading={revoke.isPending} onClick={ask}>
            {words.revoke}
          </Button>
        ) : null}
      </Group>
    </Card>
  );
}

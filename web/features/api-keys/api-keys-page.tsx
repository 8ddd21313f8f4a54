import { Button, Card, Group, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { EmptyState } from "#web/components/empty-state.tsx";
import { Page } from "#web/components/page.tsx";
import { PagesView } from "#web/components/pages-view.tsx";
import { apiKeysQuery } from "#web/lib/queries/api-keys.ts";
import { meQuery } from "#web/lib/queries/me.ts";
import { texts } from "#web/lib/texts.ts";
import { KeyRow } from "./key-row.tsx";
import { NewKeyDialog } from "./new-key-dialog.tsx";

const words = texts.apiKeys;

/** The keys of programs: made, seen, revoked. */
export function ApiKeysPage() {
  const { data: me } = useQuery(meQuery);
  const [making, { open, close }] = useDisclosure(false);
  const mayRead = me?.scopes.includes("api-keys:read") ?? false;
  const keys = useInfiniteQuery({ ...apiKeysQuery, enabled: mayRead });
  if (!mayRead) {
    return (
      <Page title={words.title} lead={words.lead}>
        <Card>
          <Text>{words.notYours}</Text>
        </Card>
      </Page>
    );
  }
  const make = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      {words.create}
    </Button>
  );
  return (
    <Page title={words.title} lead={words.lead} actions={keys.data?.length ? make : null}>
      <PagesView
        query={keys}
        empty={
          <EmptyState icon={<IconKey />} title={words.empty} text={words.emptyText} action={make} />
        }
      >
        {(items) => (
          <Stack gap="sm">
            {items.map((key) => (
              <KeyRow key={key.id} apiKey={key} />
            ))}
          </Stack>
        )}
      </PagesView>
      <Group>
        <NewKeyDialog opened={making} onClose={close} allowed={me?.scopes ?? []} />
      </Group>
    </Page>
  );
}

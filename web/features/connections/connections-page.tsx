import { SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconPlugConnected } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { EmptyState } from "#web/components/empty-state.tsx";
import { Page } from "#web/components/page.tsx";
import { QueryView } from "#web/components/query-view.tsx";
import { useLookEvery } from "#web/lib/live-state.tsx";
import {
  accountsQuery,
  disconnectedAccountsQuery,
  platformsQuery,
  type ConnectedAccount,
} from "#web/lib/queries/connections.ts";
import { texts } from "#web/lib/texts.ts";
import { AccountCard } from "./account-card.tsx";
import { PlatformCard } from "./platform-card.tsx";

const words = texts.connections;

/** The accounts that are connected, and what else can be. */
export function ConnectionsPage() {
  const lookEvery = useLookEvery();
  const accounts = useQuery({ ...accountsQuery, refetchInterval: lookEvery });
  const parted = useQuery({ ...disconnectedAccountsQuery, refetchInterval: lookEvery });
  const platforms = useQuery(platformsQuery);
  useWelcome(accounts.data?.map(({ connection }) => connection) ?? []);
  const shown = accounts.data?.filter(({ connection }) => connection.account !== null);
  const unfinished = accounts.data?.filter(({ connection }) => connection.account === null) ?? [];
  const cardOf = (account: ConnectedAccount) => (
    <AccountCard
      key={account.connection.id}
      account={account}
      platform={platforms.data?.data.find(({ name }) => name === account.connection.platform)}
    />
  );
  return (
    <Page title={words.title} lead={words.lead}>
      <Stack gap="md">
        <QueryView query={accounts}>
          {() =>
            shown?.length ? (
              <SimpleGrid cols={{ base: 1, md: 2 }}>{shown.map(cardOf)}</SimpleGrid>
            ) : parted.data?.length ? null : (
              <EmptyState icon={<IconPlugConnected />} title={words.none} text={words.noneText} />
            )
          }
        </QueryView>
        {unfinished.length > 0 ? (
          <SimpleGrid cols={{ base: 1, md: 2 }}>{unfinished.map(cardOf)}</SimpleGrid>
        ) : null}
      </Stack>
      {parted.data?.length ? (
        <Stack gap="md" component="section" aria-label={words.parted}>
          <div>
            <Title order={2} size="h4">
              {words.parted}
            </Title>
            <Text c="dimmed" size="sm">
              {words.partedLead}
            </Text>
          </div>
          <SimpleGrid cols={{ base: 1, md: 2 }}>{parted.data.map(cardOf)}</SimpleGrid>
        </Stack>
      ) : null}
      <Stack gap="md">
        <Title order={2} size="h4">
          {shown?.length || parted.data?.length ? words.add : words.addFirst}
        </Title>
        <QueryView query={platforms}>
          {({ data }) => (
            <SimpleGrid cols={{ base: 1, sm: 2, md: 3 }}>
              {data.map((platform) => (
                <PlatformCard key={platform.name} platform={platform} />
              ))}
            </SimpleGrid>
          )}
        </QueryView>
      </Stack>
    </Page>
  );
}

/** Whoever comes back from a platform is told what came of it, once. */
function useWelcome(connections: readonly { id: string; account: { name: string } | null }[]) {
  const { connected, refused } = useSearch({ from: "/signed-in/connections" });
  const navigate = useNavigate({ from: "/connections" });
  const found = connections.find(({ id }) => id === connected);
  useEffect(() => {
    if (!found) return;
    notifications.show({
      id: found.id,
      color: "teal",
      message: found.account ? words.done(found.account.name) : words.doneAny,
    });
    void navigate({ search: {}, replace: true });
  }, [found, navigate]);
  useEffect(() => {
    if (refused === undefined) return;
    notifications.show({ id: refused, color: "yellow", message: words.refused });
    void navigate({ search: {}, replace: true });
  }, [refused, navigate]);
}

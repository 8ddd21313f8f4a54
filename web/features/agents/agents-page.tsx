import { SimpleGrid } from "@mantine/core";
import { IconPlus, IconRobot } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { EmptyState } from "#web/components/empty-state.tsx";
import { Page } from "#web/components/page.tsx";
import { QueryView } from "#web/components/query-view.tsx";
import { LinkButton } from "#web/components/router-link.tsx";
import { useLookEvery } from "#web/lib/live-state.tsx";
import { agentsQuery } from "#web/lib/queries/agents.ts";
import { accountsQuery } from "#web/lib/queries/connections.ts";
import { meQuery } from "#web/lib/queries/me.ts";
import { texts } from "#web/lib/texts.ts";
import { AgentCard } from "./agent-card.tsx";

const words = texts.agents;

/** Every agent, with what one does with it day by day. */
export function AgentsPage() {
  const lookEvery = useLookEvery();
  const agents = useQuery({ ...agentsQuery, refetchInterval: lookEvery });
  const { data: accounts } = useQuery(accountsQuery);
  const { data: me } = useQuery(meQuery);
  const mayWrite = me?.scopes.includes("agents:write") ?? false;
  const channels = accounts?.flatMap((account) => account.channels) ?? [];
  const create = mayWrite ? (
    <LinkButton to="/agents/new" leftSection={<IconPlus size={16} aria-hidden />}>
      {words.create}
    </LinkButton>
  ) : null;
  return (
    <Page title={words.title} lead={words.lead} actions={agents.data?.data.length ? create : null}>
      <QueryView query={agents}>
        {({ data }) =>
          data.length === 0 ? (
            <EmptyState
              icon={<IconRobot />}
              title={words.empty}
              text={words.emptyText}
              action={create}
            />
          ) : (
            <SimpleGrid cols={{ base: 1, md: 2 }}>
              {data.map((agent) => (
                <AgentCard
                  key={agent.id}
                  agent={agent}
                  channels={channels.filter(({ id }) => agent.channelIds.includes(id))}
                  mayWrite={mayWrite}
                />
              ))}
            </SimpleGrid>
          )
        }
      </QueryView>
    </Page>
  );
}

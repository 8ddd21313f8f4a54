import { IconPlugConnected } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { EmptyState } from "#web/components/empty-state.tsx";
import { Page } from "#web/components/page.tsx";
import { QueryView } from "#web/components/query-view.tsx";
import { LinkButton } from "#web/components/router-link.tsx";
import { accountsQuery } from "#web/lib/queries/connections.ts";
import { texts } from "#web/lib/texts.ts";
import { AgentForm } from "./agent-form.tsx";

const words = texts.agents;

/** Configuring an agent. Without a channel there is nothing to configure it for. */
export function NewAgentPage() {
  const accounts = useQuery(accountsQuery);
  return (
    <Page title={words.form.title} lead={words.form.lead}>
      <QueryView query={accounts}>
        {(data) => {
          const channels = data.flatMap((account) => account.channels);
          return channels.length === 0 ? (
            <EmptyState
              icon={<IconPlugConnected />}
              title={words.needsChannel}
              action={<LinkButton to="/connections">{words.connect}</LinkButton>}
            />
          ) : (
            <AgentForm channels={channels} />
          );
        }}
      </QueryView>
    </Page>
  );
}
